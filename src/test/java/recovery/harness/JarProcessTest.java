package recovery.harness;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import recovery.harness.JarProcess.Result;
import recovery.harness.JarProcess.Setting;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class JarProcessTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    Path folder;

    private Setting program;

    @BeforeEach
    void makeJar() throws IOException {
        Path jar = folder.resolve("program.jar");
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, Program.class.getName());
        String name = Program.class.getName().replace('.', '/') + ".class";
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar), manifest);
                InputStream code = Program.class.getClassLoader().getResourceAsStream(name)) {
            out.putNextEntry(new JarEntry(name));
            code.transferTo(out);
        }
        program = new Setting(jar, folder, Map.of("COLOUR", "green"), List.of(), List.of());
    }

    /** Stands in for the jar of the build, which is not there yet when these tests run. */
    static final class Program {
        private Program() {}

        public static void main(String[] arguments) throws Exception {
            System.out.println("arguments " + List.of(arguments) + " " + System.getenv("COLOUR") + " "
                    + System.getenv("USER_SECRET") + " " + System.getProperty("size"));
            System.err.print(new String(System.in.readAllBytes(), UTF_8));
            if (List.of(arguments).contains("serve")) {
                com.sun.net.httpserver.HttpServer server = com.sun.net.httpserver.HttpServer.create(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
                server.createContext("/health", exchange -> {
                    exchange.sendResponseHeaders(200, 2);
                    exchange.getResponseBody().write("ok".getBytes(UTF_8));
                    exchange.close();
                });
                server.start();
                Files.writeString(Path.of("port"), "port=" + server.getAddress().getPort() + ";");
            } else {
                System.exit(3);
            }
        }
    }

    @Test
    void runsToTheEndAndTellsAll() {
        Result result = program.withJava("-Dsize=9").run(LIMIT, "list", "a b");

        assertThat(result.exitCode()).isEqualTo(3);
        assertThat(result.out().strip()).isEqualTo("arguments [list, a b] green null 9");
        assertThat(result.err()).isEmpty();
    }

    @Test
    void typesOnStandardInput() {
        try (JarProcess running = program.startTyping("shöp\n", "restore")) {
            assertThat(running.await(LIMIT).err()).isEqualTo("shöp\n");
        }
    }

    @Test
    void waitsForWhatIsWrittenAndAnsweredAndKills() throws IOException {
        try (JarProcess running = program.start("serve")) {
            running.awaitSaid("arguments [serve]", LIMIT);
            running.awaitText(folder, "port=", LIMIT);
            Path file = folder.resolve("port");
            running.awaitText(file, ";", LIMIT);
            String port = Files.readString(file).replaceAll("\\D", "");
            assertThat(running.awaitAnswer(URI.create("http://127.0.0.1:" + port + "/health"), LIMIT))
                    .isEqualTo("ok");
            assertThatThrownBy(() -> running.awaitText(file, "never", Duration.ofMillis(50)))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageStartingWith("not within PT0.05S: 'never' stood in " + file);

            running.kill();
            assertThat(running.isRunning()).isFalse();
            assertThat(running.await(LIMIT).exitCode()).isNotZero();
        }
    }

    @Test
    void failsAtOnceWhenTheProgramEndsTooEarly() {
        try (JarProcess running = program.start("list")) {
            assertThatThrownBy(() -> running.awaitSaid("ready", LIMIT))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageStartingWith("the program ended before it said 'ready'")
                    .hasMessageContaining("arguments [list]");
        }
    }

    @Test
    void doesNotWaitForEver() {
        try (JarProcess running = program.start("serve")) {
            assertThatThrownBy(() -> running.await(Duration.ofMillis(300)))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageStartingWith("the program did not end within PT0.3S");
            assertThat(running.isRunning()).isFalse();
        }
    }
}
