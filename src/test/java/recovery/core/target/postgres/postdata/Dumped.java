package recovery.core.target.postgres.postdata;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import recovery.core.dump.DumpPart.Statement;
import recovery.core.dump.Entry;
import recovery.core.dump.Section;
import recovery.core.dump.SqlTokens;

/** Statements as a dump has them behind its rows. */
final class Dumped {
    private Dumped() {}

    /** Under a comment of that kind. */
    static Statement statement(String kind, String sql) {
        Section section = kind.equals("COMMENT") ? Section.NONE : Section.POST_DATA;
        Entry entry = new Entry(section, kind, Optional.of("s"), "n", Optional.empty());
        return new Statement(entry, sql, 0, 1, OptionalLong.empty());
    }

    static Optional<List<Step>> steps(PostData postData, String kind, String sql) {
        return postData.steps(statement(kind, sql), SqlTokens.of(sql, 100_000));
    }

    /** A statement that is understood, whatever its comment. */
    static List<Step> steps(PostData postData, String sql) {
        String kind = sql.startsWith("COMMENT") ? "COMMENT" : "";
        return steps(postData, kind, sql).orElseThrow(() -> new AssertionError("not understood: " + sql));
    }
}
