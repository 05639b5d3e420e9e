package recovery.core.dump.archive;

import java.util.List;
import java.util.Optional;
import recovery.core.dump.DumpPart;
import recovery.core.dump.DumpReader;
import recovery.core.error.Note;
import recovery.core.error.RecoveryException;

/** A backup of several databases of which none was chosen: it says which there are, and no more. Immutable. */
final class UndecidedCluster implements DumpReader {
    private final List<String> databases;
    private final RecoveryException reason;

    UndecidedCluster(List<String> databases, RecoveryException reason) {
        this.databases = databases;
        this.reason = reason;
    }

    @Override
    public Optional<DumpPart> next() {
        throw reason;
    }

    @Override
    public DumpHeader header() {
        return new DumpHeader(Optional.empty(), Optional.empty());
    }

    @Override
    public long position() {
        return 0;
    }

    @Override
    public Proof proof() {
        return Proof.END_MARKED;
    }

    @Override
    public List<Note> notes() {
        return List.of();
    }

    @Override
    public List<String> databases() {
        return databases;
    }
}
