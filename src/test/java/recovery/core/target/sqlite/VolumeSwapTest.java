package recovery.core.target.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import recovery.core.error.ErrorCode;
import recovery.core.error.RecoveryException;
import recovery.core.target.CutSwap;
import recovery.core.target.Strategy;
import recovery.core.target.Target;

/** The two renames of folders: what becomes of them when the second fails, or the program dies between them. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class VolumeSwapTest {
    private static final String INCOMING = "data_restoring_1";
    private static final String KEEP = "data_before_20261120120000";

    @TempDir
    private Path above;

    private Path live;
    private Target target;

    @BeforeEach
    void makeBothFolders() throws Exception {
        live = Files.createDirectory(above.resolve("data")).resolve("shop.db");
        Shop.database(live, "CREATE TABLE t(x)");
        Files.writeString(Files.createDirectory(above.resolve(INCOMING)).resolve("shop.db"), "new");
        target = by(FileSteps.Renamer.REAL);
    }

    private Target by(FileSteps.Renamer renamer) {
        return new SqliteTarget(live, renamer).by(Strategy.VOLUME);
    }

    private List<String> folders() throws IOException {
        try (Stream<Path> files = Files.list(above)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private static FileSteps.Renamer failing(int from, int to) {
        return new FileSteps.Renamer() {
            private int count;

            @Override
            public void rename(Path source, Path place) throws IOException {
                count++;
                if (count >= from && count <= to) {
                    throw new IOException("no room on the moon");
                }
                FileSteps.Renamer.REAL.rename(source, place);
            }
        };
    }

    @Test
    void bothRenamesAreDoneAndTheLockOfTheFileDoesNotGoAsideWithIt() throws Exception {
        try (Target.TargetLock lock = target.lock("a test")) {
            assertThat(target.swap(INCOMING, KEEP).previous()).contains(KEEP);
        }

        assertThat(folders()).containsExactly("data", KEEP);
        assertThat(live).hasContent("new");
        assertThat(above.resolve(KEEP).toFile().list()).containsExactly("shop.db");
        assertThat(above.resolve("data").toFile().list()).containsExactly("shop.db");
    }

    @Test
    void theFirstRenameIsTakenBackIfTheSecondFails() throws Exception {
        RecoveryException failed = catchThrowableOfType(
                RecoveryException.class, () -> by(failing(2, 2)).swap(INCOMING, KEEP));

        assertThat(failed.code()).isEqualTo(ErrorCode.SWAP_FAILED);
        assertThat(failed).hasMessageContaining("no room on the moon");
        assertThat(folders()).containsExactly("data", INCOMING);
    }

    @Test
    void whatCannotBeTakenBackIsNamedAndTakenBackAtTheNextStart() throws Exception {
        RecoveryException failed = catchThrowableOfType(
                RecoveryException.class, () -> by(failing(2, 3)).swap(INCOMING, KEEP));

        assertThat(failed.code()).isEqualTo(ErrorCode.SWAP_HALF_DONE);
        assertThat(failed.remedies())
                .containsExactly(
                        "To go back, rename '%s' to '%s'.".formatted(above.resolve(KEEP), live.getParent()),
                        "To go on, rename '%s' to '%s'.".formatted(above.resolve(INCOMING), live.getParent()));
        assertThat(folders()).containsExactly(KEEP, INCOMING);

        assertThat(target.settle(new CutSwap(INCOMING, KEEP, Instant.now())))
                .containsExactly(
                        "A swap of the folder '%s' was cut off in the middle; it was put back as it was before it."
                                .formatted(live.getParent()));
        assertThat(folders()).containsExactly("data", INCOMING);
        assertThat(target.probe(java.time.Duration.ofSeconds(5)).online()).isTrue();
    }

    @Test
    void aFolderThatAppearedInTheGapIsNotReplaced() throws Exception {
        Files.move(above.resolve("data"), above.resolve(KEEP));
        Files.createDirectory(above.resolve("data"));

        assertThat(target.settle(new CutSwap(INCOMING, KEEP, Instant.now())))
                .containsExactly(
                        "The folder '%s' appeared while a swap was cut off: what was live before it is kept as '%s'."
                                .formatted(live.getParent(), KEEP));
        assertThat(folders()).containsExactly("data", KEEP, INCOMING);
    }

    @Test
    void aSwapThatIsDoneOrHasNotBegunIsLeftAlone() throws Exception {
        assertThat(target.settle(new CutSwap(INCOMING, KEEP, Instant.now()))).isEmpty();
        target.swap(INCOMING, KEEP);
        assertThat(target.settle(new CutSwap(INCOMING, KEEP, Instant.now()))).isEmpty();
        assertThat(folders()).containsExactly("data", KEEP);
    }

    @Test
    void copiesThatNobodyWorksOnAreLeftovers() throws Exception {
        Files.createDirectory(above.resolve("data_restoring_2"));
        Files.writeString(above.resolve("data_restoring_3"), "no folder");

        try (Target.TargetLock lock = target.lock("restore 2 by me")) {
            assertThat(target.leftovers()).containsExactly(INCOMING);
        }
        target.drop(INCOMING);
        assertThat(folders()).containsExactly("data", "data_restoring_2", "data_restoring_3");
    }

    @Test
    void whereADiskIsMountedIsKnown() {
        assertThat(VolumeFacts.mount(Path.of("/proc"))).contains(Path.of("/proc"));
        assertThat(VolumeFacts.mount(above)).isEmpty();
    }
}
