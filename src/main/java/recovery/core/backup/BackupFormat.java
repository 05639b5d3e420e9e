package recovery.core.backup;

/** What a backup is once its layers (compression, encryption) are taken off; decided by its first bytes. */
public enum BackupFormat {
    SQL("sql", "SQL script"),
    PG_CUSTOM("pg-custom", "pg_dump custom archive"),
    PG_DIRECTORY("pg-directory", "pg_dump directory archive"),
    PG_TAR("pg-tar", "pg_dump tar archive"),
    SQLITE_DATABASE("sqlite", "SQLite database file"),
    /** Only its key can tell whether it is one. */
    SQLITE_ENCRYPTED("sqlite-encrypted", "SQLite file, possibly encrypted (SQLCipher)"),
    TAR("tar", "tar archive"),
    UNKNOWN("unknown", "not recognised");

    private final String word;
    private final String title;

    BackupFormat(String word, String title) {
        this.word = word;
        this.title = title;
    }

    /** For people. */
    public String title() {
        return title;
    }

    /** As it stands in JSON. */
    @Override
    public String toString() {
        return word;
    }
}
