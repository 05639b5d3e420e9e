package recovery.core.restore;

import static recovery.core.error.ErrorCode.SECRET_MISSING;
import static recovery.core.error.ErrorCode.SECRET_WRONG;
import static recovery.core.verify.Verification.Status.FAILED;
import static recovery.core.verify.Verification.Status.INCOMPLETE;
import static recovery.core.verify.Verification.Status.PASSED;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import recovery.core.backup.Backup;
import recovery.core.backup.Engine;
import recovery.core.backup.Sha256;
import recovery.core.dump.DumpChoice;
import recovery.core.dump.SqlTokens;
import recovery.core.error.RecoveryException;
import recovery.core.inspect.Identity;
import recovery.core.inspect.Inspection;
import recovery.core.inspect.Inspector;
import recovery.core.layer.Opening;
import recovery.core.layer.openpgp.MessageShape;
import recovery.core.target.LoadResult.TableRows;
import recovery.core.verify.Verification;
import recovery.core.verify.Verification.Check;
import recovery.core.verify.Verification.TableCheck;

/**
 * Reads a safety copy back from the disk: its bytes are those that were written, our own readers come to its proven end,
 * and it holds as many rows as were counted in the database. What is encrypted without a key to open it is incomplete.
 */
final class SafetyProof {
    private final Backup backup;
    private final Engine engine;
    private final Opening opening;
    private final List<Check> checks = new ArrayList<>();

    /** @param backup the file as it lies there, whatever its name */
    SafetyProof(Backup backup, Engine engine, Opening opening) {
        this.backup = backup;
        this.engine = engine;
        this.opening = opening;
    }

    /**
     * @param written the SHA-256 of what was written
     * @param counted the rows of the live database
     */
    Verification of(String written, List<TableRows> counted) throws IOException {
        bytes(written);
        List<TableCheck> tables = counted.stream()
                .map(table -> new TableCheck(table.table(), table.expected(), OptionalLong.empty()))
                .toList();
        try {
            Inspection inspection =
                    new Inspector(engine).whole(Identity.of(backup, opening), opening, DumpChoice.EVERYTHING);
            checks.add(
                    inspection.complete() && inspection.proven()
                            ? new Check("end", PASSED, "read to its end, which proves that it is whole")
                            : new Check("end", FAILED, "it does not prove that it is whole"));
            tables = compared(counted, inspection);
        } catch (RecoveryException e) {
            if (e.code() != SECRET_MISSING && e.code() != SECRET_WRONG) {
                checks.add(new Check("end", FAILED, e.getMessage()));
            } else {
                encrypted(counted);
            }
        }
        return new Verification(worst(), checks, tables);
    }

    private void bytes(String written) throws IOException {
        Path file = backup.path();
        String there = Sha256.of(file, opening.cancellation()::check);
        checks.add(
                there.equals(written)
                        ? new Check(
                                "bytes", PASSED, "%d on the disk, those that were written".formatted(Files.size(file)))
                        : new Check("bytes", FAILED, "those on the disk are not those that were written"));
    }

    private void encrypted(List<TableRows> counted) throws IOException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(backup.path()), 1 << 16)) {
            long length = MessageShape.check(in, backup.name(), () -> 0);
            checks.add(new Check("message", PASSED, "%d encrypted bytes in whole packets".formatted(length)));
        } catch (RecoveryException e) {
            checks.add(new Check("message", FAILED, e.getMessage()));
        }
        long rows =
                counted.stream().mapToLong(table -> table.expected().orElse(0)).sum();
        checks.add(new Check(
                "rows",
                INCOMPLETE,
                "it is encrypted and there is no key here to read it back; %d rows in %d tables were counted while it was written"
                        .formatted(rows, counted.size())));
    }

    private List<TableCheck> compared(List<TableRows> counted, Inspection inspection) {
        Map<List<String>, OptionalLong> found = new LinkedHashMap<>();
        inspection.tables().forEach(table -> found.put(parts(table.name()), table.rows()));
        List<TableCheck> tables = new ArrayList<>();
        List<String> wrong = new ArrayList<>();
        long unknown = 0;
        long rows = 0;
        for (TableRows table : counted) {
            OptionalLong inFile = found.getOrDefault(parts(table.table()), OptionalLong.of(-1));
            tables.add(new TableCheck(
                    table.table(), table.expected(), inFile.orElse(0) < 0 ? OptionalLong.empty() : inFile));
            if (inFile.isEmpty()) {
                unknown++;
            } else if (inFile.getAsLong() < 0) {
                wrong.add("'%s' is missing".formatted(table.table()));
            } else if (inFile.getAsLong() != table.expected().orElse(-1)) {
                wrong.add("'%s' has %d rows instead of %d"
                        .formatted(
                                table.table(),
                                inFile.getAsLong(),
                                table.expected().orElse(-1)));
            } else {
                rows += inFile.getAsLong();
            }
        }
        checks.add(rowCheck(wrong, unknown, rows, counted.size()));
        return tables;
    }

    private static Check rowCheck(List<String> wrong, long unknown, long rows, int tables) {
        if (!wrong.isEmpty()) {
            return new Check("rows", FAILED, String.join("; ", wrong));
        }
        return unknown > 0
                ? new Check(
                        "rows", INCOMPLETE, "they could not be counted in %d of %d tables".formatted(unknown, tables))
                : new Check("rows", PASSED, "%d in %d tables, as many as in the database".formatted(rows, tables));
    }

    /** Programs do not agree on which names need quotes. */
    private static List<String> parts(String name) {
        return SqlTokens.of(name, 10).name(0).map(SqlTokens.Name::parts).orElse(List.of(name));
    }

    private Verification.Status worst() {
        if (checks.stream().anyMatch(check -> check.status() == FAILED)) {
            return FAILED;
        }
        return checks.stream().allMatch(check -> check.status() == PASSED) ? PASSED : INCOMPLETE;
    }
}
