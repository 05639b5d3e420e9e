package recovery.jar;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import recovery.harness.JarProcess;
import recovery.harness.JarProcess.Result;
import recovery.harness.RealPostgres;

/** The clock of the host is set while a restore runs, and between two of them. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ClockIT {
    private static final int RESTORED = 9;

    @TempDir
    Path folder;

    @Test
    void forwardsInTheMiddleOfARestoreAndBackwardsBeforeTheNext() throws Exception {
        Customers live = new Customers(RealPostgres.MIDDLE);
        List<String> before = live.content();
        Path clock = Files.writeString(folder.resolve("clock"), "+0");
        Site site = new Site(folder, live.settings())
                .with("LD_PRELOAD", library().toString())
                .with("FAKETIME_TIMESTAMP_FILE", clock.toString())
                .with("FAKETIME_NO_CACHE", "1");
        site.backup("shop.sql", Customers.dump(RESTORED, "SELECT pg_sleep(2);"));
        String first;
        try (JarProcess restore = site.start("restore", "shop.sql", "--force")) {
            site.awaitState(restore, "RESTORING");
            Files.writeString(clock, "+5h");
            // another process looks on, to whom that one seems to have begun at another time
            JsonNode running = site.json("history").at("/restores/0");
            assertThat(running.at("/state").asText()).isIn("restoring", "verifying", "swapping", "done");
            first = running.at("/id").asText();
            Result result = restore.await(Site.LIMIT);
            assertThat(result.exitCode()).as(result.err()).isZero();
        }
        assertThat(live.rows()).isEqualTo(RESTORED);
        List<String> restored = live.content();

        Files.writeString(clock, "-3d");
        site.backup("next.sql", Customers.dump(RESTORED + 1));
        JsonNode second = site.json("restore", "next.sql", "--force");
        assertThat(live.rows()).isEqualTo(RESTORED + 1);
        assertThat(second.at("/id").asText()).as("as the clock says").isLessThan(first);

        site.json("rollback", "--force");
        assertThat(live.content()).as("the last one is undone").isEqualTo(restored);
        site.json("rollback", first, "--force");
        assertThat(live.content()).isEqualTo(before);
        assertThat(live.copies()).isEmpty();
        assertThat(live.sessionsLeft()).isEmpty();
    }

    private static Path library() {
        for (Path folder : List.of(Path.of("/usr/lib"), Path.of("/usr/lib64"), Path.of("/usr/local/lib"))) {
            try (DirectoryStream<Path> machines = Files.newDirectoryStream(folder)) {
                for (Path machine : machines) {
                    Path library = machine.resolve("faketime").resolve("libfaketimeMT.so.1");
                    if (Files.exists(library)) {
                        return library;
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        throw new IllegalStateException("no libfaketime on this machine");
    }
}
