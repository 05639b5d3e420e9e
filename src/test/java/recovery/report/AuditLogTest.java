package recovery.report;

import static org.assertj.core.api.Assertions.assertThat;
import static recovery.core.error.RecoveryException.problem;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.ResourceBundle;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import recovery.core.backup.Backup;
import recovery.core.backup.BackupFormat;
import recovery.core.backup.Compression;
import recovery.core.backup.Contents;
import recovery.core.backup.Engine;
import recovery.core.error.ErrorCode;
import recovery.core.error.Note;
import recovery.core.inspect.Inspection;
import recovery.core.restore.RestorePlan;
import recovery.core.restore.RestoreReport;
import recovery.core.restore.RestoreState;
import recovery.core.restore.Timings;
import recovery.core.target.Strategy;
import recovery.core.verify.Verification;

class AuditLogTest {
    private static final String ID = "20261120_081500";

    @TempDir
    Path directory;

    @Test
    void writesTheWholeReportAndWhoRanIt() throws IOException {
        Path logs = directory.resolve("logs");
        new AuditLog(logs, ObjectMapper::new).record(report(ID, RestoreState.DONE, Optional.empty()));

        assertThat(names(logs)).containsExactly("restore_20261120_081500.json");
        JsonNode record = read(logs.resolve("restore_20261120_081500.json"));
        assertThat(record.path("program").asText()).startsWith("emergency ");
        assertThat(record.path("java").asText()).isEqualTo(System.getProperty("java.version"));
        assertThat(record.path("user").asText()).isEqualTo(System.getProperty("user.name"));
        assertThat(record.path("host").asText()).isNotBlank();
        assertThat(record.path("id").asText()).isEqualTo(ID);
        assertThat(record.path("state").asText()).isEqualTo("done");
        assertThat(record.path("startedAt").asText()).isEqualTo("2026-11-20T08:15:00Z");
        assertThat(record.path("backupSha256").asText()).isEqualTo("ab12");
        assertThat(record.path("tables").toString())
                .isEqualTo("[{\"name\":\"a\",\"expected\":7,\"restored\":7},{\"name\":\"b\",\"restored\":0}]");
        assertThat(record.path("rollback").toString())
                .isEqualTo("{\"available\":true,\"command\":\"rollback\",\"previous\":\"shop_before\"}");
        assertThat(record.path("verification").path("status").asText()).isEqualTo("passed");
        assertThat(record.path("plan").path("backup").path("format").asText()).isEqualTo("sql");
        assertThat(record.path("plan").path("refusals").toString())
                .isEqualTo("[{\"code\":\"DISK_FULL\",\"problem\":\"the disk is full\","
                        + "\"remedies\":[\"Make room.\",\"Use another disk.\"]}]");
        assertThat(record.has("error")).isFalse();
        assertThat(record.toString()).doesNotContain("/secret/folder").doesNotContain("stackTrace");
    }

    @Test
    void writesFailuresWithTheirRemedies() throws IOException {
        new AuditLog(directory, ObjectMapper::new)
                .record(report(
                        ID + "_2",
                        RestoreState.FAILED,
                        Optional.of(new RestoreReport.Failure(
                                ErrorCode.DUMP_TRUNCATED, "the dump ends", List.of("Restore an older backup.")))));

        JsonNode record = read(directory.resolve("restore_20261120_081500_2.json"));
        assertThat(record.path("success").asBoolean()).isFalse();
        assertThat(record.path("error").toString())
                .isEqualTo("{\"code\":\"DUMP_TRUNCATED\",\"problem\":\"the dump ends\","
                        + "\"remedies\":[\"Restore an older backup.\"]}");
    }

    @Test
    void neverOverwritesARecord() throws IOException {
        AuditLog log = new AuditLog(directory, ObjectMapper::new);
        log.record(report(ID, RestoreState.DONE, Optional.empty()));
        log.record(report(ID, RestoreState.CANCELLED, Optional.empty()));

        assertThat(names(directory)).containsExactly("restore_20261120_081500-2.json", "restore_20261120_081500.json");
        assertThat(read(directory.resolve("restore_20261120_081500.json"))
                        .path("state")
                        .asText())
                .isEqualTo("done");
    }

