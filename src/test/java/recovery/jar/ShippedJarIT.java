package recovery.jar;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import recovery.harness.JarProcess.Result;

/** The one file that is handed out: what is in it, on which Java it runs, how it behaves as a command. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ShippedJarIT {
    private static final long MEGABYTE = 1_000_000;

    @TempDir
    Path folder;

    private Site site;

    @BeforeEach
    void makeSite() {
        site = new Site(folder, Map.of());
    }

    @Test
    void isSmallSaysWhatItIsAndCarriesTheCodeOfSqliteForAllSystems() throws Exception {
        Path jar = site.program().jar();
        assertThat(Files.size(jar)).isLessThan(30 * MEGABYTE);
        try (JarFile file = new JarFile(jar.toFile())) {
            Attributes manifest = file.getManifest().getMainAttributes();
            assertThat(manifest.getValue("Main-Class")).isEqualTo("recovery.Main");
            assertThat(manifest.getValue("Implementation-Title")).isEqualTo("Emergency Recovery Server");
            assertThat(manifest.getValue("Implementation-Version")).matches("[0-9]+\\.[0-9]+\\.[0-9]+.*");
            assertThat(manifest.getValue("Multi-Release")).isEqualTo("true");
            assertThat(manifest.getValue("Enable-Native-Access")).isEqualTo("ALL-UNNAMED");
            for (String code : List.of(
                    "Linux/x86_64/libsqlitejdbc.so",
                    "Linux/aarch64/libsqlitejdbc.so",
                    "Linux-Musl/x86_64/libsqlitejdbc.so",
                    "Linux-Musl/aarch64/libsqlitejdbc.so",
                    "Mac/x86_64/libsqlitejdbc.dylib",
                    "Mac/aarch64/libsqlitejdbc.dylib",
                    "Windows/x86_64/sqlitejdbc.dll")) {
                assertThat(file.getEntry("org/sqlite/native/" + code))
                        .as(code)
                        .isNotNull()
                        .extracting(entry -> entry.getSize() > MEGABYTE / 2)
                        .isEqualTo(true);
            }
            assertThat(file.stream().map(entry -> entry.getName()))
                    .noneMatch(name -> name.matches("META-INF/.*\\.(SF|RSA|DSA)"))
                    .noneMatch(name -> name.contains("junit"));
        }
    }

    /** The Java that runs this test, and all others of this machine that are not older. */
    static Set<String> javas() throws Exception {
        Set<String> javas = new TreeSet<>();
        javas.add(Path.of(System.getProperty("java.home")).toRealPath().toString());
        Path installed = Path.of("/usr/lib/jvm");
        if (Files.isDirectory(installed)) {
            try (Stream<Path> homes = Files.list(installed)) {
                for (Path home : homes.toList()) {
                    if (Files.isExecutable(home.resolve("bin/java")) && version(home) >= 17) {
                        javas.add(home.toRealPath().toString());
                    }
                }
            }
        }
        return javas;
    }

    private static int version(Path home) throws Exception {
        return Files.readAllLines(home.resolve("release")).stream()
                .filter(line -> line.startsWith("JAVA_VERSION="))
                .map(line -> line.replaceAll("[^0-9.]", "").replaceAll("[.].*", ""))
                .mapToInt(Integer::parseInt)
                .findFirst()
                .orElse(0);
    }

    @ParameterizedTest
    @MethodSource("javas")
    void restoresTheDemoOnThisJavaWithoutAWarning(String home) throws Exception {
        Path errors = folder.resolve("errors");
        Process program = new ProcessBuilder(
                        Path.of(home, "bin", "java").toString(),
                        "-jar",
                        site.program().jar().toAbsolutePath().toString(),
                        "restore",
                        "--latest",
                        "--force",
                        "--json")
                .directory(folder.toFile())
                .redirectError(errors.toFile())
                .start();
        String out = new String(program.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(program.waitFor(30, TimeUnit.SECONDS)).isTrue();
        String err = Files.readString(errors);
        assertThat(program.exitValue()).as(err).isZero();
        assertThat(Site.parsed(out).get("success").asBoolean()).isTrue();
        assertThat(err).doesNotContainIgnoringCase("warning").doesNotContain("Exception");
    }

    @Test
    void helpAndVersionGoToStandardOutputAlone() {
        Result help = site.run("--help");
        assertThat(help.exitCode()).isZero();
        assertThat(help.err()).isEmpty();
        assertThat(help.out())
                .contains("serve", "list", "inspect", "restore", "rollback", "history")
                .doesNotContain("\u001b");
        Result version = site.run("--version");
        assertThat(version.exitCode()).isZero();
        assertThat(version.err()).isEmpty();
        assertThat(version.out()).matches("Emergency Recovery Server [0-9]+\\.[0-9]+\\.[0-9]+\\S*\\R");
        assertThat(Site.names(folder)).as("asking for help makes nothing").isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"--nope", "restore --nope", "restroe", "restore --latest"})
    void wrongUsageEndsWithTwoAndARemedyAndNoResult(String arguments) {
        Result result = site.run(arguments.split(" "));
        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.out()).isEmpty();
        assertThat(result.err()).contains("\n  remedy: ").doesNotContain("\tat ");
    }

    @Test
    void theServerSaysLittleOnStandardOutput() throws Exception {
        try (Site.Server server = site.serve()) {
            for (String path : List.of("/health", "/", "/list-backups", "/metrics-of-nothing")) {
                java.net.http.HttpClient.newHttpClient()
                        .send(
                                java.net.http.HttpRequest.newBuilder(server.at(path))
                                        .build(),
                                java.net.http.HttpResponse.BodyHandlers.discarding());
            }
            server.process().terminate();
            Result result = server.process().await(Site.LIMIT);
            assertThat(result.out())
                    .contains("Open http://localhost:" + server.address().getPort());
            assertThat(result.out().lines()).hasSizeLessThan(20);
            assertThat(result.err()).isEmpty();
        }
    }
}
