package recovery.core.restore;

import static recovery.core.error.ErrorCode.CANCELLED;
import static recovery.core.error.ErrorCode.FILE_NOT_ACCESSIBLE;
import static recovery.core.error.RecoveryException.problem;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import recovery.core.backup.Engine;
import recovery.core.dump.DumpReaders;
import recovery.core.error.RecoveryException;
import recovery.core.error.Why;
import recovery.core.layer.BackupStream;
import recovery.core.layer.Cancellation;

/** The file of SCHEMA_FILE: looked at before anything is written, so that no fault of it is taken for one of the backup. */
final class Definitions {
    private static final String REMEDY =
            "Set SCHEMA_FILE to a complete script of the definitions that is not encrypted,"
                    + " such as \"pg_dump --schema-only\" writes.";

    private Definitions() {}

    /** Throws what is wrong with {@code file}, under the code that it would have as a backup. */
    static void check(Path file, Engine engine, Cancellation cancellation) {
        if (!Files.exists(file)) {
            throw problem(FILE_NOT_ACCESSIBLE, "SCHEMA_FILE names '%s', and there is no such file", file)
                    .remedy("Correct SCHEMA_FILE in the settings, or put the file there.");
        }
        try (BackupStream schema = BackupStream.open(file, cancellation)) {
            if (engine == Engine.POSTGRESQL) {
                DumpReaders.checkDefinitions(schema);
            }
        } catch (RecoveryException e) {
            if (e.code() == CANCELLED) {
                throw e;
            }
            throw problem(e.code(), "'%s', which SCHEMA_FILE names, cannot be used: %s", file, e.getMessage())
                    .causedBy(e)
                    .remedy(REMEDY);
        } catch (IOException e) {
            throw problem(FILE_NOT_ACCESSIBLE, "'%s', which SCHEMA_FILE names, cannot be read: %s", file, Why.of(e))
                    .causedBy(e)
                    .remedy("Check the rights of the file and the disk it lies on.");
        }
    }
}
