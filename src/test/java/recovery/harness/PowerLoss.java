package recovery.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import recovery.harness.SystemCalls.Call;

/**
 * What may be on a disk when the power fails at any moment of a recorded run: all that was forced to the disk; of what
 * was not, all bytes, none, or the first half of them; and of the names that were not, any of them in any combination.
 * That is more than the usual file systems do.
 */
public final class PowerLoss {
    /** More names that are not forced would make too many combinations; then a folder is forced too seldom anyway. */
    private static final int NAMES_AT_MOST = 8;

    private enum Lost {
        NOTHING,
        ALL_BYTES,
        SECOND_HALF
    }

    private static final class Inode {
        private byte[] now = {};
        private byte[] forced = {};

        byte[] after(Lost lost) {
            if (lost == Lost.NOTHING) {
                return now;
            }
            if (lost == Lost.ALL_BYTES || now.length <= forced.length) {
                return forced;
            }
            byte[] half = Arrays.copyOf(now, forced.length + (now.length - forced.length) / 2);
            System.arraycopy(forced, 0, half, 0, forced.length);
            return half;
        }
    }

    private interface NameChange extends Consumer<Map<String, Inode>> {}

    private static final class OpenFile {
        private final Inode inode;
        private final boolean append;
        private long position;

        OpenFile(Inode inode, boolean append) {
            this.inode = inode;
            this.append = append;
        }
    }

    private final Predicate<Path> watched;
    private final Map<String, Inode> names = new TreeMap<>();
    private final Map<String, Inode> forcedNames = new TreeMap<>();
    private final Map<Path, List<NameChange>> waiting = new LinkedHashMap<>();
    private final Map<Integer, OpenFile> open = new HashMap<>();
    private final Map<String, Map<Path, byte[]>> states = new LinkedHashMap<>();

    private PowerLoss(Predicate<Path> watched) {
        this.watched = watched;
    }

    /**
     * All different states, in the order of their moments.
     *
     * @param folders with what was in them before the run
     * @param ignored files that do not count
     */
    public static List<Map<Path, byte[]>> states(
            List<Path> folders, Predicate<Path> ignored, Map<Path, byte[]> before, List<Call> calls) {
        PowerLoss disk = new PowerLoss(file -> folders.contains(file.getParent()) && !ignored.test(file));
        before.forEach((file, bytes) -> {
            Inode inode = new Inode();
            inode.now = bytes;
            inode.forced = bytes;
            disk.names.put(file.toString(), inode);
        });
        disk.forcedNames.putAll(disk.names);
        disk.addStates();
        for (Call call : calls) {
            disk.take(call, folders);
        }
        return List.copyOf(disk.states.values());
    }

