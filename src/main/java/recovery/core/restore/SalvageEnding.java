package recovery.core.restore;

import static recovery.core.error.ErrorCode.SALVAGED_INCOMPLETE;
import static recovery.core.error.RecoveryException.problem;

import java.util.ArrayList;
import java.util.List;
import recovery.core.error.RecoveryException;
import recovery.core.target.Salvage;
import recovery.core.verify.Verification;
import recovery.core.verify.Verification.Check;
import recovery.core.verify.Verification.Status;

/** What a salvage comes to: it is never a success, and never passes its verification. Stateless. */
final class SalvageEnding {
    /** What the rows of a damaged file can lack without the new file being unsound. */
    private static final List<String> OF_THE_DAMAGE = List.of("orphans", "needed tables");

    private SalvageEnding() {}

    /** The verdict on a copy that holds what could be read: at best incomplete. */
    static Verification verification(Verification verdict, Salvage salvage) {
        List<Check> checks = new ArrayList<>();
        checks.add(new Check("salvage", Status.INCOMPLETE, String.join("; ", salvage.losses())));
        checks.addAll(verdict.checks());
        return new Verification(
                verdict.status() == Status.PASSED ? Status.INCOMPLETE : verdict.status(), checks, verdict.tables());
    }

    /** The checks that keep the copy from taking the live name. */
    static List<Check> stopping(Verification verification, boolean salvaged) {
        return verification.checks().stream()
                .filter(check -> check.status() == Status.FAILED)
                .filter(check -> !salvaged || !OF_THE_DAMAGE.contains(check.name()))
                .toList();
    }

    static RecoveryException incomplete(String backup, Salvage salvage) {
        return problem(
                        SALVAGED_INCOMPLETE,
                        "'%s' is damaged, and only what could be read of it was restored: %s",
                        backup,
                        String.join("; ", salvage.losses()))
                .remedy(
                        "Compare what is there with an older backup that is whole, and take from it what is lost.",
                        "Keep the damaged file; nothing was changed in it.");
    }
}
