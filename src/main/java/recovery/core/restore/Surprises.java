package recovery.core.restore;

import static recovery.core.error.ErrorCode.BUG;
import static recovery.core.error.ErrorCode.DISK_FULL;
import static recovery.core.error.ErrorCode.FILE_NOT_ACCESSIBLE;
import static recovery.core.error.ErrorCode.SWAP_UNCONFIRMED;
import static recovery.core.error.RecoveryException.problem;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Locale;
import recovery.core.error.RecoveryException;
import recovery.core.error.Why;

/** Turns what no stage could explain into an error an operator can read. */
final class Surprises {
    private static final Logger LOG = System.getLogger(Surprises.class.getName());

    private Surprises() {}

    static RecoveryException unreadable(String backup, IOException e) {
        String message = Why.of(e);
        if (message.toLowerCase(Locale.ROOT).contains("no space left")) {
            return problem(DISK_FULL, "the disk is full: %s", message)
                    .causedBy(e)
                    .remedy("Free space on that disk and start again.");
        }
        return problem(FILE_NOT_ACCESSIBLE, "'%s' cannot be read or its copy cannot be written: %s", backup, message)
                .causedBy(e)
                .remedy("Check the disk and the rights of the file, then start again or choose another backup.");
    }

    /** For what comes behind the end of a job: nobody waits for it any more. */
    static void logged(Runnable last) {
        try {
            last.run();
        } catch (RecoveryException e) {
            LOG.log(Level.ERROR, e.report());
        }
    }

    /** The same once the swap has begun, when nobody can say how far it came. */
    static RecoveryException bugInSwap(Throwable e) {
        LOG.log(Level.ERROR, "a bug in the swap", e);
        return problem(SWAP_UNCONFIRMED, "this program has a bug in the swap: %s", e)
                .causedBy(e)
                .remedy(
                        "Look which databases or files there are: the sentence below says what that means.",
                        "Send logs/recovery.log to those who maintain this program.");
    }

    /** A failure of this program; the only one that is logged where it is made, because its trace is needed. */
    static RecoveryException bug(Throwable e) {
        if (e instanceof OutOfMemoryError) {
            return problem(BUG, "this program ran out of memory: %s", e.getMessage())
                    .causedBy(e)
                    .remedy("Start it with more memory, for example: java -Xmx1g -jar emergency.jar.");
        }
        LOG.log(Level.ERROR, "a bug", e);
        return problem(BUG, "this program has a bug: %s", e)
                .causedBy(e)
                .remedy(
                        "Try another backup or another way (page, terminal); the live database is as the sentence below says.",
                        "Send logs/recovery.log to those who maintain this program.");
    }
}
