package recovery.core.dump.plain;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import recovery.core.dump.DumpBytes;
import recovery.core.error.RecoveryException;
import recovery.harness.RealPostgres;

/** Holds the lexer against the real psql: both must cut the same scripts into the same statements. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PsqlRefereeTest {
    private static final int SCRIPTS = 400;

    /** Pieces that open, close and confuse. What psql 15 makes of a letter right behind a number, later ones do not. */
    private static final String[] PIECES = {
        "'",
        "''",
        "\"",
        "$$",
        "$a$",
        "$ä$",
        "a$b$",
        "$1 ",
        "E'x'",
        "e'",
        "E'a\\'b'",
        "E'\\\\'",
        "U&'\\0041'",
        "u&\"",
        "B'01'",
        "N'x'",
        "(",
        ")",
        ";",
        ";\n",
        ";\n",
        "--",
        "-- c;\n",
        "/*",
        "*/",
        "/* ; /* ' */ \" */",
        "**/",
        "\n",
        " ",
        "\t",
        "create ",
        "or replace ",
        "FUNCTION ",
        "procedure ",
        "begin ",
        "BEGIN ATOMIC ",
        "case ",
        "end ",
        "End;",
        "beginx ",
        "x_end ",
        "::",
        ":v ",
        ":end ",
        "ä",
        "数据",
        "1 ",
        "1e5 ",
        "1.5 ",
        "-",
        "/",
        "*",
        "select 1",
        "select $$;$$;",
        "values ('a;b')",
        "xe'",
        "[1:2]",
        "1$ä$",
        "$1$$",
        "$"
    };

    @TempDir
    private Path folder;

    @Test
    void cutsRandomScriptsLikePsql() throws Exception {
        long seed = new Random().nextLong();
        System.out.println("PsqlRefereeTest seed " + seed);
        Random random = new Random(seed);
        List<Path> files = new ArrayList<>();
        List<String> scripts = new ArrayList<>();
        for (int i = 0; i < SCRIPTS; i++) {
            StringBuilder script = new StringBuilder("select 'script %d';\n".formatted(i));
            for (int piece = random.nextInt(40); piece >= 0; piece--) {
                script.append(PIECES[random.nextInt(PIECES.length)]);
            }
            scripts.add(script.toString());
            files.add(Files.writeString(folder.resolve(i + ".sql"), script));
        }

        List<List<String>> byPsql = psql(files);

        for (int i = 0; i < SCRIPTS; i++) {
            List<String> ours = ours(scripts.get(i));
            List<String> theirs = byPsql.get(i);
            assertThat(ours)
                    .as("seed %d, script %d: <<<%s>>> by psql: %s", seed, i, scripts.get(i), theirs)
                    .isEqualTo(theirs.subList(0, Math.min(ours.size(), theirs.size())));
        }
    }

    /** The statements before the first doubt: what we refuse as unfinished psql sends as it is. */
    private static List<String> ours(String script) {
        Parts parts = new Parts();
        try {
            parts.read(new PlainDumpReader(new DumpBytes(new ByteArrayInputStream(script.getBytes(UTF_8)))), 64);
        } catch (RecoveryException e) {
            assertThat(e.code().name()).isIn("DUMP_TRUNCATED", "DUMP_DANGEROUS");
        }
        return parts.statements.stream().map(PsqlRefereeTest::bare).toList();
    }

    private List<List<String>> psql(List<Path> files) throws Exception {
        RealPostgres server = RealPostgres.version(RealPostgres.MIDDLE);
        String database = server.newDatabase();
        Path log = folder.resolve("log");
        List<String> command =
                new ArrayList<>(List.of("psql", "-X", "-q", "-h", server.host(), "-p", "" + server.port()));
        command.addAll(List.of("-U", server.user(), "-d", database, "-L", log.toString()));
        files.forEach(file -> command.addAll(List.of("-f", file.toString())));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("out").toFile());
        builder.environment().put("PGPASSWORD", server.password());
        builder.environment().put("PGCLIENTENCODING", "UTF8");
        assertThat(builder.start().waitFor(60, TimeUnit.SECONDS)).isTrue();

        List<List<String>> results = new ArrayList<>();
        for (String query : logged(Files.readString(log))) {
            if (query.startsWith("select 'script ")) {
                results.add(new ArrayList<>());
            }
            results.get(results.size() - 1).add(query);
        }
        return results;
    }

    /** psql's log holds each query between two lines of stars. */
    private static List<String> logged(String log) {
        List<String> queries = new ArrayList<>();
        String begin = "********* QUERY **********\n";
        String end = "\n**************************\n";
        int at = log.indexOf(begin);
        while (at >= 0) {
            int stop = log.indexOf(end, at);
            queries.add(bare(log.substring(at + begin.length(), stop)));
            at = log.indexOf(begin, stop);
        }
        queries.removeIf(String::isEmpty);
        return queries;
    }

    /** Without what one of us keeps: comments in front, empty lines, the semicolon and blanks at the end. */
    private static String bare(String sql) {
        String text = sql.replaceFirst("[;\\s]+$", "").replaceAll("\n+", "\n").strip();
        while (text.startsWith("--") || text.startsWith("/*")) {
            int end = text.startsWith("--") ? text.indexOf('\n') : endOfComment(text);
            text = end < 0 ? "" : text.substring(end).strip();
        }
        return text;
    }

    private static int endOfComment(String text) {
        int depth = 0;
        int at = 0;
        do {
            depth += text.startsWith("/*", at) ? 1 : text.startsWith("*/", at) ? -1 : 0;
            at += text.startsWith("/*", at) || text.startsWith("*/", at) ? 2 : 1;
        } while (depth > 0 && at < text.length());
        return depth > 0 ? -1 : at;
    }
}
