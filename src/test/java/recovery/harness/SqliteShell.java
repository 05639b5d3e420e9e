package recovery.harness;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;

/** SQLite's own shell, {@code sqlite3}, as the referee of what is in a file. */
public final class SqliteShell {
    private SqliteShell() {}

    /** Runs statements and commands of the shell; what it wrote, errors too. Fails if the shell did. */
    public static String run(Path database, String input) throws IOException, InterruptedException {
        Process shell = new ProcessBuilder("sqlite3", "-batch", "-bail", database.toString())
                .redirectErrorStream(true)
                .start();
        try (var in = shell.getOutputStream()) {
            // its own writes to the disk need not last
            in.write(("PRAGMA synchronous = off;\n" + input + "\n").getBytes(UTF_8));
        }
        String output = new String(shell.getInputStream().readAllBytes(), UTF_8);
        if (shell.waitFor() != 0) {
            throw new AssertionError(output);
        }
        return output;
    }

    /** All of it as SQL. */
    public static String dump(Path database) throws IOException, InterruptedException {
        return run(database, ".dump");
    }
}
