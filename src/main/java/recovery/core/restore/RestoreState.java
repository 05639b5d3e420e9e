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
    DONE("Done."),
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
        return this == DONE || this == FAILED || this == CANCELLED || this == CUT_OFF;
    }

    /** It can still be cancelled. */
    public boolean isBeforeSwap() {
        return switch (this) {
            case PLANNED, SAVING, READING_BACK, RESTORING, VERIFYING -> true;
            case SWAPPING, DONE, FAILED, CANCELLED, CUT_OFF -> false;
        };
    }

    /** As it stands in JSON. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
