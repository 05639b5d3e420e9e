package recovery.core.restore;

import java.util.Locale;

/** The states of a restore in their order; nothing leaves a final state. */
public enum RestoreState {
    PLANNED("Looking at the backup and at the database; nothing is being written."),
    SAVING("Writing the live database into a file; it is only read."),
    READING_BACK("Reading that file back."),
    RESTORING("Loading the backup into a copy beside the live database."),
    VERIFYING("Checking the copy."),
    SWAPPING("Giving the copy the live name."),
    /** From here on only strategy {@code replace}: there is no live database until the last of them ends. */
    DROPPING("Dropping the live database, which is saved in a file."),
    REPLACING("Loading the backup; there is no live database until that is done."),
    CHECKING("Checking what was loaded; there is no live database until that is done."),
    NAMING("Giving what was loaded the live name."),
    PUTTING_BACK("Loading the safety copy, because the backup could not be loaded."),
    DONE("Done."),
    /** The live database was replaced by what could be read of a damaged backup: no success. */
    SALVAGED("Salvaged: the live database holds what could be read of a damaged backup."),
    FAILED("Failed."),
    CANCELLED("Cancelled."),
    /** Its process died. Never written to a journal: it is what a journal without an end means. */
    CUT_OFF("Cut off: the program ended before this did.");

    private final String sentence;

    RestoreState(String sentence) {
        this.sentence = sentence;
    }

    /** For the operator. */
    public String sentence() {
        return sentence;
    }

    public boolean isFinal() {
        return this == DONE || this == SALVAGED || this == FAILED || this == CANCELLED || this == CUT_OFF;
    }

    /** What the live database holds is not what it held before. */
    public boolean hasChangedTarget() {
        return this == DONE || this == SALVAGED;
    }

    /** It can still be cancelled. */
    public boolean isBeforeSwap() {
        return switch (this) {
            case PLANNED, SAVING, READING_BACK, RESTORING, VERIFYING -> true;
            case SWAPPING,
                    DROPPING,
                    REPLACING,
                    CHECKING,
                    NAMING,
                    PUTTING_BACK,
                    DONE,
                    SALVAGED,
                    FAILED,
                    CANCELLED,
                    CUT_OFF -> false;
        };
    }

    /** Somebody who asks it to stop is heard. */
    public boolean isCancellable() {
        return isBeforeSwap() || this == REPLACING || this == CHECKING;
    }

    /** The state of a restore beside the live database in which the same work is done. */
    RestoreState like() {
        return switch (this) {
            case REPLACING, PUTTING_BACK -> RESTORING;
            case CHECKING -> VERIFYING;
            case DROPPING, NAMING -> SWAPPING;
            case PLANNED,
                    SAVING,
                    READING_BACK,
                    RESTORING,
                    VERIFYING,
                    SWAPPING,
                    DONE,
                    SALVAGED,
                    FAILED,
                    CANCELLED,
                    CUT_OFF -> this;
        };
    }

    /** As it stands in JSON. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
