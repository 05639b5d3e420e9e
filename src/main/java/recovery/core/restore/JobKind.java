package recovery.core.restore;

/** What a job is, as it stands in journals, reports and JSON. */
final class JobKind {
    static final String RESTORE = "restore";
    static final String ROLLBACK = "rollback";
    static final String BACKUP = "backup";
    static final String DRY_RUN = "dry-run";

    private JobKind() {}
}
