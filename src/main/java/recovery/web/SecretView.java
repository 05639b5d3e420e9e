package recovery.web;

import recovery.core.backup.Backup;
import recovery.core.backup.BackupFormat;

/** The fields for what opens an encrypted backup. They are always empty: no page gives back what was typed. */
final class SecretView {
    private static final String TYPED_ONCE = "This server does not keep what you type here: it is used once and wiped.";
    private static final String TYPED_AGAIN =
            "Please enter it once more: this server kept nothing of what you entered before.";

    private SecretView() {}

    /** For a form of that {@link #encoding}. {@code again}: the operator has typed it on the page before. */
    static void write(Html html, Backup backup, boolean again) {
        html.begin("section", "class", "card secrets").line("h2", "What opens it");
        html.line("p", again ? TYPED_AGAIN : TYPED_ONCE, "class", again ? "notice warn" : "quiet");
        if (backup.encrypted()) {
            openPgp(html);
        }
        databaseKey(html, backup.format() == BackupFormat.SQLITE_ENCRYPTED);
        html.end();
    }

    private static void databaseKey(Html html, boolean likely) {
        html.line(
                "label",
                likely
                        ? "Key of the encrypted database (SQLCipher), if DB_KEY is not set or is another one"
                        : "Key of the database, if that is encrypted as well (SQLCipher)",
                "for",
                "db-key");
        html.lone("input", "type", "password", "id", "db-key", "name", "dbKey", "autocomplete", "off");
    }

    private static void openPgp(Html html) {
        html.line("label", "Passphrase (of the backup, or of the private key)", "for", "passphrase");
        html.lone("input", "type", "password", "id", "passphrase", "name", "passphrase", "autocomplete", "off");
        html.line("label", "Private key, if it needs one: as text", "for", "key-text");
        html.begin(
                        "textarea",
                        "id",
                        "key-text",
                        "name",
                        "privateKey",
                        "rows",
                        "3",
                        "autocomplete",
                        "off",
                        "autocapitalize",
                        "none",
                        "spellcheck",
                        "false")
                .end();
        html.line("label", "… or as a file", "for", "key-file");
        html.lone("input", "type", "file", "id", "key-file", "name", "privateKey");
    }

    /** Whether a key or passphrase may be needed for it. */
    static boolean isFor(Backup backup) {
        return backup.encrypted() || backup.format() == BackupFormat.SQLITE_ENCRYPTED;
    }

    /** How a form sends a file. */
    static String encoding(boolean encrypted) {
        return encrypted ? "multipart/form-data" : "application/x-www-form-urlencoded";
    }
}
