package recovery.jar;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import recovery.harness.JarProcess.Result;

/** The first minutes with the program, in an empty folder and without any setting. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DemoIT {
    private static final List<String> TABLES = List.of("clients", "agents", "tickets", "messages");

    @TempDir
    Path folder;

    @Test
    void bringsTheMissingRowsBackAndUndoesIt() {
        Site site = new Site(folder, Map.of());
        Path live = site.data().resolve("demo.db");
        JsonNode list = site.json("list");
        assertThat(list.get("total").asInt()).isEqualTo(2);
        assertThat(list.at("/backups/0/name").asText()).matches("demo-[0-9]{8}-[0-9]{6}\\.db\\.gz");
        assertThat(list.at("/backups/1/name").asText()).matches("demo-[0-9]{8}-[0-9]{6}\\.sql");
        list.get("backups")
                .forEach(backup ->
                        assertThat(backup.get("restorable").asBoolean()).isTrue());
        List<String> damaged = content(live);
        assertThat(tickets(live)).isEqualTo("90");

        Result restore = site.run("restore", "--latest", "--force");
        assertThat(restore.exitCode()).as(restore.err()).isZero();
        assertThat(restore.out()).contains("'demo.db' holds the restored data; what it held before is kept as ");
        List<String> restored = content(live);
        assertThat(Integer.parseInt(tickets(live))).isGreaterThan(300);
        assertThat(restored).containsAll(damaged);

        Result rollback = site.run("rollback", "--force");
        assertThat(rollback.exitCode()).as(rollback.err()).isZero();
        assertThat(rollback.out()).contains("'demo.db' holds again what it held before; the restored data is kept as ");
        assertThat(content(live)).isEqualTo(damaged);

        JsonNode history = site.json("history");
        assertThat(history.get("total").asInt()).isEqualTo(2);
        assertThat(history.at("/restores/0/kind").asText()).isEqualTo("rollback");
        assertThat(history.at("/restores/0/rollbackAvailable").asBoolean()).isTrue();
        assertThat(history.at("/restores/1/kind").asText()).isEqualTo("restore");
        assertThat(history.at("/restores/1/state").asText()).isEqualTo("done");
        assertThat(site.run("history").out())
                .contains(history.at("/restores/0/id").asText());
        assertThat(Site.names(folder.resolve("logs")).stream().filter(name -> name.matches("restore_[0-9_]+\\.json")))
                .hasSize(2);

        Result again = site.run("rollback", "--force");
        assertThat(again.exitCode()).as(again.err()).isZero();
        assertThat(content(live)).isEqualTo(restored);
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "the script is for POSIX shells")
    void theScriptRunsItFromAnotherFolder() throws Exception {
        Path home = Files.createDirectory(folder.resolve("emergency tools"));
        Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        Path script = Files.copy(Path.of("run-emergency.sh"), home.resolve("run-emergency.sh"));
        Path jar = new Site(folder, Map.of()).program().jar();
        Files.copy(jar, home.resolve("emergency.jar"));

        assertThat(script(elsewhere, script, "restore", "--latest", "--force").exitCode())
                .isZero();
        assertThat(tickets(home.resolve("data").resolve("demo.db"))).isNotEqualTo("90");
        String backup = Site.names(home.resolve("backups")).stream()
                .filter(name -> name.endsWith(".sql"))
                .findFirst()
                .orElseThrow();
        Files.copy(home.resolve("backups").resolve(backup), elsewhere.resolve("my own copy.sql"));
        Result named = script(elsewhere, script, "my own copy.sql", "--force", "--json");
        assertThat(named.exitCode()).as(named.err()).isZero();
        assertThat(Site.parsed(named.out()).get("backup").asText()).isEqualTo("my own copy.sql");
        assertThat(script(elsewhere, script, "nothing.sql", "--force").exitCode())
                .isEqualTo(1);
        assertThat(script(elsewhere, script, "restore", "--no-such").exitCode()).isEqualTo(2);
        assertThat(Site.names(elsewhere)).containsExactly("my own copy.sql");
        assertThat(Site.names(home)).containsExactly("backups", "data", "emergency.jar", "logs", "run-emergency.sh");
    }

    private static Result script(Path from, Path script, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(script.toString()));
        command.addAll(List.of(arguments));
        Path out = Files.createTempFile("script", ".out");
        Path err = Files.createTempFile("script", ".err");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(from.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().keySet().retainAll(List.of("PATH", "HOME", "LANG"));
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("RECOVERY_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC");
        Process process = builder.start();
        process.getOutputStream().close();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        try {
            return new Result(process.exitValue(), Files.readString(out), Files.readString(err));
        } finally {
            Files.delete(out);
            Files.delete(err);
        }
    }

    private static String tickets(Path database) {
        return CustomersFile.query(database, "SELECT count(*) FROM tickets").get(0);
    }

    /** Every row of every table, with the types of its values. */
    private static List<String> content(Path database) {
        List<String> rows = new ArrayList<>();
        for (String table : TABLES) {
            String values = String.join(
                    " || ',' || ",
                    CustomersFile.query(
                            database, "SELECT 'quote(' || name || ')' FROM pragma_table_info('" + table + "')"));
            rows.addAll(CustomersFile.query(
                    database, "SELECT '" + table + " ' || " + values + " FROM " + table + " ORDER BY rowid"));
        }
        return rows;
    }
}
