package recovery.core.verify;

import static recovery.core.verify.Verification.Status.FAILED;
import static recovery.core.verify.Verification.Status.INCOMPLETE;
import static recovery.core.verify.Verification.Status.PASSED;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import recovery.core.target.CopyFacts;
import recovery.core.target.CopyFacts.Measurement;
import recovery.core.target.LoadResult;
import recovery.core.target.LoadResult.TableRows;
import recovery.core.verify.Verification.Check;
import recovery.core.verify.Verification.Status;
import recovery.core.verify.Verification.TableCheck;

/**
 * Judges a copy by what was read from the backup and what was measured on the copy. Holds no connection; any thread
 * may use it.
 *
 * <p>A check that could not be made is incomplete, and then so is the verification: only if every check passed has it
 * passed. One failed check fails it.
 */
public final class Verifier {
    private static final int NAMED_AT_MOST = 5;

    private final List<String> neededTables;

    /** {@code neededTables}: those that must exist and hold rows, whatever the backup says (VERIFY_TABLES). */
    public Verifier(List<String> neededTables) {
        this.neededTables = List.copyOf(neededTables);
    }

    /** For a part of a backup, from which needed tables may be missing on purpose. */
    public Verifier ofPart() {
        return new Verifier(List.of());
    }

    /** The tables whose rows have to be counted for {@link #verify}. */
    public Set<String> tablesToCount(LoadResult loaded) {
        Set<String> tables = new LinkedHashSet<>();
        loaded.tables().forEach(table -> tables.add(table.table()));
        tables.addAll(neededTables);
        return tables;
    }

    /** The verdict; looks at nothing but its arguments. */
    public Verification verify(LoadResult loaded, CopyFacts facts) {
        List<Check> checks = new ArrayList<>();
        checks.add(rows(loaded, facts));
        facts.measurements().forEach(measurement -> checks.add(judge(measurement)));
        if (!neededTables.isEmpty()) {
            checks.add(facts.isReadable() ? needed(facts.rows()) : unseen());
        }
        List<TableCheck> tables = loaded.tables().stream()
                .map(table -> new TableCheck(table.table(), table.expected(), count(facts, table)))
                .toList();
        return new Verification(worst(checks), checks, tables);
    }

    private static OptionalLong count(CopyFacts facts, TableRows table) {
        Long rows = facts.rows().get(table.table());
        return rows == null ? OptionalLong.empty() : OptionalLong.of(rows);
    }

    private static Check rows(LoadResult loaded, CopyFacts facts) {
        List<String> wrong = new ArrayList<>();
        long compared = 0;
        long total = 0;
        for (TableRows table : loaded.tables()) {
            OptionalLong restored = count(facts, table);
            if (restored.isEmpty() && !facts.copiedByteForByte()) {
                wrong.add("'%s' is missing".formatted(table.table()));
            } else if (restored.isPresent() && table.expected().isPresent()) {
                compared++;
                total += restored.getAsLong();
                if (table.expected().getAsLong() != restored.getAsLong()) {
                    wrong.add("'%s' has %d rows instead of %d"
                            .formatted(
                                    table.table(),
                                    restored.getAsLong(),
                                    table.expected().getAsLong()));
                }
            }
        }
        if (!wrong.isEmpty()) {
            return new Check("rows", FAILED, named(wrong));
        }
        if (facts.copiedByteForByte()) {
            return new Check("rows", PASSED, "the database file was copied byte for byte");
        }
        long unknown = loaded.tables().size() - compared;
        return unknown > 0
                ? new Check(
                        "rows",
                        INCOMPLETE,
                        "the backup does not say how many rows belong into %d of %d tables"
                                .formatted(unknown, loaded.tables().size()))
                : new Check(
                        "rows", PASSED, "%d rows in %d tables, as many as in the backup".formatted(total, compared));
    }

    private static Check judge(Measurement measurement) {
        if (measurement.impossible().isPresent()) {
            return new Check(
                    measurement.name(), INCOMPLETE, measurement.impossible().get());
        }
        if (!measurement.wrong().isEmpty() && measurement.name().endsWith(CopyFacts.IN_BACKUP)) {
            return new Check(
                    measurement.name(), PASSED, "it is so in the backup itself: " + named(measurement.wrong()));
        }
        return measurement.wrong().isEmpty()
                ? new Check(measurement.name(), PASSED, "%d looked at, none wrong".formatted(measurement.examined()))
                : new Check(measurement.name(), FAILED, named(measurement.wrong()));
    }

    private static Check unseen() {
        return new Check("needed tables", INCOMPLETE, "the tables of the copy could not be looked at");
    }

    private Check needed(Map<String, Long> rows) {
        List<String> wrong = neededTables.stream()
                .filter(table -> rows.getOrDefault(table, 0L) == 0)
                .map(table ->
                        rows.containsKey(table) ? "'%s' is empty".formatted(table) : "'%s' is missing".formatted(table))
                .toList();
        return wrong.isEmpty()
                ? new Check("needed tables", PASSED, "%d are there and hold rows".formatted(neededTables.size()))
                : new Check("needed tables", FAILED, named(wrong));
    }

    private static String named(List<String> wrong) {
        String first = wrong.stream().limit(NAMED_AT_MOST).collect(Collectors.joining("; "));
        return wrong.size() > NAMED_AT_MOST ? first + "; and %d more".formatted(wrong.size() - NAMED_AT_MOST) : first;
    }

    private static Status worst(List<Check> checks) {
        if (checks.stream().anyMatch(check -> check.status() == FAILED)) {
            return FAILED;
        }
        return checks.stream().allMatch(check -> check.status() == PASSED) ? PASSED : INCOMPLETE;
    }
}
