package recovery.core.target.postgres;

import static recovery.core.target.postgres.PostgresNames.literal;
import static recovery.core.target.postgres.PostgresNames.quoted;

import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import recovery.core.dump.DumpPart;
import recovery.core.dump.Entry;
import recovery.core.dump.Section;
import recovery.core.target.LoadWatch;

/** The large objects of the live database as statements of a script, as pg_dump writes them. For one thread. */
final class LiveLargeObjects {
    private static final int SLICE_BYTES = 512 * 1024;
    private static final Entry CONTENT = new Entry(Section.DATA, "BLOBS", Optional.empty(), "BLOBS", Optional.empty());

    private final LiveSnapshot snapshot;
    private final LoadWatch watch;
    private final Deque<Long> waiting = new ArrayDeque<>();
    private final Deque<String> ready = new ArrayDeque<>();
    private long current;
    private long offset = -1;

    private record Owned(long oid, String owner, boolean granted, String comment) {}

    LiveLargeObjects(LiveSnapshot snapshot, LoadWatch watch) {
        this.snapshot = snapshot;
        this.watch = watch;
    }

    /** Makes them empty, each with its owner, privileges and comment. */
    List<DumpPart> definitions() throws SQLException {
        List<Owned> all = snapshot.session()
                .list(
                        row -> new Owned(row.getLong(1), row.getString(2), row.getBoolean(3), row.getString(4)),
                        "SELECT oid::bigint, pg_catalog.pg_get_userbyid(lomowner), lomacl IS NOT NULL,"
                                + " pg_catalog.obj_description(oid, 'pg_largeobject')"
                                + " FROM pg_catalog.pg_largeobject_metadata ORDER BY 1");
        List<DumpPart> parts = new ArrayList<>();
        for (Owned object : all) {
            waiting.add(object.oid());
            Entry entry = new Entry(
                    Section.DATA, "BLOB", Optional.empty(), Long.toString(object.oid()), Optional.of(object.owner()));
            String named = "LARGE OBJECT " + object.oid();
            parts.add(LiveRows.statement(entry, "SELECT pg_catalog.lo_create('" + object.oid() + "')"));
            parts.add(LiveRows.statement(entry, "ALTER " + named + " OWNER TO " + quoted(object.owner())));
            if (object.granted()) {
                parts.addAll(privileges(entry, object, named));
            }
            if (object.comment() != null) {
                parts.add(LiveRows.statement(entry, "COMMENT ON " + named + " IS " + literal(object.comment())));
            }
        }
        return parts;
    }

    private List<DumpPart> privileges(Entry entry, Owned object, String named) throws SQLException {
        List<DumpPart> parts = new ArrayList<>();
        parts.add(LiveRows.statement(entry, "REVOKE ALL ON " + named + " FROM " + quoted(object.owner())));
        snapshot.session()
                .texts(
                        "SELECT pg_catalog.format('GRANT %s ON %s TO %s%s', a.privilege_type, '" + named
                                + "', CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE"
                                + " pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(a.grantee)) END,"
                                + " CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)"
                                + " FROM pg_catalog.pg_largeobject_metadata m, pg_catalog.aclexplode(m.lomacl) a"
                                + " WHERE m.oid = ?::oid ORDER BY 1",
                        object.oid())
                .forEach(grant -> parts.add(LiveRows.statement(entry, grant)));
        return parts;
    }

    /** What fills them, slice by slice; empty at the end. */
    Optional<DumpPart> nextContent() throws SQLException {
        while (ready.isEmpty() && (offset >= 0 || !waiting.isEmpty())) {
            if (offset < 0) {
                begin(waiting.poll());
            } else {
                slice();
            }
        }
        return Optional.ofNullable(ready.poll()).map(sql -> LiveRows.statement(CONTENT, sql));
    }

    private void begin(long oid) {
        watch.object("large object " + oid);
        current = oid;
        offset = 0;
        ready.add("BEGIN");
        // 131072 means to write
        ready.add("SELECT pg_catalog.lo_open('" + oid + "', 131072)");
    }

    private void slice() throws SQLException {
        watch.cancellation().check();
        byte[] bytes = snapshot.session()
                .first(row -> row.getBytes(1), "SELECT pg_catalog.lo_get(?::oid, ?, ?)", current, offset, SLICE_BYTES)
                .orElse(new byte[0]);
        if (bytes.length > 0) {
            ready.add("SELECT pg_catalog.lowrite(0, '\\x" + HexFormat.of().formatHex(bytes) + "')");
        }
        offset += bytes.length;
        if (bytes.length < SLICE_BYTES) {
            ready.add("SELECT pg_catalog.lo_close(0)");
            ready.add("COMMIT");
            offset = -1;
        }
    }
}
