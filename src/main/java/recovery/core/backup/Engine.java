package recovery.core.backup;

/** The databases that can be restored. */
public enum Engine {
    POSTGRESQL("PostgreSQL"),
    SQLITE("SQLite");

    private final String title;

    Engine(String title) {
        this.title = title;
    }

    /** As people write it. */
    public String title() {
        return title;
    }

    /** As it stands in JSON. */
    @Override
    public String toString() {
        return title.toLowerCase(java.util.Locale.ROOT);
    }
}
