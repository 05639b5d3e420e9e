package recovery.core.dump;

import java.util.Set;

/** To which section a statement belongs, where pg_dump gives it none: that of the object it speaks of. */
final class SectionOf {
    private static final Set<String> POST_DATA = Set.of(
            "index", "constraint", "trigger", "rule", "policy", "statistics", "publication", "subscription", "event");

    private SectionOf() {}

    static Section statement(Entry entry, Subject subject, SqlTokens tokens) {
        // before 17 pg_dump put their creation before the data, where no schema alone would be without them
        int on = tokens.find(1, "on");
        if (subject.kind().startsWith("BLOB") || (on > 0 && tokens.has(on + 1, "large object"))) {
            return Section.DATA;
        }
        if (entry.section() != Section.NONE) {
            return entry.section();
        }
        if (subject.section() != Section.NONE) {
            return subject.section();
        }
        if (on < 0 || tokens.get(0).is("drop")) {
            return Section.PRE_DATA;
        }
        boolean domain = tokens.find(on + 1, "on domain") > 0;
        return POST_DATA.contains(tokens.get(on + 1).text())
                        && tokens.get(on + 1).kind() == SqlTokens.Kind.WORD
                        && !tokens.get(0).is("grant")
                        && !tokens.get(0).is("revoke")
                        && !domain
                ? Section.POST_DATA
                : Section.PRE_DATA;
    }

    /** The statement makes the object, so that without it everything that needs the object has to go as well. */
    static boolean isDefinition(String sql) {
        SqlTokens tokens = SqlTokens.of(sql, 3);
        return tokens.begins("create") || tokens.begins("alter table") || tokens.begins("alter index");
    }
}
