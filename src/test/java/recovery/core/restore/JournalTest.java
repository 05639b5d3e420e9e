package recovery.core.restore;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
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
    void noValueIsTakenForTheEndOfATornLine() throws Exception {
        String nasty = "\u0018\\\u0018\n\\c\r\\n\u0018";
        try (Journal journal = Journal.create(file)) {
            journal.write("backup", nasty);
        }
        assertThat(Journal.read(file)).containsExactly(Map.entry("backup", nasty));
    }

    @Test
    void aTornLastLineDoesNotCountAndStaysWhereItIs() throws Exception {
        try (Journal journal = Journal.create(file)) {
            journal.write("state", "RESTORING");
        }
        Files.write(file, "state=DO".getBytes(UTF_8), StandardOpenOption.APPEND);

        assertThat(Journal.read(file)).containsEntry("state", "RESTORING");
        try (Journal journal = Journal.append(file)) {
            journal.write("error", "none");
            assertThat(Journal.read(file)).containsEntry("state", "RESTORING");
            journal.write("state", "FAILED");
        }
        assertThat(Files.readString(file)).isEqualTo("state=RESTORING\nstate=DO\u0018\nerror=none\nstate=FAILED\n");
        assertThat(Journal.read(file)).isEqualTo(Map.of("state", "FAILED", "error", "none"));
    }

    @Test
    void everyPrefixOfAJournalCanBeReadAndGoneOnWith() throws Exception {
        try (Journal journal = Journal.create(file)) {
            journal.write("state", "PLANNED");
            journal.write("copy", "größe\\n\n\\");
            journal.write("state", "DONE");
        }
        byte[] whole = Files.readAllBytes(file);
        for (int length = 0; length <= whole.length; length++) {
            byte[] prefix = Arrays.copyOf(whole, length);
            Files.write(file, prefix);
            Map<String, String> before = Journal.read(file);
            assertThat(before.getOrDefault("copy", "größe\\n\n\\")).isEqualTo("größe\\n\n\\");
            assertThat(before.getOrDefault("state", "DONE")).isIn("PLANNED", "DONE");

            try (Journal journal = Journal.append(file)) {
                journal.write("ended", "now");
            }
            Map<String, String> expected = new LinkedHashMap<>(before);
            expected.put("ended", "now");
            assertThat(Journal.read(file)).as("cut after %d bytes", length).isEqualTo(expected);
            assertThat(Arrays.copyOf(Files.readAllBytes(file), length))
                    .as("nothing is taken away")
                    .isEqualTo(prefix);
        }
    }

    @Test
    void whatADiskLeavesOfABlockThatWasNeverWrittenDoesNotCount() throws Exception {
        try (Journal journal = Journal.create(file)) {
            journal.write("state", "RESTORING");
        }
        Files.write(file, new byte[50], StandardOpenOption.APPEND);

        assertThat(Journal.read(file)).isEqualTo(Map.of("state", "RESTORING"));
        try (Journal journal = Journal.append(file)) {
            journal.write("state", "FAILED");
        }
        assertThat(Journal.read(file)).isEqualTo(Map.of("state", "FAILED"));
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
