package recovery.harness;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The real gpg with a keyring of its own; closing ends its agent and deletes the keyring. */
public final class Gpg implements AutoCloseable {
    private final Path home;

    /** In a short folder, because the name of a socket in it must be short. */
    public Gpg() {
        try {
            home = Files.createTempDirectory(
                    "gpg", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            // few rounds to make a key of a passphrase, since tests do that often
            Files.writeString(home.resolve("gpg-agent.conf"), "s2k-count 2048\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The output of gpg for {@code input}; fails the test if gpg fails. */
    public byte[] run(byte[] input, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                "gpg",
                "--batch",
                "--quiet",
                "--no-tty",
                "--yes",
                "--trust-model",
                "always",
                "--pinentry-mode",
                "loopback"));
        command.addAll(List.of(arguments));
        return run(command, input);
    }

    private byte[] run(List<String> command, byte[] input) {
        Path in = null;
        Path errors = null;
        try {
            in = Files.createTempFile("gpg", ".in");
            errors = Files.createTempFile("gpg", ".err");
            Files.write(in, input);
            ProcessBuilder builder =
                    new ProcessBuilder(command).redirectInput(in.toFile()).redirectError(errors.toFile());
            builder.environment().put("GNUPGHOME", home.toString());
            Process process = builder.start();
            byte[] output = process.getInputStream().readAllBytes();
            if (process.waitFor() != 0) {
                throw new AssertionError(command + ": " + Files.readString(errors, UTF_8));
            }
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } finally {
            delete(in);
            delete(errors);
        }
    }

    private static void delete(Path file) {
        try {
            if (file != null) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        run(List.of("gpgconf", "--kill", "all"), new byte[0]);
        try (Stream<Path> files = Files.walk(home)) {
            files.sorted(java.util.Comparator.reverseOrder()).forEach(Gpg::delete);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
