package recovery.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class PgDumpRefereeTest {
    private final RealPostgres server = RealPostgres.version(RealPostgres.MIDDLE);
    private final PgDumpReferee referee = new PgDumpReferee(server);

    @Test
    void findsDatabasesEqualWhateverTheOrderOfTheirRows() {
        String one = server.newDatabase();
        String other = server.newDatabase();
        server.execute(one, "CREATE TABLE a (x text)", "INSERT INTO a VALUES ('ä'), ('b'), ('\\.')");
        server.execute(other, "CREATE TABLE a (x text)", "INSERT INTO a VALUES ('\\.'), ('b'), ('ä')");

        assertThat(PgDumpReferee.difference(referee.canonical(one), referee.canonical(other)))
                .isEmpty();
        assertThat(referee.canonical(one)).contains("COPY public.a (x) FROM stdin;", "b", "\\.");
    }

    @Test
    void findsEveryDifference() {
        String one = server.newDatabase();
        String other = server.newDatabase();
        server.execute(one, "CREATE TABLE a (x text)", "INSERT INTO a VALUES ('ä')");
        server.execute(other, "CREATE TABLE a (x text)", "INSERT INTO a VALUES ('ö')");

        assertThat(PgDumpReferee.difference(referee.canonical(one), referee.canonical(other)))
                .endsWith("expected 'ä' but was 'ö'");
        assertThat(PgDumpReferee.difference(referee.canonicalSchema(one), referee.canonicalSchema(other)))
                .isEmpty();
        assertThat(PgDumpReferee.difference(List.of("a"), List.of("a", "b"))).isEqualTo("2 lines instead of 1");
    }

    @Test
    void saysWhatTheToolSaid() {
        assertThatThrownBy(() -> referee.canonical("test_no_such_database"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("database \"test_no_such_database\" does not exist");
    }
}
