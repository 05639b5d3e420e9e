package recovery.core.backup;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;
import recovery.core.backup.Folder.FileFacts;

/** A backup that is a folder: a directory archive of pg_dump ({@code toc.dat}) or of pg_dumpall ({@code toc.glo}). */
final class ArchiveFolder {
    /** pg_dumpall puts the directory archive of each database into a folder below its own. */
    private static final int DEEPEST = 3;

    private ArchiveFolder() {}

    /** Empty if that folder is no archive. */
    static Optional<FileFacts> facts(String name, Path folder) throws IOException {
        if (tableOfContents(folder).isEmpty()) {
            return Optional.empty();
        }
        long sizeBytes = 0;
        Instant modified = Instant.EPOCH;
        try (Stream<Path> files = Files.walk(folder, DEEPEST)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                BasicFileAttributes facts =
                        Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
                if (facts.isRegularFile()) {
                    sizeBytes += facts.size();
                    Instant written = facts.lastModifiedTime().toInstant();
                    modified = written.isAfter(modified) ? written : modified;
                }
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        return Optional.of(new FileFacts(name, folder, sizeBytes, modified, true));
    }

    static Optional<Path> tableOfContents(Path folder) {
        return Stream.of("toc.dat", "toc.glo")
                .map(folder::resolve)
                .filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                .findFirst();
    }

    /** By the first bytes of the table of contents. */
    static Look look(Path folder) throws IOException {
        Path contents = tableOfContents(folder).orElseThrow(() -> new IOException("no longer an archive"));
        try (InputStream in = Files.newInputStream(contents, LinkOption.NOFOLLOW_LINKS)) {
            return FirstBytes.begins(in.readNBytes(5), "PGDMP")
                    ? FirstBytes.pgDump(BackupFormat.PG_DIRECTORY)
                    : Look.unknown("a folder whose '%s' was not written by pg_dump".formatted(contents.getFileName()));
        }
    }
}
