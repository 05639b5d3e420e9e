package recovery.script;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the script is for POSIX shells")
class RunEmergencyTest {
    private static final String JAVA_17 = """
            #!/bin/sh
            if [ "$1" = -version ]; then echo 'openjdk version "17.0.15" 2025-04-15' >&2; exit 0; fi
            echo "home=$RECOVERY_HOME"
            echo "cwd=$(pwd -P)"
            for argument in "$@"; do echo "<$argument>"; done
            echo "to standard error" >&2
            exit 3
            """;
    private static final String JAVA_8 = """
            #!/bin/sh
            echo 'java version "1.8.0_402"' >&2
            """;

    private record Outcome(int code, String out, String err) {}

    @TempDir
    Path folder;

    private Path home;
    private Path bin;

    @BeforeEach
    void copyTheScriptIntoAFolderWithASpace() throws Exception {
        folder = folder.toRealPath();
        home = Files.createDirectory(folder.resolve("emergency tools"));
        bin = Files.createDirectory(folder.resolve("bin"));
        Files.copy(Path.of("run-emergency.sh"), home.resolve("run-emergency.sh"));
        for (String tool : List.of("sh", "sed", "head", "dirname", "readlink", "cat", "touch", "mkdir")) {
            program(tool, "#!/bin/sh\nexec %s \"$@\"\n".formatted(find(tool)));
        }
    }

    @Test
    void isAPosixScriptThatAnybodyMayRun() throws Exception {
        assertThat(home.resolve("run-emergency.sh")).isExecutable();
        assertThat(run(Map.of(), "/bin/sh", "-n", script())).isEqualTo(new Outcome(0, "", ""));
        assertThat(Files.readString(Path.of("run-emergency.bat"))).doesNotContainPattern("[^\\r]\\n");
    }

    @Test
    void passesArgumentsOutputAndExitCodeThrough() throws Exception {
        program("java", JAVA_17);
        Files.createFile(home.resolve("emergency.jar"));

        Outcome outcome = run(Map.of(), script(), "restore", "a b.sql", "$HOME", "*", "", "--override", "it's \"old\"");

        assertThat(outcome.code()).isEqualTo(3);
        assertThat(outcome.err()).isEqualTo("to standard error\n");
        assertThat(outcome.out()).isEqualTo("""
                        home=%1$s
                        cwd=%2$s
                        <-jar>
                        <%1$s/emergency.jar>
                        <restore>
                        <a b.sql>
                        <$HOME>
                        <*>
                        <>
                        <--override>
                        <it's "old">
                        """.formatted(home, folder));
    }

    @Test
    void givesJavaALanguageInWhichFilesMayHaveUmlauts() throws Exception {
        program("java", """
                #!/bin/sh
                if [ "$1" = -version ]; then echo 'openjdk version "17.0.15" 2025-04-15' >&2; exit 0; fi
                echo "${LC_ALL:-none}"
                """);
        Files.createFile(home.resolve("emergency.jar"));

        assertThat(run(Map.of("LANG", "", "LC_ALL", "", "LC_CTYPE", ""), script())
                        .out())
                .isEqualTo("C.UTF-8\n");
        assertThat(run(Map.of("LANG", "de_DE.UTF-8", "LC_ALL", "POSIX", "LC_CTYPE", ""), script())
                        .out())
                .isEqualTo("C.UTF-8\n");
        assertThat(run(Map.of("LANG", "de_DE.UTF-8", "LC_ALL", "", "LC_CTYPE", ""), script())
                        .out())
                .isEqualTo("none\n");
    }

    @Test
    void findsItsFolderThroughSymbolicLinks() throws Exception {
        program("java", JAVA_17);
        Files.createDirectory(home.resolve("target"));
        Files.createFile(home.resolve("target/emergency.jar"));
        Files.createSymbolicLink(bin.resolve("absolute"), home.resolve("run-emergency.sh"));
        Files.createSymbolicLink(bin.resolve("relative"), Path.of("absolute"));

        assertThat(run(Map.of(), bin.resolve("relative").toString(), "list").out())
                .startsWith("home=%s\n".formatted(home))
                .contains("<%s/target/emergency.jar>\n<list>\n".formatted(home));
    }

    @Test
    void keepsAHomeThatWasChosen() throws Exception {
        program("java", JAVA_17);
        Files.createFile(home.resolve("emergency.jar"));

        assertThat(run(Map.of("RECOVERY_HOME", "/srv/recovery"), script()).out())
                .startsWith("home=/srv/recovery\n");
    }

