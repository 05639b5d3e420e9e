package recovery.harness;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Says by PostgreSQL's own {@code pg_dump} whether two databases are equal: equal databases give equal text. The tool must
 * not be older than the server.
 */
public final class PgDumpReferee {
    private final RealPostgres server;

    public PgDumpReferee(RealPostgres server) {
        this.server = server;
    }

    /**
     * The dump of a database with the rows of each table sorted, line by line, without the random keys of
     * {@code \restrict}. Bytes are kept as they are, as ISO-8859-1.
     *
     * @throws IllegalStateException with what the tool said
     */
    public List<String> canonical(String database, String... options) {
        List<String> command = new ArrayList<>(List.of("pg_dump", "-h", server.host(), "-p", "" + server.port()));
        command.addAll(List.of("-U", server.user(), "--no-password"));
        command.addAll(List.of(options));
        command.add(database);
        try {
            Path errors = Files.createTempFile("pg_dump", ".err");
            try {
                ProcessBuilder tool = new ProcessBuilder(command).redirectError(errors.toFile());
                tool.environment().put("PGPASSWORD", server.password());
                Process process = tool.start();
                List<String> lines;
                try (BufferedReader out =
                        new BufferedReader(new InputStreamReader(process.getInputStream(), ISO_8859_1))) {
                    lines = sorted(out);
                }
                if (process.waitFor() != 0) {
                    throw new IllegalStateException("pg_dump of '" + database + "': "
                            + Files.readString(errors).strip());
                }
                return lines;
            } finally {
                Files.delete(errors);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("pg_dump cannot be run", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while pg_dump ran", e);
        }
    }

    /** The definitions alone. */
    public List<String> canonicalSchema(String database) {
        return canonical(database, "--schema-only");
    }

    /** How two dumps differ, for people: the first line that does, with its number; empty if they are equal. */
    public static String difference(List<String> expected, List<String> actual) {
        int shorter = Math.min(expected.size(), actual.size());
        for (int i = 0; i < shorter; i++) {
            if (!expected.get(i).equals(actual.get(i))) {
                return "line %d: expected '%s' but was '%s'"
                        .formatted(i + 1, shown(expected.get(i)), shown(actual.get(i)));
            }
        }
        return expected.size() == actual.size()
                ? ""
                : "%d lines instead of %d".formatted(actual.size(), expected.size());
    }

    private static String shown(String line) {
        String text = new String(line.getBytes(ISO_8859_1), UTF_8);
        return text.length() > 200 ? text.substring(0, 200) + "…" : text;
    }

    private static List<String> sorted(BufferedReader dump) throws IOException {
        List<String> lines = new ArrayList<>();
        List<String> rows = new ArrayList<>();
        boolean insideRows = false;
        for (String line = dump.readLine(); line != null; line = dump.readLine()) {
            if (insideRows && line.equals("\\.")) {
                Collections.sort(rows);
                lines.addAll(rows);
                rows.clear();
                lines.add(line);
                insideRows = false;
            } else if (insideRows) {
                rows.add(line);
            } else if (!line.startsWith("\\restrict") && !line.startsWith("\\unrestrict")) {
                lines.add(line);
                insideRows = line.startsWith("COPY ") && line.endsWith("FROM stdin;");
            }
        }
        return lines;
    }
}