    /** The files of {@code folders} as they are now. */
    public static Map<Path, byte[]> content(List<Path> folders) {
        Map<Path, byte[]> content = new TreeMap<>();
        for (Path folder : folders) {
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    content.put(file, Files.readAllBytes(file));
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return content;
    }

    /** Makes {@code folders} hold {@code state} and nothing else. One array under two names is one file with two. */
    public static void write(List<Path> folders, Map<Path, byte[]> state) {
        try {
            for (Path old : content(folders).keySet()) {
                Files.delete(old);
            }
            IdentityHashMap<byte[], Path> written = new IdentityHashMap<>();
            for (Map.Entry<Path, byte[]> file : state.entrySet()) {
                Path first = written.putIfAbsent(file.getValue(), file.getKey());
                if (first == null) {
                    Files.write(file.getKey(), file.getValue());
                } else {
                    Files.createLink(file.getKey(), first);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void take(Call call, List<Path> folders) {
        switch (call.name()) {
            case "openat" -> opened(call);
            case "lseek" -> at(call, file -> file.position = call.result());
            case "write" ->
                at(call, file -> {
                    long position = file.append ? file.inode.now.length : file.position;
                    write(file.inode, position, Arrays.copyOf(call.texts().get(0), (int) call.result()));
                    file.position = position + call.result();
                });
            case "pwrite64" ->
                at(
                        call,
                        file -> write(
                                file.inode,
                                Long.parseLong(call.rest().get(call.rest().size() - 1)),
                                Arrays.copyOf(call.texts().get(0), (int) call.result())));
            case "ftruncate" ->
                at(call, file -> {
                    file.inode.now = Arrays.copyOf(
                            file.inode.now,
                            Integer.parseInt(call.rest().get(call.rest().size() - 1)));
                    addStates();
                });
            case "fsync", "fdatasync" -> forced(call, folders);
            case "rename", "renameat", "renameat2" -> rename(call.text(0), call.text(1));
            case "link", "linkat" -> link(call.text(0), call.text(1));
            case "unlink", "unlinkat" -> unlink(call.text(0));
            default -> {
                if (!call.path().isEmpty() && watched.test(Path.of(call.path()))) {
                    throw new IllegalStateException("this model does not know " + call.name() + " of " + call.path());
                }
            }
        }
    }

    private void opened(Call call) {
        String path = call.path();
        open.remove(call.descriptor());
        if (!path.startsWith("/") || !watched.test(Path.of(path))) {
            return;
        }
        String flags = String.join("|", call.rest());
        if (!names.containsKey(path)) {
            if (!flags.contains("O_CREAT")) {
                return;
            }
            Inode made = new Inode();
            change(Path.of(path), map -> map.put(path, made));
        }
        Inode inode = names.get(path);
        if (flags.contains("O_TRUNC")) {
            inode.now = new byte[0];
            addStates();
        }
        open.put(call.descriptor(), new OpenFile(inode, flags.contains("O_APPEND")));
    }

    private void at(Call call, Consumer<OpenFile> what) {
        // the number may belong to something else by now, or to a child process: closing is not followed
        OpenFile file = open.get(call.descriptor());
        if (file != null && file.inode == names.get(call.path())) {
            what.accept(file);
        }
    }

    private void write(Inode inode, long position, byte[] bytes) {
        int end = Math.toIntExact(position + bytes.length);
        byte[] content = Arrays.copyOf(inode.now, Math.max(inode.now.length, end));
        System.arraycopy(bytes, 0, content, (int) position, bytes.length);
        inode.now = content;
        addStates();
    }

    private void forced(Call call, List<Path> folders) {
        Path path = Path.of(call.path());
        if (folders.contains(path)) {
            waiting.getOrDefault(path, List.of()).forEach(change -> change.accept(forcedNames));
            waiting.remove(path);
            addStates();
        }
        at(call, file -> {
            file.inode.forced = file.inode.now;
            addStates();
        });
    }

    private void rename(String from, String to) {
        Inode inode = names.get(from);
        if (inode != null) {
            change(Path.of(to), map -> {
                map.remove(from);
                map.put(to, inode);
            });
        }
    }

    private void link(String from, String to) {
        Inode inode = names.get(from);
        if (inode != null) {
            change(Path.of(to), map -> map.put(to, inode));
        }
    }

    private void unlink(String path) {
        if (names.containsKey(path)) {
            change(Path.of(path), map -> map.remove(path));
        }
    }

    private void change(Path file, NameChange change) {
        change.accept(names);
        waiting.computeIfAbsent(file.getParent(), folder -> new ArrayList<>()).add(change);
        addStates();
    }

    private void addStates() {
        List<NameChange> changes =
                waiting.values().stream().flatMap(List::stream).toList();
        if (changes.size() > NAMES_AT_MOST) {
            throw new IllegalStateException(changes.size() + " names were not forced to the disk");
        }
        for (int choice = 0; choice < 1 << changes.size(); choice++) {
            Map<String, Inode> chosen = new TreeMap<>(forcedNames);
            for (int i = 0; i < changes.size(); i++) {
                if ((choice >> i & 1) == 1) {
                    changes.get(i).accept(chosen);
                }
            }
            for (Lost lost : Lost.values()) {
                Map<Path, byte[]> state = new TreeMap<>();
                IdentityHashMap<Inode, byte[]> contents = new IdentityHashMap<>();
                chosen.forEach((name, inode) ->
                        state.put(Path.of(name), contents.computeIfAbsent(inode, each -> each.after(lost))));
                states.putIfAbsent(key(state), state);
            }
        }
    }

    private static String key(Map<Path, byte[]> state) {
        StringBuilder key = new StringBuilder();
        state.forEach((file, bytes) -> key.append(file)
                .append(' ')
                .append(new String(bytes, StandardCharsets.ISO_8859_1))
                .append('\n'));
        return key.toString();
    }
}
