package recovery.core.target.sqlite;

import static recovery.core.error.ErrorCode.DUMP_DANGEROUS;
import static recovery.core.error.RecoveryException.problem;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import recovery.core.dump.DumpPart.Statement;
import recovery.core.error.Note;

/**
 * Decides about the PRAGMAs of a script: those that belong to the data are run, those that would steer the load are
 * the loader's own business, and those that reach beyond the file are refused. For one load.
 */
final class ScriptPragmas {
    private static final Set<String> OF_THE_DATA = Set.of(
            "user_version",
            "application_id",
            "page_size",
            "encoding",
            "auto_vacuum",
            "writable_schema",
            "legacy_alter_table",
            "recursive_triggers",
            "case_sensitive_like",
            "ignore_check_constraints");

    private static final Set<String> IN_THE_HEADER = Set.of("user_version", "application_id");

    /** They change how fast or how safely a connection works, or only look; none of them is part of the data. */
    private static final Set<String> OF_THE_LOAD = Set.of(
            "foreign_keys",
            "defer_foreign_keys",
            "synchronous",
            "locking_mode",
            "cache_size",
            "cache_spill",
            "temp_store",
            "mmap_size",
            "busy_timeout",
            "wal_autocheckpoint",
            "wal_checkpoint",
            "journal_size_limit",
            "threads",
            "optimize",
            "analysis_limit",
            "automatic_index",
            "foreign_key_check",
            "integrity_check",
            "quick_check",
            "incremental_vacuum",
            "secure_delete",
            "shrink_memory",
            "trusted_schema",
            "cell_size_check",
            "checkpoint_fullfsync",
            "fullfsync",
            "read_uncommitted",
            "query_only");

    private static final Set<String> BEYOND_THE_FILE = Set.of("temp_store_directory", "data_store_directory");
    private static final Pattern WAL = Pattern.compile("(?is).*[=(]\\s*['\"]?wal['\"]?\\s*\\)?\\s*");

    private final Set<String> skipped = new TreeSet<>();
    private boolean writeAheadLog;

    /** Whether the statement is to be run. */
    boolean isForTheData(Statement pragma) {
        String name = pragma.entry().name().toLowerCase(Locale.ROOT);
        if (BEYOND_THE_FILE.contains(name)) {
            throw problem(
                            DUMP_DANGEROUS,
                            "line %d reaches beyond the database: '%s'",
                            pragma.line(),
                            ScriptLoad.shortened(pragma.sql()))
                    .at(pragma.position())
                    .remedy("Look at the script, and remove the line if it does no harm.");
        }
        if (name.equals("journal_mode")) {
            writeAheadLog = WAL.matcher(pragma.sql()).matches();
            return false;
        }
        if (OF_THE_DATA.contains(name)) {
            return true;
        }
        if (!OF_THE_LOAD.contains(name)) {
            skipped.add(name);
        }
        return false;
    }

    /** Whether it sets a number in the header of the file that means nothing to SQLite itself. */
    static boolean writesHeader(Statement pragma) {
        return IN_THE_HEADER.contains(pragma.entry().name().toLowerCase(Locale.ROOT));
    }

    /** The script asks for a database in WAL mode. */
    boolean wantsWriteAheadLog() {
        return writeAheadLog;
    }

    Optional<Note> note() {
        return skipped.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new Note("PRAGMA_SKIPPED", "Not run, because unknown: " + String.join(", ", skipped) + "."));
    }
}
