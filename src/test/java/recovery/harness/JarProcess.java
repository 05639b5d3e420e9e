package recovery.harness;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * The finished program as a process of its own, as operators run it. Closing kills it if it still runs. The jar is the
 * one named by {@code -Demergency.jar}, else {@code target/emergency.jar}; of the environment it gets only what a bare
 * system has and what the test says.
 */
public final class JarProcess implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(10);
    private static final List<String> BARE_ENVIRONMENT = List.of("PATH", "HOME", "LANG", "SystemRoot", "TEMP");

    private final Process process;
    private final Path output;

    private JarProcess(Process process, Path output) {
        this.process = process;
        this.output = output;
    }

    /** How it ended and what it said. */
    public record Result(int exitCode, String out, String err) {}

    /** How to run it: the folder it works in, its environment, the options of its Java, and what runs its Java. */
    public record Setting(
            Path jar, Path folder, Map<String, String> environment, List<String> javaOptions, List<String> within) {
        public Setting {
            environment = Map.copyOf(environment);
            javaOptions = List.copyOf(javaOptions);
            within = List.copyOf(within);
        }

        public Setting withJava(String... options) {
            return new Setting(jar, folder, environment, List.of(options), within);
        }

        /** The same Java with one more option. */
        public Setting andJava(String option) {
            return withJava(
                    Stream.concat(javaOptions.stream(), Stream.of(option)).toArray(String[]::new));
        }

        /** Run by another program, such as {@code strace -o FILE}; one that does not replace itself has the pid. */
        public Setting within(String... program) {
            return new Setting(jar, folder, environment, javaOptions, List.of(program));
        }

        /** With signals as a terminal gives them to it; what was started in the background ignores Ctrl-C. */
        public Setting withSignals() {
            return within("env", "--default-signal=INT,TERM,HUP");
        }

        /** With at most so many open files. */
        public Setting withDescriptors(int count) {
            return within("sh", "-c", "ulimit -n " + count + " && exec \"$0\" \"$@\"");
        }

        /** Starts it with nothing on its standard input. */
        public JarProcess start(String... arguments) {
            return startTyping("", arguments);
        }

        /** Starts it; standard input holds {@code typed} and then ends. */
        public JarProcess startTyping(String typed, String... arguments) {
            List<String> command = new ArrayList<>(within);
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            command.addAll(javaOptions);
            command.addAll(List.of("-jar", jar.toAbsolutePath().toString()));
            command.addAll(List.of(arguments));
            try {
                Path output = Files.createTempDirectory("jar-process");
                ProcessBuilder builder = new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectOutput(output.resolve("out").toFile())
                        .redirectError(output.resolve("err").toFile());
                builder.environment().keySet().retainAll(BARE_ENVIRONMENT);
                builder.environment().putAll(environment);
                Process process = builder.start();
                try (OutputStream in = process.getOutputStream()) {
                    in.write(typed.getBytes(UTF_8));
                } catch (IOException endedAlready) {
                    // then nobody wanted to read it
                }
                return new JarProcess(process, output);
            } catch (IOException e) {
                throw new UncheckedIOException("the jar cannot be started", e);
            }
        }

        /** Runs it to its end. */
        public Result run(Duration limit, String... arguments) {
            try (JarProcess running = start(arguments)) {
                return running.await(limit);
            }
        }
    }

    /** The built jar; fails if there is none. */
    public static Setting in(Path folder, Map<String, String> environment) {
        Path jar = Path.of(System.getProperty("emergency.jar", "target/emergency.jar"));
        if (!Files.isRegularFile(jar)) {
            throw new IllegalStateException("no jar at " + jar.toAbsolutePath() + ": run 'mvn package' first");
        }
        return new Setting(jar, folder, environment, List.of(), List.of());
    }

    public long pid() {
        return process.pid();
    }

    public boolean isRunning() {
        return process.isAlive();
    }

    /** What it has written to standard output so far. */
    public String out() {
        return text("out");
    }

    /** What it has written to standard error so far. */
    public String err() {
        return text("err");
    }

    /** Waits for the end; kills it and fails if it does not come within {@code limit}. */
    public Result await(Duration limit) {
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                kill();
                throw new AssertionError("the program did not end within " + limit + said());
            }
            return new Result(process.exitValue(), out(), err());
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /** As {@code kill -9} does, and waits until it is gone. */
    public void kill() {
        try {
            process.destroyForcibly().waitFor();
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /** Asks it to stop, as {@code kill} and a service manager do. */
    public void terminate() {
        process.destroy();
    }

    /** Sends a signal by its name, such as {@code INT} for Ctrl-C. */
    public void signal(String name) {
        try {
            int code = new ProcessBuilder("kill", "-" + name, "" + pid())
                    .inheritIO()
                    .start()
                    .waitFor();
            if (code != 0) {
                throw new IllegalStateException("kill -" + name + " ended with " + code);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /** Waits until it has written {@code text} to standard output or standard error. */
    public void awaitSaid(String text, Duration limit) {
        await(() -> out().contains(text) || err().contains(text), "it said '" + text + "'", limit);
    }

    /** Waits until {@code text} stands in {@code file}, which need not exist yet, or in any file of that folder. */
    public void awaitText(Path file, String text, Duration limit) {
        await(
                () -> files(file).stream().anyMatch(each -> read(each).contains(text)),
                "'" + text + "' stood in " + file,
                limit);
    }

    /** Waits until {@code uri} answers 200 and returns the answer. */
    public String awaitAnswer(URI uri, Duration limit) {
        HttpClient client =
                HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(1)).build();
        HttpRequest request =
                HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(2)).build();
        String[] answer = new String[1];
        await(
                () -> {
                    try {
                        HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
                        answer[0] = response.body();
                        return response.statusCode() == 200;
                    } catch (IOException notYet) {
                        return false;
                    } catch (InterruptedException e) {
                        throw interrupted(e);
                    }
                },
                uri + " answered 200",
                limit);
        return answer[0];
    }

    /** Waits until {@code condition} holds while the program runs. */
    public void await(BooleanSupplier condition, String what, Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            boolean ended = !process.isAlive();
            if (condition.getAsBoolean()) {
                return;
            }
            if (ended || System.nanoTime() > end) {
                throw new AssertionError(
                        (ended ? "the program ended before " : "not within " + limit + ": ") + what + said());
            }
            try {
                Thread.sleep(POLL.toMillis());
            } catch (InterruptedException e) {
                throw interrupted(e);
            }
        }
    }

    private String said() {
        return "\n--- out\n" + out() + "\n--- err\n" + err();
    }

    private static List<Path> files(Path fileOrFolder) {
        if (!Files.isDirectory(fileOrFolder)) {
            return Files.exists(fileOrFolder) ? List.of(fileOrFolder) : List.of();
        }
        try (Stream<Path> files = Files.walk(fileOrFolder)) {
            return files.filter(Files::isRegularFile).toList();
        } catch (IOException | UncheckedIOException changing) {
            return List.of();
        }
    }

    private String text(String name) {
        return read(output.resolve(name));
    }

    private static String read(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        } catch (IOException notThere) {
            return "";
        }
    }

    private static IllegalStateException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new IllegalStateException("interrupted while the program ran", e);
    }

    @Override
    public void close() {
        kill();
        try {
            Files.deleteIfExists(output.resolve("out"));
            Files.deleteIfExists(output.resolve("err"));
            Files.deleteIfExists(output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
