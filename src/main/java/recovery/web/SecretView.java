package recovery.web;

/** The fields for what opens an encrypted backup. They are always empty: no page gives back what was typed. */
final class SecretView {
    private static final String TYPED_ONCE = "This server does not keep what you type here: it is used once and wiped.";
    private static final String TYPED_AGAIN =
            "Please enter it once more: this server kept nothing of what you entered before.";

    private SecretView() {}

    /** For a form of that {@link #encoding}. {@code again}: the operator has typed it on the page before. */
    static void write(Html html, boolean again) {
        html.begin("section", "class", "card secrets").line("h2", "What opens it");
        html.line("p", again ? TYPED_AGAIN : TYPED_ONCE, "class", again ? "notice warn" : "quiet");
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
        html.end();
    }

    /** How a form sends a file. */
    static String encoding(boolean encrypted) {
        return encrypted ? "multipart/form-data" : "application/x-www-form-urlencoded";
    }
}
