package recovery.core.target.sqlite;

import static recovery.core.error.ErrorCode.FILE_NOT_ACCESSIBLE;
import static recovery.core.error.RecoveryException.problem;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import recovery.core.dump.sqlite.cipher.PageKeys;
import recovery.core.error.Why;
import recovery.core.target.CopyFacts;
import recovery.core.target.CopyFacts.Measurement;
import recovery.core.target.LoadWatch;
import recovery.core.target.Work;

/**
 * Measures an encrypted file: every page by its seal, and, if it fits into memory, the decrypted database as any other.
 * Nothing decrypted is written anywhere. For one thread.
 */
final class EncryptedMeasure {
    private static final String SEALS = "page seals";

    private final MemoryLimit limit;
    private final LoadWatch watch;

    EncryptedMeasure(MemoryLimit limit, LoadWatch watch) {
        this.limit = limit;
        this.watch = watch;
    }

    /** Without the key nothing can be known but that every byte was copied. */
    static CopyFacts withoutKey() {
        return new CopyFacts(
                Map.of(),
                List.of(
                        new Measurement(CopyFacts.BYTES, 1, List.of(), Optional.empty()),
                        new Measurement(
                                CopyFacts.CONTENTS,
                                0,
                                List.of(),
                                Optional.of(
                                        "it seems to be encrypted, and without its key (DB_KEY) nobody can tell whether it is whole"))));
    }

    CopyFacts of(Path file, PageKeys keys, Collection<String> tables) throws SQLException {
        watch.object("pages of the encrypted file");
        long began = System.nanoTime();
        try {
            long length = Files.size(file);
            Optional<byte[]> image =
                    limit.holds(length) ? Optional.of(new byte[Math.toIntExact(length)]) : Optional.empty();
            PageProof.Proof proof = new PageProof(keys, watch.cancellation()).of(file, image);
            watch.spentSince(Work.VERIFY, began);
            List<Measurement> all = new ArrayList<>();
            all.add(new Measurement(CopyFacts.BYTES, proof.pages(), List.of(), Optional.empty()));
            all.add(seals(keys, proof));
            if (image.isEmpty()) {
                all.add(tooLarge(length, proof));
                return new CopyFacts(Map.of(), all);
            }
            return inside(image.get(), proof.pages(), tables, all);
        } catch (IOException failed) {
            throw problem(FILE_NOT_ACCESSIBLE, "cannot read '%s': %s", file, Why.of(failed))
                    .causedBy(failed)
                    .remedy("Look at the disk that holds '%s'.".formatted(file.getParent()));
        }
    }

    private static Measurement seals(PageKeys keys, PageProof.Proof proof) {
        return keys.hasSeals()
                ? new Measurement(SEALS, proof.pages(), proof.wrong(), Optional.empty())
                : new Measurement(
                        SEALS,
                        0,
                        List.of(),
                        Optional.of("SQLCipher 1 does not seal its pages, so bytes that changed need not show"));
    }

    private Measurement tooLarge(long length, PageProof.Proof proof) {
        return new Measurement(
                CopyFacts.CONTENTS,
                0,
                List.of(),
                Optional.of(
                        "it was not looked into: decrypted it needs %d MB of memory, and MEMORY_LIMIT allows %d MB%s; set MEMORY_LIMIT, and more memory for Java with RECOVERY_JAVA_OPTIONS=-Xmx%dm"
                                .formatted(
                                        megabytes(length),
                                        megabytes(limit.bytes()),
                                        proof.blank() > 0 ? " (%d pages hold nothing)".formatted(proof.blank()) : "",
                                        MemoryLimit.heapFor(length) >> 20)));
    }

    private CopyFacts inside(byte[] image, long pages, Collection<String> tables, List<Measurement> all)
            throws SQLException {
        try (Connection connection = SqliteConnections.memory(image)) {
            Arrays.fill(image, (byte) 0);
            MemoryCheck check = new MemoryCheck(connection, watch);
            CopyMeasure measure = new CopyMeasure(connection, watch);
            all.add(check.integrity(pages));
            Map<String, Long> rows = measure.count(tables);
            all.add(measure.orphans(true));
            all.add(measure.sequences());
            return new CopyFacts(rows, all);
        }
    }

    private static long megabytes(long bytes) {
        return (bytes + (1 << 20) - 1) >> 20;
    }
}
