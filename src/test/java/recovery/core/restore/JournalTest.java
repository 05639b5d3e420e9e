package recovery.core.restore;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.LocalDateTime;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void nameTheFile() {
        file = folder.resolve("one.journal");
    }

    @Test
    void theLastLineOfAKeyCounts() throws Exception {
        try (Journal journal = Journal.create(file)) {
            journal.write("state", "PLANNED");
            journal.write("backup", "a=b\\n\nc");
            journal.write("state", "DONE");
        }
        assertThat(Journal.read(file)).containsEntry("state", "DONE").containsEntry("backup", "a=b\\n\nc");
    }

    @Test
    void aTornLastLineDoesNotCountAndIsCutOffBeforeTheNextOne() throws Exception {
        try (Journal journal = Journal.create(file)) {
            journal.write("state", "RESTORING");
        }
        Files.write(file, "state=DO".getBytes(UTF_8), StandardOpenOption.APPEND);

        assertThat(Journal.read(file)).containsEntry("state", "RESTORING");
        try (Journal journal = Journal.append(file)) {
            journal.write("state", "FAILED");
        }
        assertThat(Files.readString(file)).isEqualTo("state=RESTORING\nstate=FAILED\n");
    }

    @Test
    void everyPrefixOfAJournalCanBeRead() throws Exception {
        try (Journal journal = Journal.create(file)) {
            journal.write("state", "PLANNED");
            journal.write("copy", "größe");
        }
        byte[] whole = Files.readAllBytes(file);
        for (int length = 0; length <= whole.length; length++) {
            Files.write(file, java.util.Arrays.copyOf(whole, length));
            assertThat(Journal.read(file).getOrDefault("copy", "größe")).isEqualTo("größe");
        }
    }

    @Test
    void aJournalIsNeverWrittenOver() throws Exception {
        Journal.create(file).close();
        assertThatThrownBy(() -> Journal.create(file)).isInstanceOf(FileAlreadyExistsException.class);
    }

    @Test
    void twoRestoresOfOneSecondHaveTwoIds() {
        JournalFolder journals = new JournalFolder(folder);
        LocalDateTime time = LocalDateTime.of(2026, 11, 20, 3, 4, 5);
        JournalFolder.Named first = journals.create(time);
        JournalFolder.Named second = journals.create(time);
        first.journal().close();
        second.journal().close();

        assertThat(first.id()).isEqualTo("20261120_030405");
        assertThat(second.id()).isEqualTo("20261120_030405_2");
    }

    @Test
    void anIdFromOutsideIsNeverAPath() throws Exception {
        Files.writeString(folder.resolve("secret.journal"), "target=x\nstate=DONE\n");
        JournalFolder journals = new JournalFolder(folder);

        assertThatThrownBy(() -> journals.find("../secret")).hasMessage("there is no restore '../secret'");
    }
}
