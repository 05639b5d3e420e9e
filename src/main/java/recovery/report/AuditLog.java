package recovery.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;
import recovery.core.backup.FolderSync;
import recovery.core.restore.RestoreRecorder;
import recovery.core.restore.RestoreReport;

/**
 * Writes one file {@code restore_ID.json} for every restore, rollback and dry run, however it ended: the whole report,
 * and with which version, by whom and where it was run. A record appears complete or not at all and is never
 * overwritten. The log has one line on each; if the record cannot be written, it says so. Any thread may use it.
 */
public final class AuditLog implements RestoreRecorder {
    private static final Duration UNFINISHED_FOR = Duration.ofHours(1);

    private final Path directory;
    private final Supplier<ObjectMapper> json;
    private final System.Logger log;

    /** {@code logDir} is created with the first record. */
    public AuditLog(Path logDir, Supplier<ObjectMapper> json) {
        this(logDir, json, System.getLogger(AuditLog.class.getName()));
    }

    AuditLog(Path logDir, Supplier<ObjectMapper> json, System.Logger log) {
        this.directory = logDir;
        this.json = json;
        this.log = log;
    }

    @Override
    public void record(RestoreReport report) {
        log.log(System.Logger.Level.INFO, ending(report));
        try {
            write("restore_" + report.id().replaceAll("[^0-9A-Za-z_-]", "_"), text(report));
        } catch (IOException | RuntimeException e) {
            log.log(
                    System.Logger.Level.ERROR,
                    "the audit record of restore '%s' could not be written to '%s'; the restore itself is not affected"
                            .formatted(report.id(), directory),
                    e);
        }
    }

    private static String ending(RestoreReport report) {
        String problem = report.error()
                .map(failure -> " (%s: %s)".formatted(failure.code(), failure.problem()))
                .orElse("");
        return "%s '%s' of '%s' into %s, asked for by %s: %s%s. %s"
                .formatted(
                        report.kind(),
                        report.id(),
                        report.backup(),
                        report.address(),
                        report.door(),
                        report.state(),
                        problem,
                        report.liveDatabase());
    }

    private byte[] text(RestoreReport report) throws IOException {
        ObjectMapper mapper = ReportJson.configure(json.get());
        ObjectNode record = mapper.createObjectNode();
        record.put("program", "emergency " + version());
        record.put("java", System.getProperty("java.version"));
        record.put("user", System.getProperty("user.name"));
        record.put("host", host());
        record.setAll(mapper.<ObjectNode>valueToTree(report));
        return mapper.writerWithDefaultPrettyPrinter().writeValueAsBytes(record);
    }

    private synchronized void write(String name, byte[] text) throws IOException {
        FolderSync.make(directory);
        removeUnfinished();
        Path unfinished = directory.resolve(
                ".%s.%d.tmp".formatted(name, ProcessHandle.current().pid()));
        try {
            try (FileChannel file = FileChannel.open(
                    unfinished,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.WRITE)) {
                ByteBuffer bytes = ByteBuffer.wrap(text);
                while (bytes.hasRemaining()) {
                    file.write(bytes);
                }
                file.force(true);
            }
            name(unfinished, name);
        } finally {
            Files.deleteIfExists(unfinished);
        }
        FolderSync.force(directory);
    }

    /** A second name is refused if it is taken, also by another process at this moment; a rename would replace it. */
    private void name(Path unfinished, String name) throws IOException {
        for (int i = 1; ; i++) {
            Path file = directory.resolve(i == 1 ? name + ".json" : name + "-" + i + ".json");
            try {
                Files.createLink(file, unfinished);
                return;
            } catch (FileAlreadyExistsException taken) {
                // the next attempt has another name
            } catch (IOException | UnsupportedOperationException noSecondNames) {
                if (!Files.exists(file)) {
                    Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
                    return;
                }
            }
        }
    }

    /** What a crash left in the middle of a record; the journal of that restore says how it ended. */
    private void removeUnfinished() throws IOException {
        Instant longAgo = Instant.now().minus(UNFINISHED_FOR);
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, ".restore_*.tmp")) {
            for (Path file : files) {
                if (Files.getLastModifiedTime(file).toInstant().isBefore(longAgo)) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    private static String version() {
        return Optional.ofNullable(AuditLog.class.getPackage().getImplementationVersion())
                .orElse("(not packaged)");
    }

    /** The name this machine calls itself, without asking any server for it. */
    private static String host() {
        for (String variable : new String[] {"HOSTNAME", "COMPUTERNAME"}) {
            String name = System.getenv(variable);
            if (name != null && !name.isBlank()) {
                return name;
            }
        }
        try {
            return Files.readString(Path.of("/etc/hostname")).strip();
        } catch (IOException notThatSystem) {
            return "unknown";
        }
    }
}