    @Test
    void prefersTheJavaOfJavaHome() throws Exception {
        program("java", JAVA_8);
        Path jdk = Files.createDirectories(folder.resolve("jdk/bin"));
        write(jdk.resolve("java"), JAVA_17);
        Files.createFile(home.resolve("emergency.jar"));

        assertThat(run(Map.of("JAVA_HOME", jdk.getParent().toString()), script())
                        .code())
                .isEqualTo(3);
    }

    @Test
    void withoutJavaItSaysWhatToInstall() throws Exception {
        program("java", JAVA_8);
        Files.createFile(home.resolve("emergency.jar"));
        // the folders where Java usually lies are not this test's to empty, so they are cut out of the script
        String text = Files.readString(home.resolve("run-emergency.sh"), UTF_8)
                .replaceAll("(?m)^ +/(usr|Library|opt)/.*\\\\$", "        \\\\");
        Files.writeString(home.resolve("run-emergency.sh"), text);

        assertThat(run(Map.of(), script(), "list"))
                .isEqualTo(new Outcome(
                        2,
                        "",
                        "Java 17 or newer is needed (found: 8): install the package openjdk-17-jre-headless (Debian, Ubuntu),"
                                + " java-17-openjdk-headless (Fedora, RHEL), openjdk@17 (macOS, brew) or Microsoft.OpenJDK.17"
                                + " (Windows, winget).\n"));
    }

    @Test
    void withoutAJarItBuildsOneInASourceCheckoutAndKeepsStandardOutputClean() throws Exception {
        program("java", JAVA_17);
        program("mvn", """
                #!/bin/sh
                echo "mvn $*"
                mkdir -p "$HOME/emergency tools/target"
                touch "$HOME/emergency tools/target/emergency.jar"
                """);
        Files.createFile(home.resolve("pom.xml"));

        Outcome outcome = run(Map.of("HOME", folder.toString()), script(), "list");

        assertThat(outcome.code()).isEqualTo(3);
        assertThat(outcome.out()).startsWith("home=").doesNotContain("mvn");
        assertThat(outcome.err()).isEqualTo("""
                        Building emergency.jar. The first time this needs the network and some minutes.
                        mvn -B -q -f %s/pom.xml -Dmaven.test.skip=true package
                        to standard error
                        """.formatted(home));
    }

    @Test
    void aBuildThatFailsEndsWithWrongUsage() throws Exception {
        program("java", JAVA_17);
        program("mvn", "#!/bin/sh\necho broken; exit 1\n");
        Files.createFile(home.resolve("pom.xml"));

        Outcome outcome = run(Map.of(), script(), "list");

        assertThat(outcome.code()).isEqualTo(2);
        assertThat(outcome.out()).isEmpty();
        assertThat(outcome.err()).contains("broken\nemergency.jar could not be built; the lines above say why.");
    }

    @Test
    void saysThatMavenOrTheJarIsMissing() throws Exception {
        program("java", JAVA_17);
        assertThat(run(Map.of(), script()))
                .isEqualTo(new Outcome(
                        2, "", "There is no emergency.jar in '%s': put it beside run-emergency.sh.\n".formatted(home)));

        Files.createFile(home.resolve("pom.xml"));
        Outcome outcome = run(Map.of(), script());
        assertThat(outcome.code()).isEqualTo(2);
        assertThat(outcome.err()).startsWith("Maven is needed to build emergency.jar: install the package maven ");
    }

    private String script() {
        return home.resolve("run-emergency.sh").toString();
    }

    private void program(String name, String text) throws IOException {
        write(bin.resolve(name), text);
    }

    private static void write(Path file, String text) throws IOException {
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** With a PATH that holds nothing but the folder of this test. */
    private Outcome run(Map<String, String> environment, String... command) throws Exception {
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment().clear();
        builder.environment().putAll(new TreeMap<>(environment));
        builder.environment().put("PATH", bin.toString());
        Process process = builder.redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .start();
        if (!process.waitFor(20, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IllegalStateException("the script hangs");
        }
        return new Outcome(process.exitValue(), Files.readString(out), Files.readString(err));
    }

    private static Path find(String tool) {
        return List.of("/bin/", "/usr/bin/").stream()
                .map(dir -> Path.of(dir + tool))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow();
    }
}
