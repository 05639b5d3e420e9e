package recovery.core.restore;

import java.time.Instant;
import java.util.List;
import recovery.core.target.BringsBack;
import recovery.core.target.LoadResult.TableRows;
import recovery.core.verify.Verification;

/** What stands in the {@code .json} beside a safety copy: what the catalogue reads, and for people all that is known. */
final class SafetyMetadata {
    /** The catalogue reads no more than 64 KB and 500 values of it. */
    private static final int MOST_SENTENCES = 100;

    private static final int MOST_TABLES = 150;

    private final StringBuilder json = new StringBuilder("{\n");

    private SafetyMetadata() {}

    static String of(SafetyCopy copy, String target, Instant taken, Verification verification, List<TableRows> tables) {
        SafetyMetadata metadata = new SafetyMetadata();
        metadata.text("file", copy.file());
        metadata.text("taken", taken.toString());
        metadata.text("sha256", copy.sha256());
        metadata.text("contents", copy.bringsBack().equals(BringsBack.Extent.ROWS.toString()) ? "data" : "complete");
        metadata.text("database", target);
        metadata.text("method", copy.method());
        metadata.text("bringsBack", copy.bringsBack());
        metadata.list("says", copy.sentences().stream().limit(MOST_SENTENCES).toList());
        metadata.text("verification", verification.status().toString());
        metadata.number(
                "rows",
                tables.stream().mapToLong(table -> table.expected().orElse(0)).sum());
        metadata.number("tables", tables.size());
        metadata.rows(tables.stream().limit(MOST_TABLES).toList());
        return metadata.json + "\n}\n";
    }

    private void text(String name, String value) {
        json.append("  ")
                .append(quoted(name))
                .append(": ")
                .append(quoted(value))
                .append(",\n");
    }

    private void number(String name, long value) {
        json.append("  ").append(quoted(name)).append(": ").append(value).append(",\n");
    }

    private void list(String name, List<String> values) {
        json.append("  ")
                .append(quoted(name))
                .append(": [")
                .append(String.join(
                        ", ", values.stream().map(SafetyMetadata::quoted).toList()))
                .append("],\n");
    }

    private void rows(List<TableRows> tables) {
        json.append("  \"rowsOf\": {")
                .append(String.join(
                        ", ",
                        tables.stream()
                                .map(table -> quoted(table.table()) + ": "
                                        + table.expected().orElse(0))
                                .toList()))
                .append("}");
    }

    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c < ' ') {
                quoted.append("\\u%04x".formatted((int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }
}
