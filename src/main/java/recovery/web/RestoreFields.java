package recovery.web;

import static recovery.core.error.ErrorCode.CONFIRMATION_MISSING;
import static recovery.core.error.ErrorCode.REQUEST_UNUSABLE;
import static recovery.core.error.RecoveryException.problem;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import recovery.core.error.RecoveryException;
import recovery.core.layer.Secrets;
import recovery.core.restore.LoadSettings;
import recovery.core.restore.RestoreRequest;

/**
 * The fields of a request for a restore. A field that is not known is an error: a misspelt {@code dryRun} must not become
 * a real restore. Case, {@code _} and {@code -} in names do not matter. Closing wipes the secrets.
 */
final class RestoreFields implements AutoCloseable {
    private static final List<String> BACKUP_NAMES = List.of("backup", "filename", "backupFile", "backupPath");
    private static final List<String> OTHERS = List.of("dryRun", "strategy", "confirm", "overrideReason", "sha256");
    private static final List<String> OF_PAGES = List.of(LoadFields.SHOWN, LoadFields.KEPT);

    private final Map<String, List<String>> values = new LinkedHashMap<>();
    private final Fields fields;
    private final LoadFields load;
    private final FileFields files;

    RestoreFields(Fields fields) {
        this.fields = fields;
        fields.texts().forEach((name, all) -> {
            for (String value : all) {
                if (!value.isBlank()) {
                    values.computeIfAbsent(known(name), first -> new ArrayList<>())
                            .add(value.strip());
                }
            }
        });
        this.load = new LoadFields(values);
        this.files = new FileFields(values);
    }

    /** The backup that the request names. */
    Optional<String> backup() {
        return value("backup");
    }

    boolean dryRun() {
        return value("dryRun").map(value -> LoadFields.truth("dryRun", value)).orElse(false);
    }

    /** What the client says the uploaded file must hash to. */
    Optional<String> sha256() {
        return value("sha256").map(hash -> hash.toLowerCase(Locale.ROOT));
    }

    LoadFields load() {
        return load;
    }

    boolean hasSecrets() {
        return fields.hasSecrets();
    }

    /** A job was started with the secrets, and wipes them at its end. */
    void handedOver() {
        fields.handedOver();
    }

    /** Wiped by {@link #close} unless they are handed over. */
    Secrets secrets() {
        return fields.secrets();
    }

    /**
     * A restore of {@code backup}.
     *
     * @param mustConfirm whether the target's name has to be there; if it is there it must be right in any case
     */
    RestoreRequest toRequest(String backup, String target, boolean mustConfirm, String door, LoadSettings settings) {
        Optional<String> confirm = value("confirm");
        boolean confirmed = confirm.filter(target::equals).isPresent();
        if (!confirmed && (confirm.isPresent() || (mustConfirm && !dryRun()))) {
            throw notConfirmed(confirm, target);
        }
        // a dry run writes nothing, so there is nothing to agree to: it tells what the restore would ask
        return request(backup, target, confirmed || dryRun(), door, settings);
    }

    /** The same before anybody has agreed to anything. */
    RestoreRequest asked(String backup, String target, LoadSettings settings) {
        return request(backup, target, false, "page", settings);
    }

    private RestoreRequest request(
            String backup, String target, boolean confirmed, String door, LoadSettings settings) {
        return new RestoreRequest(
                backup,
                dryRun(),
                files.strategy(value("strategy")),
                confirmed,
                value("overrideReason"),
                load.options(Optional.of(target), settings).with(files.options()),
                secrets(),
                door);
    }

    private static RecoveryException notConfirmed(Optional<String> typed, String target) {
        String text = typed.map(word -> "'" + word + "' is not the name of the database that would be replaced")
                .orElse("the name of the database that would be replaced was not typed");
        return problem(CONFIRMATION_MISSING, "%s", text)
                .remedy("Type '%s' if this is the database that the backup shall replace.".formatted(target));
    }

    private Optional<String> value(String name) {
        return Optional.ofNullable(values.get(name)).map(all -> all.get(all.size() - 1));
    }

    private static String known(String name) {
        if (BACKUP_NAMES.stream().anyMatch(backup -> Fields.same(backup, name))) {
            return "backup";
        }
        return Stream.of(OTHERS, LoadFields.NAMES, FileFields.NAMES, OF_PAGES)
                .flatMap(List::stream)
                .filter(known -> Fields.same(known, name))
                .findFirst()
                .orElseThrow(() -> problem(REQUEST_UNUSABLE, "the field '%s' is not known", name)
                        .remedy("Use backup, or one of %s, passphrase, privateKey, dbKey."
                                .formatted(String.join(
                                        ", ",
                                        Stream.of(OTHERS, LoadFields.NAMES, FileFields.NAMES)
                                                .flatMap(List::stream)
                                                .toList()))));
    }

    @Override
    public void close() {
        fields.close();
    }
}
