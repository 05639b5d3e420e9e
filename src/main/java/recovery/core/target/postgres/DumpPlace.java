package recovery.core.target.postgres;

import recovery.core.dump.DumpPart;

/** Where a part stands, for people: a line of a script, or an entry of an archive, which has no lines. Stateless. */
final class DumpPlace {
    private DumpPlace() {}

    /** E.g. {@code line 12} or {@code entry 215}; empty if nothing is known. */
    static String of(DumpPart part) {
        if (line(part) > 0) {
            return "line " + line(part);
        }
        return part.entry().dumpId() > 0 ? "entry " + part.entry().dumpId() : "";
    }

    /** E.g. {@code line 12 of the dump} or {@code entry 215 of the archive}. */
    static String inDump(DumpPart part) {
        return inDump(part, line(part));
    }

    /** As {@link #inDump(DumpPart)}, with another line of the same part. */
    static String inDump(DumpPart part, long line) {
        return line(part) > 0 || part.entry().dumpId() == 0
                ? "line " + line + " of the dump"
                : "entry " + part.entry().dumpId() + " of the archive";
    }

    /** Grows from part to part of one dump, among statements and among rows. */
    static long order(DumpPart part) {
        return line(part) > 0 ? line(part) : part.position();
    }

    private static long line(DumpPart part) {
        if (part instanceof DumpPart.Statement statement) {
            return statement.line();
        }
        return part instanceof DumpPart.Rows rows ? rows.line() : 0;
    }
}
