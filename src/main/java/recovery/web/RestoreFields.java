package recovery.web;

import static recovery.core.error.ErrorCode.CONFIRMATION_MISSING;
import static recovery.core.error.ErrorCode.REQUEST_UNUSABLE;
import static recovery.core.error.RecoveryException.problem;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import recovery.core.error.RecoveryException;
import recovery.core.restore.RestoreRequest;

/**
 * The fields of a request for a restore. A field that is not known is an error: a misspelt {@code dryRun} must not become
 * a real restore. Case, {@code _} and {@code -} in names do not matter.
 */
final class RestoreFields {
    private static final List<String> BACKUP_NAMES = List.of("backup", "filename", "backupFile", "backupPath");
    private static final List<String> OTHERS = List.of(
            "dryRun", "strategy", "confirm", "overrideReason", "jobs", "sha256", "tables", "passphrase", "privateKey");

    private final Map<String, String> values = new LinkedHashMap<>();

    RestoreFields(Map<String, String> sent) {
        sent.forEach((name, value) -> {
            if (!value.isBlank()) {
                values.put(known(name), value.strip());
            }
        });
        for (String later : List.of("tables", "passphrase", "privateKey")) {
            if (values.containsKey(later)) {
                throw problem(REQUEST_UNUSABLE, "this version cannot use '%s'", later)
                        .remedy("Send the request without it, or use a newer version of this server.");
            }
        }
        value("jobs").ifPresent(RestoreFields::checkJobs);
    }

    /** The backup that the request names. */
    Optional<String> backup() {
        return value("backup");
    }

    boolean dryRun() {
        return value("dryRun").map(RestoreFields::truth).orElse(false);
    }

    /** What the client says the uploaded file must hash to. */
    Optional<String> sha256() {
        return value("sha256").map(hash -> hash.toLowerCase(Locale.ROOT));
    }

    /**
     * A restore of {@code backup}.
     *
     * @param mustConfirm whether the target's name has to be there; if it is there it must be right in any case
     */
    RestoreRequest toRequest(String backup, String target, boolean mustConfirm, String door) {
        Optional<String> confirm = value("confirm");
        boolean confirmed = confirm.filter(target::equals).isPresent();
        if (!confirmed && (confirm.isPresent() || (mustConfirm && !dryRun()))) {
            throw notConfirmed(confirm, target);
        }
        // a dry run writes nothing, so there is nothing to agree to: it tells what the restore would ask
        return new RestoreRequest(
                backup, dryRun(), value("strategy"), confirmed || dryRun(), value("overrideReason"), door);
    }

    private static RecoveryException notConfirmed(Optional<String> typed, String target) {
        String text = typed.map(word -> "'" + word + "' is not the name of the database that would be replaced")
                .orElse("the name of the database that would be replaced was not typed");
        return problem(CONFIRMATION_MISSING, "%s", text)
                .remedy("Type '%s' if this is the database that the backup shall replace.".formatted(target));
    }

    private Optional<String> value(String name) {
        return Optional.ofNullable(values.get(name));
    }

    private static String known(String name) {
        for (String backup : BACKUP_NAMES) {
            if (same(backup, name)) {
                return "backup";
            }
        }
        for (String other : OTHERS) {
            if (same(other, name)) {
                return other;
            }
        }
        throw problem(REQUEST_UNUSABLE, "the field '%s' is not known", name)
                .remedy("Use %s, or one of %s.".formatted("backup", String.join(", ", OTHERS.subList(0, 6))));
    }

    private static boolean same(String known, String name) {
        return known.equalsIgnoreCase(name.replace("_", "").replace("-", ""));
    }

    private static boolean truth(String value) {
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "true", "yes", "on", "1" -> true;
            case "false", "no", "off", "0" -> false;
            default ->
                throw problem(REQUEST_UNUSABLE, "'%s' is neither true nor false", value)
                        .remedy("Send dryRun as true or false.");
        };
    }

    private static void checkJobs(String value) {
        if (!value.matches("[1-9][0-9]{0,2}")) {
            throw problem(REQUEST_UNUSABLE, "'%s' is no number of jobs", value)
                    .remedy("Send a number from 1 to 999, or no 'jobs' at all.");
        }
    }
}
