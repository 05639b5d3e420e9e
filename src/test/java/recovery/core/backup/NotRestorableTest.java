package recovery.core.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import recovery.core.layer.Layers;

class NotRestorableTest {
    @TempDir
    Path directory;

    @Test
    void saysHowToGoOnWithWhatIsNotRead() throws IOException {
        assertThat(refusal("shop.sql", "-- MySQL dump 10.13\n"))
                .isEqualTo("BACKUP_UNSUPPORTED: 'shop.sql' cannot be restored: a MySQL dump; this version"
                        + " reads SQL scripts, SQLite files and archives of pg_dump\n"
                        + "  remedy: Choose a backup in another format.\n"
                        + "  remedy: Restore it with the tools of the system that made it.");
        Files.write(directory.resolve("a.7z"), new byte[] {'7', 'z', (byte) 0xbc, (byte) 0xaf, 0x27, 0x1c, 0, 4});
        assertThat(refusal("a.7z"))
                .isEqualTo(
                        "BACKUP_UNSUPPORTED: 'a.7z' cannot be restored: packed with 7-Zip, which cannot be read here;"
                                + " this version reads SQL scripts, SQLite files and archives of pg_dump\n"
                                + "  remedy: Choose a backup in another format.\n"
                                + "  remedy: Unpack it with the program that packed it, and upload what comes out.");
    }

    @Test
    void tellsUnfinishedFromUnknown() throws IOException {
        assertThat(refusal("shop.sql.part", "SELECT 1;"))
                .isEqualTo("BACKUP_UNFINISHED: 'shop.sql.part' cannot be restored: still being written, or cut off: its"
                        + " name ends with '.part'\n"
                        + "  remedy: Wait until the file is complete and try again.\n"
                        + "  remedy: Restore an older backup instead.");
        assertThat(refusal("notes.txt", "hello")).isEqualTo("""
                        BACKUP_NOT_RECOGNISED: 'notes.txt' cannot be restored: text, but no SQL script
                          remedy: Choose another backup.
                          remedy: Compare size and checksum of the file with the original.""");
    }

    @Test
    void isNotForBackupsThatCanBeRestored() throws IOException {
        assertThatThrownBy(() -> refusal("a.sql", "SELECT 1;"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("'a.sql' can be restored");
    }

    @Test
    void saysWhyAFileCannotBeRead() {
        assertThat(Looks.unreadable(new AccessDeniedException("/secret/path")).reason())
                .contains("the user of this program has no right to read the file");
        assertThat(Looks.unreadable(new IOException("Input/output error")).reason())
                .contains("the file cannot be read");
    }

    @Test
    void whatMayNotBeReadIsNoQuestionOfTheContent() {
        Look look = Looks.unreadable(new AccessDeniedException("/secret/path"));
        Backup backup = new Backup(
                "a.sql",
                directory.resolve("a.sql"),
                1,
                Instant.EPOCH,
                Instant.EPOCH,
                look.format(),
                look.compression(),
                false,
                Optional.empty(),
                Contents.UNKNOWN,
                false,
                look.reason(),
                Optional.empty(),
                Map.of());

        assertThat(NotRestorable.refusal(backup).report())
                .isEqualTo(
                        "FILE_NOT_ACCESSIBLE: 'a.sql' cannot be restored: the user of this program has no right to read"
                                + " the file\n  remedy: Give the user '%s' the right to read '%s'."
                                        .formatted(System.getProperty("user.name"), directory.resolve("a.sql")));
    }

    @Test
    void whatIsNoPlainFileIsNotSuggestedAsItself() throws IOException {
        Files.createDirectory(directory.resolve("a.sql"));
        assertThatThrownBy(() -> new BackupCatalogue(directory, Layers::behind).find("a.sql"))
                .hasMessage("'a.sql' is a folder, a link or something else that is no plain file");
    }

    @Test
    void aFileInThePlaceOfTheFolderIsCalledOne() throws IOException {
        Path file = Files.createFile(directory.resolve("backups"));
        assertThatThrownBy(() -> new BackupCatalogue(file, Layers::behind).list())
                .hasMessage("the backup directory '%s' is a file and no folder", file);
    }

    private String refusal(String name, String content) throws IOException {
        Files.writeString(directory.resolve(name), content);
        return refusal(name);
    }

    private String refusal(String name) {
        return NotRestorable.refusal(new BackupCatalogue(directory, Layers::behind).find(name))
                .report();
    }
}
