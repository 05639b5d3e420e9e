package recovery.web;

import static recovery.core.error.ErrorCode.REQUEST_UNUSABLE;
import static recovery.core.error.RecoveryException.problem;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import recovery.core.target.FileOptions;
import recovery.core.target.OnConflict;
import recovery.core.target.Strategy;

/** The fields of restores into SQLite files. Their names are those of the HTTP interface. */
final class FileFields {
    static final List<String> NAMES =
            List.of("online", "wholeVolume", "onConflict", "salvage", "changeEncryption", "skipBackup");

    private final Map<String, List<String>> sent;

    /** {@code sent}: by the names above, without blank values. */
    FileFields(Map<String, List<String>> sent) {
        this.sent = sent;
    }

    FileOptions options() {
        return new FileOptions(
                value("onConflict").map(FileFields::policy),
                truth("salvage"),
                truth("changeEncryption"),
                truth("skipBackup"));
    }

    /** The strategy that the fields mean, or else {@code named}; REQUEST_UNUSABLE if they contradict each other. */
    Optional<String> strategy(Optional<String> named) {
        boolean online = truth("online");
        boolean volume = truth("wholeVolume");
        Optional<String> meant = online
                ? Optional.of(Strategy.ONLINE.toString())
                : volume ? Optional.of(Strategy.VOLUME.toString()) : Optional.empty();
        if ((online && volume) || (meant.isPresent() && named.isPresent() && !meant.equals(named))) {
            throw problem(
                            REQUEST_UNUSABLE,
                            "'%s' and '%s' contradict each other",
                            online ? "online" : "wholeVolume",
                            online && volume ? "wholeVolume" : "strategy")
                    .remedy("Leave one of them out.");
        }
        return meant.or(() -> named);
    }

    private static OnConflict policy(String name) {
        return OnConflict.named(name)
                .orElseThrow(() -> problem(REQUEST_UNUSABLE, "'%s' in 'onConflict' is not known", name)
                        .remedy("Send 'replace' or 'add-missing'."));
    }

    private boolean truth(String name) {
        return value(name).map(value -> LoadFields.truth(name, value)).orElse(false);
    }

    private Optional<String> value(String name) {
        List<String> all = sent.getOrDefault(name, List.of());
        return all.isEmpty() ? Optional.empty() : Optional.of(all.get(all.size() - 1));
    }
}
