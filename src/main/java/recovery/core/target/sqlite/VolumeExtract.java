package recovery.core.target.sqlite;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static recovery.core.error.ErrorCode.DUMP_DAMAGED;
import static recovery.core.error.ErrorCode.DUMP_DANGEROUS;
import static recovery.core.error.RecoveryException.problem;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import recovery.core.error.Note;
import recovery.core.error.RecoveryException;
import recovery.core.layer.Cancellation;
import recovery.core.layer.Volume;
import recovery.core.layer.VolumeFile;
import recovery.core.layer.VolumeFiles;

/**
 * Writes the members of an archive into a new folder, and nowhere else: a member whose name leads out of it is refused,
 * and symbolic links are made last, so that no member is ever written through one. For one load.
 */
final class VolumeExtract {
    private static final int SLICE = 1 << 18;
    private static final int MOST_NAMES = 10;

    /** Folders and links are remembered until the end. */
    private static final int MOST_REMEMBERED = 1_000_000;

    private final Path folder;
    private final String root;
    private final String omitted;
    private final Cancellation cancellation;
    private final VolumeTraits traits = new VolumeTraits();
    private final Map<Path, String> links = new LinkedHashMap<>();
    private final Map<Path, VolumeFile.Traits> folders = new LinkedHashMap<>();
    private final List<String> skipped = new ArrayList<>();
    private long skippedFiles;
    private long outside;
    private long files;

    /**
     * @param root the folder within the archive that becomes {@code folder}; empty for all of it
     * @param omitted the name of a file that is no part of any volume
     */
    VolumeExtract(Path folder, String root, String omitted, Cancellation cancellation) {
        this.folder = folder;
        this.root = root;
        this.omitted = omitted;
        this.cancellation = cancellation;
    }

    /** Writes all of them; returns what has to be said. Rights and times are set by {@link #finish}. */
    List<Note> write(VolumeFiles volume) throws IOException {
        for (Optional<VolumeFile> next = volume.next(); next.isPresent(); next = volume.next()) {
            cancellation.check();
            VolumeFile member = next.get();
            Optional<Path> path = path(member.name());
            if (path.isPresent()) {
                take(member, path.get(), volume);
            }
        }
        makeLinks();
        return notes();
    }

    /** Behind the last change of a file: rights and times, files first and folders from below. */
    void finish() throws IOException {
        List<Path> below = new ArrayList<>(folders.keySet());
        java.util.Collections.reverse(below);
        for (Path one : below) {
            traits.set(one, folders.get(one));
        }
    }

    private void take(VolumeFile member, Path path, VolumeFiles volume) throws IOException {
        switch (member.kind()) {
            case FILE -> {
                makeRoom(path);
                writeFile(path, volume);
                traits.set(path, member.traits());
                files++;
            }
            case FOLDER -> {
                makeFolders(path);
                remember(path, member.traits());
            }
            case SYMBOLIC_LINK -> {
                makeRoom(path);
                if (isInside(path, member.traits().link())) {
                    links.put(path, member.traits().link());
                    checkRemembered();
                } else {
                    skip(member);
                }
            }
            case HARD_LINK -> {
                Optional<Path> first = path(member.traits().link());
                makeRoom(path);
                if (first.isPresent() && Files.isRegularFile(first.get(), NOFOLLOW_LINKS)) {
                    Files.createLink(path, first.get());
                    files++;
                } else {
                    skip(member);
                }
            }
            case OTHER -> skip(member);
        }
    }

    private void skip(VolumeFile member) {
        skippedFiles++;
        if (skipped.size() < MOST_NAMES) {
            skipped.add("'" + shown(member.name()) + "'");
        }
    }

    private void remember(Path path, VolumeFile.Traits of) {
        if (!path.equals(folder)) {
            folders.put(path, of);
            checkRemembered();
        }
    }

    private void checkRemembered() {
        if (links.size() + folders.size() > MOST_REMEMBERED) {
            throw dangerous("has more than %d folders and links".formatted(MOST_REMEMBERED));
        }
    }

