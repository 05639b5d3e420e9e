package recovery.core.dump.archive;

import recovery.core.dump.Section;

/**
 * The passes in which an archive is restored: sections in order, then privileges, since a REVOKE may take a right that
 * the restore needs, then what depends on everything (RestorePass in pg_backup_archiver.c).
 */
enum Pass {
    PRE_DATA,
    DATA,
    POST_DATA,
    PRIVILEGES,
    LAST;

    /** In which pass the entry's turn comes. */
    static Pass of(TocEntry entry) {
        if (entry.hasData()) {
            return DATA;
        }
        return switch (entry.kind()) {
            case "ACL", "ACL LANGUAGE", "DEFAULT ACL" -> PRIVILEGES;
            case "EVENT TRIGGER", "MATERIALIZED VIEW DATA" -> LAST;
            case "COMMENT", "SECURITY LABEL" -> entry.tag().startsWith("EVENT TRIGGER ") ? LAST : of(entry.section());
            // statistics of a materialized view need its rows
            case "STATISTICS DATA" -> entry.section() == Section.POST_DATA ? LAST : of(entry.section());
            default -> of(entry.section());
        };
    }

    private static Pass of(Section section) {
        return switch (section) {
            case NONE, PRE_DATA -> PRE_DATA;
            case DATA -> DATA;
            case POST_DATA -> POST_DATA;
        };
    }
}
