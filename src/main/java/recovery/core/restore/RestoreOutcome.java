package recovery.core.restore;

import java.util.Optional;
import recovery.core.error.RecoveryException;
import recovery.core.target.Strategy;

/**
 * How a restore ended.
 *
 * <p>These are all the ways there are. Each can say what became of the live database, because that is the first
 * thing an operator asks; the page, the terminal and the log show that sentence word for word.
 */
public sealed interface RestoreOutcome {

    /** One sentence on the state of the live database, true at the moment the restore ended. */
    String liveDatabase();

    /** The copy was restored beside the live database, passed every check, and took its name. */
    record Swapped(String database, String previousKeptAs) implements RestoreOutcome {
        public Swapped {
            if (database.equals(previousKeptAs)) {
                throw new IllegalArgumentException(
                        "the previous data cannot be kept under the live name '" + database + "'");
            }
        }

        @Override
        public String liveDatabase() {
            return "'%s' holds the restored data; what it held before is kept as '%s'."
                    .formatted(database, previousKeptAs);
        }
    }

    /** The copy was restored beside the live file, passed every check, and was written into it. */
    record WrittenInto(String database, String previousKeptAs) implements RestoreOutcome {
        @Override
        public String liveDatabase() {
            return "'%s' holds the restored data, which was written into it in one transaction; what it held before is kept as '%s'."
                    .formatted(database, previousKeptAs);
        }
    }

    /** Tables of the copy, which passed every check, were written into the live file. */
    record TablesWritten(String database, int tables, String previousKeptAs) implements RestoreOutcome {
        @Override
        public String liveDatabase() {
            return "Rows of %d %s were written into '%s' in one transaction; what it held before is kept as '%s'."
                    .formatted(tables, tables == 1 ? "table" : "tables", database, previousKeptAs);
        }
    }

    /** The copy took the live name, or was written into the live file, and what was live is kept. */
    static RestoreOutcome swapped(Strategy strategy, String database, String previousKeptAs) {
        return strategy == Strategy.ONLINE
                ? new WrittenInto(database, previousKeptAs)
                : new Swapped(database, previousKeptAs);
    }

    /** There was no live database; the copy took its name. */
    record Created(String database) implements RestoreOutcome {
        @Override
        public String liveDatabase() {
            return "'%s' holds the restored data; there was no database of that name before.".formatted(database);
        }
    }

    /**
     * The copy holds what could be read of a damaged backup, and took the live name. Never a success.
     *
     * @param held what it holds and what is lost, parts of a sentence
     */
    record Salvaged(String database, String backup, Optional<String> previousKeptAs, String held)
            implements RestoreOutcome {
        @Override
        public String liveDatabase() {
            return "'%s' now holds what could be read of '%s': %s; %s."
                    .formatted(
                            database,
                            backup,
                            held,
                            previousKeptAs
                                    .map("the data of before is kept as '%s'"::formatted)
                                    .orElse("there was no database of that name before"));
        }
    }

    /** A previous database took the live name again. */
    record RolledBack(String database, String previousKeptAs) implements RestoreOutcome {
        @Override
        public String liveDatabase() {
            return "'%s' holds again what it held before; the restored data is kept as '%s'."
                    .formatted(database, previousKeptAs);
        }
    }

    /** There was no live database; a previous one took the name. */
    record BroughtBack(String database) implements RestoreOutcome {
        @Override
        public String liveDatabase() {
            return "'%s' holds again what it held before; there was no database of that name meanwhile."
                    .formatted(database);
        }
    }

    /** Nothing was to be written. */
    record Looked(String database) implements RestoreOutcome {
        @Override
        public String liveDatabase() {
            return "'%s' is unchanged; this was a dry run.".formatted(database);
        }
    }

    /** The live database was dropped, and the backup was loaded in its place. */
    record Replaced(String database, String file) implements RestoreOutcome {
        @Override
        public String liveDatabase() {
            return "'%s' holds the restored data; what it held when the safety copy was made is saved in '%s'."
                    .formatted(database, file);
        }
    }

    /** The live database was to be dropped, and it was not. */
    record NotDropped(String database) implements RestoreOutcome {
        @Override
        public String liveDatabase() {
            return "'%s' is unchanged; it was not dropped.".formatted(database);
        }
    }

    /** The live database was dropped, the backup could not be loaded, and so the safety copy was. */
    record PutBack(String database, String file) implements RestoreOutcome {
        @Override
        public String liveDatabase() {
            return "'%s' holds again what it held when the safety copy was made; it was dropped, and '%s' was loaded."
                    .formatted(database, file);
        }
    }

