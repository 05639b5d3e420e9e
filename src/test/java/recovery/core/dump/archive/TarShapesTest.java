package recovery.core.dump.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import recovery.core.error.RecoveryException;

/** Archives in tar files as other tools pack them, and as nobody should. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TarShapesTest {
    private static final Path SMALL = ArchiveParts.BACKUPS.resolve("small");

    @TempDir
    Path folder;

    /** The plain members of a tar file by name, in order. */
    private static Map<String, byte[]> members(String tar) throws IOException {
        Map<String, byte[]> members = new LinkedHashMap<>();
        try (TarArchiveInputStream in = new TarArchiveInputStream(Files.newInputStream(SMALL.resolve(tar)))) {
            for (TarArchiveEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                if (!entry.isDirectory()) {
                    members.put(entry.getName(), in.readAllBytes());
                }
            }
        }
        return members;
    }

    private interface Extra {
        void add(TarArchiveOutputStream tar) throws IOException;
    }

    private Path packed(List<String> names, Map<String, byte[]> members, String prefix, int longNames, Extra extra)
            throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
            tar.setLongFileMode(longNames);
            for (String name : names) {
                put(tar, prefix + name, members.get(name));
            }
            extra.add(tar);
        }
        return Files.write(folder.resolve("packed.tar"), bytes.toByteArray());
    }

    private static void put(TarArchiveOutputStream tar, String name, byte[] content) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name, true);
        entry.setSize(content.length);
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
    }

    private Path packed(String sample, String prefix, Extra extra) throws IOException {
        Map<String, byte[]> members = members(sample);
        return packed(List.copyOf(members.keySet()), members, prefix, TarArchiveOutputStream.LONGFILE_GNU, extra);
    }

    private static void assertSameData(ArchiveParts actual, String sample) throws IOException {
        ArchiveParts expected = ArchiveParts.of(SMALL.resolve(sample));
        assertThat(actual.rows).isEqualTo(expected.rows);
        assertThat(actual.largeObjects).isEqualTo(expected.largeObjects).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"tar.tar", "folder.tar"})
    void readsMembersInAnyOrder(String sample) throws IOException {
        long seed = new Random().nextLong();
        System.out.println("TarShapesTest seed " + seed + " for " + sample);
        Random random = new Random(seed);
        Map<String, byte[]> members = members(sample);
        List<String> names = new ArrayList<>(members.keySet());
        for (int i = 0; i < 20; i++) {
            Collections.shuffle(names, random);
            Path tar = packed(names, members, "", TarArchiveOutputStream.LONGFILE_GNU, more -> {});
            assertSameData(ArchiveParts.of(tar), sample);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {TarArchiveOutputStream.LONGFILE_GNU, TarArchiveOutputStream.LONGFILE_POSIX})
    void readsLongNames(int longNames) throws IOException {
        Map<String, byte[]> members = members("tar.tar");
        Path tar = packed(
                List.copyOf(members.keySet()), members, "backups-of-the-shop/".repeat(20), longNames, more -> {});
        assertSameData(ArchiveParts.of(tar), "tar.tar");
    }

    /** Nothing is unpacked, so such names lead nowhere. */
    @ParameterizedTest
    @ValueSource(strings = {"./", "/", "../", "/tmp/../"})
    void readsMembersWhateverFolderTheyNameAndNothingElse(String prefix) throws IOException {
        Path tar = packed("folder.tar", prefix, more -> {
            put(more, "../outside.txt", new byte[] {1});
            put(more, "/outside.txt", new byte[] {2});
        });
        assertSameData(ArchiveParts.of(tar), "folder.tar");
        assertThat(folder.resolveSibling("outside.txt")).doesNotExist();
        assertThat(Path.of("/outside.txt")).doesNotExist();
    }

    private static void refused(Path tar, String code, String problem) {
        assertThatThrownBy(() -> ArchiveParts.of(tar)).isInstanceOfSatisfying(RecoveryException.class, e -> {
            assertThat(e.code().name()).isEqualTo(code);
            assertThat(e.getMessage()).startsWith(problem);
            assertThat(e.remedies()).isNotEmpty();
        });
    }

    @Test
    void refusesAMemberThatComesTwice() throws IOException {
        Path tar = packed("tar.tar", "", more -> put(more, "3364.dat", "9\tother\n\\.\n\n\n".getBytes("UTF-8")));
        refused(tar, "DUMP_DAMAGED", "the archive is damaged: its tar file holds '3364.dat' twice");
    }

    @ParameterizedTest
    @CsvSource({"1", "2"})
    void refusesLinks(char type) throws IOException {
        Path tar = packed("tar.tar", "", more -> {
            TarArchiveEntry link = new TarArchiveEntry("linked.dat", (byte) type);
            link.setLinkName("/etc/passwd");
            more.putArchiveEntry(link);
            more.closeArchiveEntry();
        });
        assertThat(type).isIn((char) TarConstants.LF_LINK, (char) TarConstants.LF_SYMLINK);
        refused(tar, "BACKUP_UNSUPPORTED", "the tar file holds a link, 'linked.dat'");
    }

    /** The size of a member, with and without a checksum that fits it. */
    @ParameterizedTest
    @CsvSource({
        "0, true, DUMP_DAMAGED",
        "1, true, DUMP_DAMAGED",
        "7777, true, DUMP_",
        "77777777777, true, DUMP_TRUNCATED",
        "0, false, DUMP_DAMAGED",
        "7777, false, DUMP_DAMAGED",
    })
    void refusesAWrongSize(String octal, boolean checksum, String code) throws IOException {
        byte[] tar = Files.readAllBytes(SMALL.resolve("tar.tar"));
        int header = headerOf(tar, "3364.dat");
        byte[] size = ("0".repeat(11 - octal.length()) + octal).getBytes("US-ASCII");
        System.arraycopy(size, 0, tar, header + 124, size.length);
        if (checksum) {
            fitChecksum(tar, header);
        }
        Path file = Files.write(folder.resolve("size.tar"), tar);
        assertThatThrownBy(() -> ArchiveParts.of(file))
                .isInstanceOfSatisfying(
                        RecoveryException.class,
                        e -> assertThat(e.code().name()).startsWith(code));
    }

    private static int headerOf(byte[] tar, String name) {
        for (int at = 0; at < tar.length; at += 512) {
            if (new String(tar, at, name.length() + 1, java.nio.charset.StandardCharsets.ISO_8859_1)
                    .equals(name + "\0")) {
                return at;
            }
        }
        throw new AssertionError("no " + name);
    }

    private static void fitChecksum(byte[] tar, int header) {
        int sum = 0;
        for (int i = 0; i < 512; i++) {
            sum += i >= 148 && i < 156 ? ' ' : tar[header + i] & 0xFF;
        }
        byte[] digits = "%06o\0 ".formatted(sum).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        System.arraycopy(digits, 0, tar, header + 148, digits.length);
    }
}
