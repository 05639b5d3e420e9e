package recovery.core.dump;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import recovery.core.error.Note;

/**
 * Reads one dump from its beginning to its proven end. Knows nothing of a database. For one thread; does not close
 * the bytes it reads from.
 */
public interface DumpReader {
    /**
     * The next part; empty at the end of the dump, and only after the dump proved that it is whole or is of a kind
     * that carries no proof ({@link #proof}).
     *
     * @throws recovery.core.error.RecoveryException DUMP_TRUNCATED, DUMP_DAMAGED, DUMP_DANGEROUS, BACKUP_UNSUPPORTED
     */
    Optional<DumpPart> next() throws IOException;

    /** What is known of the program that wrote the dump; grows while the dump is read. */
    DumpHeader header();

    /** Bytes of the dump read so far, without its layers. */
    long position();

    /** Whether the dump can prove that it is whole; final once the first statement was read. */
    Proof proof();

    /** What was left out on the way, e.g. a {@code \connect}; complete at the end. */
    List<Note> notes();

    /**
     * The databases that the dump holds, in order, as far as it names them; without an empty {@code postgres} or
     * {@code template1}. Grows while the dump is read, to its end also behind the one that is taken.
     */
    default List<String> databases() {
        return List.of();
    }

    /** The table of contents, where it can be known before the dump is read: in archives; else empty. */
    default List<Entry> contents() {
        return List.of();
    }

    /**
     * A reader of the same dump that gives the statements of its table of contents and all rows as if there were none:
     * cheap, without any proof, and in no way for a restore. Empty where there is no table of contents. This reader
     * does not move, and is not read while the other one is.
     */
    default Optional<DumpReader> definitions() {
        return Optional.empty();
    }

    /** Can the dump prove that it is whole? */
    enum Proof {
        /** Written by a program that marks the end; without that mark the dump is refused. */
        END_MARKED,
        /** Hand-written or exported SQL: a shorter file would look just as good. */
        NONE
    }

    /** Versions as the dump states them, e.g. {@code 15.18 (Debian 15.18-0+deb12u1)}. */
    record DumpHeader(Optional<String> serverVersion, Optional<String> dumpVersion) {}
}