    /** The live database was dropped, and nothing has taken its place. */
    record Missing(String database, String file, String command) implements RestoreOutcome {
        @Override
        public String liveDatabase() {
            return "'%s' is missing: it was dropped, what it held is saved in '%s', and '%s' brings it back."
                    .formatted(database, file, command);
        }
    }

    /** The live database was to be dropped, and the server does not say whether it was. */
    record MaybeMissing(String database, String file, String command) implements RestoreOutcome {
        @Override
        public String liveDatabase() {
            return "'%s' may be missing, the server does not answer: if it is, what it held is saved in '%s', and '%s' brings it back."
                    .formatted(database, file, command);
        }
    }

    /** There was no live database before, and there is none now. */
    record StillMissing(String database) implements RestoreOutcome {
        @Override
        public String liveDatabase() {
            return "'%s' is still missing; nothing has taken its place.".formatted(database);
        }
    }

    /** It was dropped by a restore that was cut off, and somebody else has made one of its name since. */
    record MadeByOthers(String database, String file) implements RestoreOutcome {
        @Override
        public String liveDatabase() {
            return "'%s' was dropped, and somebody else has made it again; what it held is saved in '%s'."
                    .formatted(database, file);
        }
    }

    /** The live database was written into a file. */
    record Saved(String database, String file) implements RestoreOutcome {
        @Override
        public String liveDatabase() {
            return "'%s' is unchanged; it was only read, and what it held is saved in '%s'.".formatted(database, file);
        }
    }

    /** It was not written into a file, for what reason ever. */
    record OnlyRead(String database) implements RestoreOutcome {
        @Override
        public String liveDatabase() {
            return "'%s' is unchanged; it was only read.".formatted(database);
        }
    }

    /** Something failed, or a check said no, before the swap began or in the swap, which then undid itself. */
    record NotSwapped(String database, RecoveryException reason) implements RestoreOutcome {
        @Override
        public String liveDatabase() {
            return unchanged(database);
        }
    }

    /** The server went silent during the swap. Both renames happened or neither did: they are one transaction. */
    record SwapUnconfirmed(String database, String previousKeptAs, RecoveryException reason) implements RestoreOutcome {
        @Override
        public String liveDatabase() {
            return "'%s' is whole but may be the old or the restored data; it is the restored data if '%s' exists."
                    .formatted(database, previousKeptAs);
        }
    }

    /** The restored data was being written into the live file in one transaction, and nobody knows whether it was committed. */
    record MaybeWritten(String database, String previousKeptAs) implements RestoreOutcome {
        @Override
        public String liveDatabase() {
            return "'%s' is whole and holds the old or the restored data, so look into it; if it is the restored data, what it held before is kept as '%s'."
                    .formatted(database, previousKeptAs);
        }
    }

    /** The live file was moved aside and the restored file did not take its place. Only files can end here. */
    record HalfSwapped(String database, String previousAt, String restoredAt, RecoveryException reason)
            implements RestoreOutcome {
        @Override
        public String liveDatabase() {
            return halfSwapped(database, previousAt, restoredAt);
        }
    }

    /** The sentence for a live database to which nothing was done. */
    static String unchanged(String database) {
        return "'%s' is unchanged; nothing was renamed.".formatted(database);
    }

    /** The sentence for a swap of files that a crash cut off and that was taken back later. */
    static String takenBack(String database) {
        return "'%s' holds what it held before; the swap that was cut off has been taken back.".formatted(database);
    }

    /** The sentence for a swap of files that stands in the middle. */
    static String halfSwapped(String database, String previousAt, String restoredAt) {
        return "'%s' is missing: rename '%s' to it to go back, or '%s' to go on."
                .formatted(database, previousAt, restoredAt);
    }

    /** What a failure means for the live database, by its code. */
    static RestoreOutcome failed(
            Strategy strategy, String database, String incoming, String keepAs, RecoveryException reason) {
        return switch (reason.code()) {
            case SWAP_UNCONFIRMED ->
                strategy == Strategy.ONLINE
                        ? new MaybeWritten(database, keepAs)
                        : new SwapUnconfirmed(database, keepAs, reason);
            case SWAP_HALF_DONE -> new HalfSwapped(database, keepAs, incoming, reason);
            default -> new NotSwapped(database, reason);
        };
    }
}