    /** Where a member goes; empty for what is not to be restored. */
    private Optional<Path> path(String name) {
        String plain = Volume.plain(name);
        if (name.startsWith("/") || (name.indexOf('\\') >= 0 && java.io.File.separatorChar == '\\')) {
            throw dangerous("holds '%s', whose name begins at the root of the disk".formatted(shown(name)));
        }
        List<String> parts = List.of(plain.split("/+", -1)).stream()
                .filter(part -> !part.isEmpty() && !part.equals("."))
                .toList();
        if (parts.contains("..")) {
            throw dangerous("holds '%s', whose name leads out of the folder".formatted(shown(name)));
        }
        String clean = String.join("/", parts);
        if (!root.isEmpty() && !clean.equals(root) && !clean.startsWith(root + "/")) {
            outside += root.startsWith(clean) ? 0 : 1;
            return Optional.empty();
        }
        String within = root.isEmpty() ? clean : clean.equals(root) ? "" : clean.substring(root.length() + 1);
        if (within.equals(omitted)) {
            return Optional.empty();
        }
        try {
            return Optional.of(within.isEmpty() ? folder : folder.resolve(within));
        } catch (InvalidPathException impossible) {
            throw problem(DUMP_DAMAGED, "the volume holds '%s', which is no name for a file here", shown(name))
                    .causedBy(impossible)
                    .remedy("Leave out --whole-volume: then the database alone is restored.");
        }
    }

    /** Only downwards: what leads up first stays inside, and nothing leads up later, behind another link. */
    private boolean isInside(Path link, String to) {
        if (to.isEmpty() || to.startsWith("/") || to.indexOf('\0') >= 0 || to.matches("(?s).*[^./].*/\\.\\.(/.*)?")) {
            return false;
        }
        try {
            Path place = link.getParent().resolve(to).normalize();
            return !link.getFileSystem().getPath(to).isAbsolute() && place.startsWith(folder);
        } catch (InvalidPathException impossible) {
            return false;
        }
    }

    /** The folders above, and nothing else of that name: a later member replaces an earlier one, as tar does it. */
    private void makeRoom(Path path) throws IOException {
        if (path.equals(folder)) {
            throw damaged(path);
        }
        makeFolders(path.getParent());
        links.remove(path);
        if (Files.isDirectory(path, NOFOLLOW_LINKS)) {
            throw damaged(path);
        }
        Files.deleteIfExists(path);
    }

    private void makeFolders(Path path) throws IOException {
        if (Files.isDirectory(path, NOFOLLOW_LINKS)) {
            return;
        }
        if (DatabaseFolder.present(path) || links.containsKey(path)) {
            throw damaged(path);
        }
        makeFolders(path.getParent());
        FileRights.createPrivateFolder(path);
        // as tar makes folders that the archive does not describe
        remember(path, VolumeTraits.USUAL_FOLDER);
    }

    private void writeFile(Path path, VolumeFiles content) throws IOException {
        FileRights.createPrivate(path);
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
            byte[] slice = new byte[SLICE];
            for (int length = content.read(slice); length >= 0; length = content.read(slice)) {
                cancellation.check();
                write(channel, ByteBuffer.wrap(slice, 0, length), path);
            }
        }
    }

    private static void write(FileChannel channel, ByteBuffer slice, Path path) {
        try {
            while (slice.hasRemaining()) {
                channel.write(slice);
            }
        } catch (IOException failed) {
            throw DatabaseFileLoad.notWritten(path, failed);
        }
    }

    private void makeLinks() throws IOException {
        for (Map.Entry<Path, String> link : links.entrySet()) {
            Files.createSymbolicLink(link.getKey(), Path.of(link.getValue()));
        }
    }

    private List<Note> notes() {
        List<Note> notes = new ArrayList<>();
        notes.add(new Note(
                "VOLUME_RESTORED",
                "The whole volume was restored: %d files, and %d symbolic links.".formatted(files, links.size())));
        if (skippedFiles > 0) {
            notes.add(new Note(
                    "VOLUME_PARTS_SKIPPED",
                    "%d members were left out, because they are devices or pipes, or links that lead out of the folder: %s%s."
                            .formatted(
                                    skippedFiles,
                                    skipped.stream().collect(Collectors.joining(", ")),
                                    skippedFiles > skipped.size() ? " and more" : "")));
        }
        if (outside > 0) {
            notes.add(new Note(
                    "VOLUME_PARTS_SKIPPED",
                    "%d members lie outside of '%s', the folder of the database within the archive, and were left out."
                            .formatted(outside, shown(root))));
        }
        traits.note().ifPresent(notes::add);
        return notes;
    }

    private RecoveryException damaged(Path path) {
        return problem(
                        DUMP_DAMAGED,
                        "the volume holds '%s' twice, as a folder and as something else",
                        shown(folder.relativize(path).toString()))
                .remedy("Leave out --whole-volume: then the database alone is restored.");
    }

    private static RecoveryException dangerous(String what) {
        return problem(DUMP_DANGEROUS, "the volume %s", what)
                .remedy(
                        "Look into the archive with \"tar --list\"; without --whole-volume the database alone is restored.");
    }

    private static String shown(String name) {
        String plain = name.replaceAll("\\p{Cntrl}", "?");
        return plain.length() > 100 ? plain.substring(0, 100) + "…" : plain;
    }
}
