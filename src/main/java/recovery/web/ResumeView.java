package recovery.web;

import java.util.Optional;
import recovery.core.backup.Backup;
import recovery.core.error.RecoveryException;
import recovery.core.restore.HistoryEntry;

/** The button that goes on with a restore that was cut off. */
final class ResumeView {
    private ResumeView() {}

    static void write(Html html, Restores restores, HistoryEntry entry) {
        Optional<Backup> encrypted = encrypted(restores, entry);
        html.begin(
                "form",
                "action",
                "/restores/" + entry.id() + "/resume",
                "method",
                "post",
                "enctype",
                SecretView.encoding(encrypted.isPresent()),
                "class",
                "card resume");
        html.line("h2", "Go on where it was cut off?");
        html.line(
                "p",
                "What had been loaded into the copy is kept. The button loads the rest of '%s', if the backup is still the same, and then checks and swaps as always."
                        .formatted(entry.backup()));
        encrypted.ifPresent(backup -> SecretView.write(html, backup, true));
        html.line("button", "Go on with this restore").end();
    }

    private static Optional<Backup> encrypted(Restores restores, HistoryEntry entry) {
        try {
            return Optional.of(restores.find(entry.backup())).filter(SecretView::isFor);
        } catch (RecoveryException gone) {
            return Optional.empty();
        }
    }
}
