package recovery.core.dump.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import recovery.core.dump.DumpChoice;
import recovery.core.dump.DumpReader;
import recovery.core.dump.Selection;
import recovery.core.layer.BackupStream;
import recovery.core.layer.Cancellation;
import recovery.harness.Untar;

/** Folders as pg_dumpall writes them with an archive for each database. */
class ClusterFolderTest {
    private static final Path SMALL = ArchiveParts.BACKUPS.resolve("small");

    @TempDir
    Path folder;

    @BeforeEach
    void writeFolder() throws Exception {
        Files.copy(SMALL.resolve("none.dump"), folder.resolve("toc.glo"));
        Path databases = Files.createDirectory(folder.resolve("databases"));
        Files.copy(SMALL.resolve("gzip.dump"), databases.resolve("5.dmp"));
        Files.copy(SMALL.resolve("tar.tar"), databases.resolve("16384.tar"));
        Files.move(Untar.into(databases, SMALL.resolve("folder.tar")), databases.resolve("16385"));
        Files.writeString(folder.resolve("map.dat"), "5 postgres\n16384 Shop of tests\n16385 other\n");
    }

    @Test
    void offersItsDatabasesByNameAndRefusesToGuess() throws Exception {
        try (BackupStream stream = BackupStream.open(folder, new Cancellation())) {
            DumpReader reader = Archives.members(stream, DumpChoice.EVERYTHING);
            assertThat(reader.databases()).containsExactly("postgres", "Shop of tests", "other");
            assertThatThrownBy(reader::next)
                    .hasMessage("the backup holds the databases 'postgres', 'Shop of tests', 'other', and it was not"
                            + " said which one to restore");
        }
    }

    @Test
    void givesTheDatabaseThatIsChosenWhateverItsFormat() throws Exception {
        List<String> expected = ArchiveParts.of(SMALL.resolve("gzip.dump")).all;
        for (String name : List.of("postgres", "other")) {
            assertThat(ArchiveParts.of(folder, choice(Optional.of(name), Optional.empty())).all)
                    .as(name)
                    .isEqualTo(expected);
        }
        assertThat(ArchiveParts.of(folder, choice(Optional.empty(), Optional.of("Shop of tests"))).all)
                .containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void refusesADatabaseThatIsNotThere() {
        assertThatThrownBy(() -> ArchiveParts.of(folder, choice(Optional.of("gone"), Optional.empty())))
                .hasMessage("the backup holds no database 'gone', but 'postgres', 'Shop of tests', 'other'");
    }

    @Test
    void followsNoLinkOutOfTheFolder() throws Exception {
        Path archive = folder.resolve("databases/16385");
        Path data;
        try (var files = Files.list(archive)) {
            data = files.filter(file -> file.toString().endsWith(".dat.gz"))
                    .sorted()
                    .findFirst()
                    .orElseThrow();
        }
        Path elsewhere = Files.move(data, folder.resolve("elsewhere.gz"));
        Files.createSymbolicLink(data, elsewhere);
        assertThatThrownBy(() -> ArchiveParts.of(archive))
                .hasMessage("'%s' in the folder '16385' is no plain file", data.getFileName());
    }

    private static DumpChoice choice(Optional<String> database, Optional<String> preferred) {
        return new DumpChoice(database, preferred, Selection.EVERYTHING);
    }
}