    @Test
    void keepsStrangeIdentifiersInItsFolder() throws IOException {
        new AuditLog(directory.resolve("logs"), ObjectMapper::new)
                .record(report("../../a", RestoreState.DONE, Optional.empty()));

        assertThat(names(directory.resolve("logs"))).containsExactly("restore_______a.json");
    }

    @Test
    void saysInTheLogHowItEndedAndOnceThatItCouldNotWrite() throws IOException {
        Path noFolder = Files.writeString(directory.resolve("logs"), "a file");
        LoggedLines lines = new LoggedLines();
        new AuditLog(noFolder, ObjectMapper::new, lines).record(report(ID, RestoreState.DONE, Optional.empty()));

        assertThat(lines.logged)
                .containsExactly(
                        "INFO restore '20261120_081500' of 'shop.sql' into SQLite file 'shop.db', asked for by terminal: done."
                                + " 'shop.db' holds the restored data.",
                        "ERROR the audit record of restore '20261120_081500' could not be written to '" + noFolder
                                + "'; the restore itself is not affected");
        assertThat(noFolder).hasContent("a file");
    }

    private static final class LoggedLines implements System.Logger {
        private final List<String> logged = new ArrayList<>();

        @Override
        public String getName() {
            return "test";
        }

        @Override
        public boolean isLoggable(Level level) {
            return true;
        }

        @Override
        public void log(Level level, ResourceBundle bundle, String message, Throwable thrown) {
            logged.add(level + " " + message);
        }

        @Override
        public void log(Level level, ResourceBundle bundle, String format, Object... arguments) {
            logged.add(level + " " + format);
        }
    }

    private static JsonNode read(Path file) throws IOException {
        return new ObjectMapper().readTree(file.toFile());
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private static RestoreReport report(String id, RestoreState state, Optional<RestoreReport.Failure> error) {
        return new RestoreReport(
                id,
                "restore",
                state == RestoreState.DONE,
                state,
                "shop.sql",
                Optional.of("ab12"),
                "sqlite",
                "shop.db",
                "SQLite file 'shop.db'",
                Strategy.FILE,
                Instant.parse("2026-11-20T08:15:00Z"),
                1500,
                3,
                new Timings(Map.of("copy", 1.25), Map.of("loading", 1.0)),
                7,
                4096,
                List.of(
                        new Verification.TableCheck("a", OptionalLong.of(7), OptionalLong.of(7)),
                        new Verification.TableCheck("b", OptionalLong.empty(), OptionalLong.of(0))),
                List.of(new Note("ROLE_MISSING", "Role 'a' is missing.")),
                new Verification(
                        Verification.Status.PASSED,
                        List.of(new Verification.Check("rows", Verification.Status.PASSED, "7 rows")),
                        List.of()),
                new RestoreReport.Rollback(true, Optional.of("rollback"), Optional.empty(), Optional.of("shop_before")),
                "'shop.db' holds the restored data.",
                List.of("Look at it."),
                "terminal",
                Optional.empty(),
                Optional.empty(),
                Optional.of(plan(id)),
                error);
    }

    private static RestorePlan plan(String id) {
        Backup backup = new Backup(
                "shop.sql",
                Path.of("/secret/folder/shop.sql"),
                100,
                Instant.EPOCH,
                Instant.EPOCH,
                BackupFormat.SQL,
                Compression.NONE,
                false,
                Optional.of(Engine.SQLITE),
                Contents.COMPLETE,
                true,
                Optional.empty(),
                Optional.empty(),
                Map.of("a", "b"));
        Inspection inspection = new Inspection(
                "shop.sql",
                BackupFormat.SQL,
                Optional.of(Engine.SQLITE),
                Optional.empty(),
                Optional.empty(),
                Contents.COMPLETE,
                true,
                false,
                100,
                OptionalLong.empty(),
                List.of(new Inspection.TableContent("a", OptionalLong.of(7))),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of());
        return new RestorePlan(
                id,
                backup,
                inspection,
                "shop.db",
                "SQLite file 'shop.db'",
                Strategy.FILE,
                "3.54",
                true,
                4096,
                OptionalLong.of(8192),
                OptionalLong.empty(),
                List.of(),
                "copy",
                Optional.of("shop_before"),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                recovery.core.target.LoadOptions.USUAL,
                List.of(problem(ErrorCode.DISK_FULL, "the disk is full").remedy("Make room.", "Use another disk.")));
    }
}
