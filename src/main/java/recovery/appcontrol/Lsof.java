package recovery.appcontrol;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import recovery.core.target.sqlite.OpenFileFinder;

/** Asks {@code lsof}, where a system has it, who has files open. Any thread may ask. */
public final class Lsof implements OpenFileFinder {
    private static final long LIMIT_SECONDS = 10;
    private static final int MOST_BYTES = 100_000;

    private final List<String> folders;

    /** {@code path}: the list of folders of that name in the environment. */
    public Lsof(String path) {
        folders = new ArrayList<>(Arrays.asList(path.split(File.pathSeparator, -1)));
        folders.add("/usr/sbin");
    }

    @Override
    public List<String> others(Collection<Path> files) {
        List<String> present =
                files.stream().filter(Files::exists).map(Path::toString).toList();
        Optional<String> program = program();
        return program.isEmpty() || present.isEmpty() ? List.of() : asked(program.get(), present);
    }

    private Optional<String> program() {
        return folders.stream()
                .filter(folder -> !folder.isBlank())
                .map(folder -> new File(folder, "lsof"))
                .filter(File::canExecute)
                .map(File::getPath)
                .findFirst();
    }

    private static List<String> asked(String program, List<String> files) {
        List<String> command = new ArrayList<>(List.of(program, "-w", "-n", "-P", "-F", "pc", "--"));
        command.addAll(files);
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            try (InputStream output = process.getInputStream()) {
                process.getOutputStream().close();
                List<String> found = read(new String(output.readNBytes(MOST_BYTES), UTF_8));
                process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
                return found;
            } finally {
                process.destroyForcibly();
            }
        } catch (IOException unusable) {
            return List.of();
        } catch (InterruptedException woken) {
            Thread.currentThread().interrupt();
            return List.of();
        }
    }

    /** One line for each field: {@code p} and the number of a process, then {@code c} and its name. */
    static List<String> read(String output) {
        List<String> found = new ArrayList<>();
        String own = Long.toString(ProcessHandle.current().pid());
        String pid = "";
        for (String line : output.lines().toList()) {
            if (line.startsWith("p")) {
                pid = line.substring(1);
            } else if (line.startsWith("c") && !pid.equals(own)) {
                found.add("%s (pid %s)".formatted(line.substring(1), pid));
            }
        }
        return found;
    }
}
