package recovery.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class OwnPostgresTest {
    @TempDir
    private Path folder;

    @Test
    void keepsWhatWasCommittedWhenItIsKilledInTheMiddleOfATransaction() throws Exception {
        try (OwnPostgres own = OwnPostgres.start(RealPostgres.MIDDLE, folder, "work_mem = '5MB'")) {
            String database = own.server().newDatabase();
            own.server().execute(database, "CREATE TABLE t (a int)", "INSERT INTO t VALUES (1)");
            try (Connection connection = own.server().connect(database);
                    Statement statement = connection.createStatement()) {
                connection.setAutoCommit(false);
                statement.execute("INSERT INTO t VALUES (2)");
                own.kill();
                assertThat(own.takesConnections()).isFalse();
                own.start();
            }
            assertThat(own.server().query(database, "SELECT a FROM t")).containsExactly("1");
            assertThat(own.said()).contains("database system was not properly shut down");

            own.set("work_mem = '6MB'").stop();
            own.start();
            assertThat(own.server().query(database, "SHOW work_mem")).containsExactly("6MB");
            assertThat(own.server().query(database, "SELECT a FROM t")).containsExactly("1");
        }
    }
}
