package recovery.config;

/** A password or token. It has no text of its own, so it cannot slip into a log line, an answer or an error. */
public final class Secret {
    private final char[] characters;

    Secret(String text) {
        this.characters = text.toCharArray();
    }

    /** A fresh copy; the caller wipes it after use. */
    public char[] characters() {
        return characters.clone();
    }

    public int length() {
        return characters.length;
    }

    @Override
    public String toString() {
        return "***";
    }
}
