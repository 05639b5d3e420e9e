package recovery.core.dump.plain;

import java.util.Optional;
import recovery.core.dump.Entry;
import recovery.core.dump.Section;

/**
 * Reads the comment that pg_dump writes above every object: {@code -- Name: …; Type: …; Schema: …; Owner: …}.
 *
 * <p>A name may hold a semicolon or even what looks like the next field, so the line is read from its right end.
 */
final class SectionComment {
    private static final String[] BEGINNINGS = {"-- Name: ", "-- Data for Name: ", "-- Statistics for Name: "};

    private SectionComment() {}

    /** The entry that the comment names; empty if it is another comment. */
    static Optional<Entry> read(String comment) {
        for (String beginning : BEGINNINGS) {
            if (comment.startsWith(beginning)) {
                return fields(comment.stripTrailing() + " ", beginning.length());
            }
        }
        return Optional.empty();
    }

    private static Optional<Entry> fields(String line, int nameBegin) {
        int owner = line.lastIndexOf("; Owner: ");
        int schema = owner < 0 ? -1 : line.lastIndexOf("; Schema: ", owner);
        int type = schema < 0 ? -1 : line.lastIndexOf("; Type: ", schema);
        if (type < nameBegin) {
            return Optional.empty();
        }
        String kind = line.substring(type + "; Type: ".length(), schema);
        return Optional.of(new Entry(
                section(kind),
                kind,
                field(line.substring(schema + "; Schema: ".length(), owner)),
                line.substring(nameBegin, type),
                field(withoutTablespace(line.substring(owner + "; Owner: ".length())))));
    }

    private static String withoutTablespace(String owner) {
        int tablespace = owner.lastIndexOf("; Tablespace: ");
        return tablespace < 0 ? owner : owner.substring(0, tablespace);
    }

    private static Optional<String> field(String text) {
        String value = text.strip();
        return value.isEmpty() || value.equals("-") ? Optional.empty() : Optional.of(value);
    }

    /** As pg_dump assigns them; privileges and comments belong to no section and stay where they stand. */
    private static Section section(String kind) {
        return switch (kind) {
            case "TABLE DATA", "SEQUENCE SET", "BLOB", "BLOBS", "BLOB METADATA" -> Section.DATA;
            case "INDEX",
                    "INDEX ATTACH",
                    "CONSTRAINT",
                    "FK CONSTRAINT",
                    "CHECK CONSTRAINT",
                    "STATISTICS",
                    "RULE",
                    "TRIGGER",
                    "EVENT TRIGGER",
                    "MATERIALIZED VIEW DATA",
                    "STATISTICS DATA",
                    "PUBLICATION",
                    "PUBLICATION TABLE",
                    "PUBLICATION TABLES IN SCHEMA",
                    "SUBSCRIPTION",
                    "SUBSCRIPTION TABLE",
                    "POLICY",
                    "ROW SECURITY",
                    "DEFAULT ACL" -> Section.POST_DATA;
            case "ACL", "COMMENT", "SECURITY LABEL" -> Section.NONE;
            default -> Section.PRE_DATA;
        };
    }
}
