package recovery.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import recovery.core.error.RecoveryException;
import recovery.core.restore.LoadSettings;

@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RecoveryServerTest {
    @TempDir
    private Path folder;

    @Test
    void thePageMarksTheNewestThatHasRowsAndIsForThisKindOfDatabase() throws Exception {
        for (String name : List.of("a.db", "b-schema.sql", "c.sql", "d.sql")) {
            Files.createFile(folder.resolve(name));
        }
        try (TestServer server = new TestServer(new FakeRestores(folder))) {
            String page = server.send(server.request("/").header("Accept", "text/html"))
                    .body();
            assertThat(page)
                    .contains("value=\"a.db\" required=\"\" disabled=\"\"")
                    .contains("For SQLite, and this database is PostgreSQL.")
                    .contains("value=\"b-schema.sql\" required=\"\">")
                    .contains("value=\"c.sql\" required=\"\" checked=\"\"")
                    .contains("value=\"d.sql\" required=\"\">");
        }
    }

    @Test
    void theInvitationNamesAnAddressThatABrowserCanOpen() {
        assertThat(settings("127.0.0.1").invitation())
                .isEqualTo("Open http://localhost:3001 in a browser. Ctrl-C ends this server.");
        assertThat(settings("fd00::1").invitation())
                .isEqualTo("Open http://[fd00::1]:3001 in a browser. Ctrl-C ends this server.");
        assertThat(settings("0.0.0.0").invitation())
                .isEqualTo(
                        "Open http://localhost:3001 in a browser (from another machine: its name in place of localhost)."
                                + " Ctrl-C ends this server.");
    }

    private static WebSettings settings(String bind) {
        return new WebSettings(
                bind, 3001, Optional.empty(), List.of(), 1, LoadSettings.NONE, "1", false, Path.of("recovery.log"));
    }

    @Test
    void aTakenPortIsNamedWithWhatToDo() {
        FakeRestores core = new FakeRestores(folder);
        try (TestServer first = new TestServer(core)) {
            int port = first.server.port();
            WebSettings settings = new WebSettings(
                    "127.0.0.1",
                    port,
                    Optional.empty(),
                    List.of(),
                    1,
                    LoadSettings.NONE,
                    "1",
                    false,
                    Path.of("recovery.log"));
            try (RecoveryServer second = new RecoveryServer(settings, core, TestServer.JSON, 1_000)) {
                RecoveryException refused = catchThrowableOfType(RecoveryException.class, second::start);
                assertThat(refused.report()).isEqualTo("""
                                BIND_FAILED: port %1$d of '127.0.0.1' cannot be listened on: Address already in use
                                  remedy: See what listens there already (lsof -i :%1$d), it may be this server.
                                  remedy: Set RECOVERY_PORT to a free port above 1023, and RECOVERY_BIND to an address \
                                of this machine.""".formatted(port));
            }
            assertThat(first.get("/health").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void aPageOfThousandsOfBackupsShowsTheNewestAndTheOneThatIsAskedFor() throws Exception {
        for (int i = 1000; i < 1500; i++) {
            Files.createFile(folder.resolve("b" + i + ".sql"));
        }
        try (TestServer server = new TestServer(new FakeRestores(folder))) {
            String page = server.send(server.request("/?backup=b1400.sql").header("Accept", "text/html"))
                    .body();
            assertThat(page.split("type=\"radio\"", -1)).hasSize(202);
            assertThat(page)
                    .contains("The newest 201 of 500 are shown.")
                    .contains("value=\"b1400.sql\" required=\"\" checked=\"\"");
        }
    }
}
