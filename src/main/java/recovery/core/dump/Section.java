package recovery.core.dump;

/** pg_dump's sections. A statement without a section comment is in {@link #NONE} and must run in its place. */
public enum Section {
    NONE,
    PRE_DATA,
    DATA,
    POST_DATA
}
