package recovery.harness;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RealPostgresTest {
    @ParameterizedTest
    @ValueSource(ints = {RealPostgres.OLDEST, RealPostgres.MIDDLE, RealPostgres.NEWEST})
    void startsTheVersionThatWasAskedFor(int major) {
        RealPostgres server = RealPostgres.version(major);
        String database = server.newDatabase();

        assertThat(server.query(database, "SHOW server_version").get(0)).startsWith(major + ".");
        assertThat(server.databasesLike(database)).containsExactly(database);
    }
}
