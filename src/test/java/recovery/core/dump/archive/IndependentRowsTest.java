package recovery.core.dump.archive;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
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
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import recovery.core.dump.DumpChoice;
import recovery.core.dump.DumpPart;
import recovery.core.dump.DumpReader;
import recovery.core.dump.RowBlock;
import recovery.core.dump.RowSource;
import recovery.core.dump.SelectedDump;
import recovery.core.dump.Selection;
import recovery.core.error.ErrorCode;
import recovery.core.error.RecoveryException;
import recovery.core.layer.BackupStream;
import recovery.core.layer.Cancellation;
import recovery.harness.Untar;

/** Rows of archives that lie bare in a file or folder are read at any time, in any order and by several threads. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class IndependentRowsTest {
    private static final String FOLDER = "shop-pg15-directory.tar";

    /** Kind of the block, number of its entry and length of the first chunk. */
    private static final int BEFORE_PACKED = 1 + 5 + 5;

    @TempDir
    private Path place;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "shop-pg15-none.dump",
                "shop-pg15.dump",
                "shop-pg15-piped.dump",
                "shop-pg17-lz4.dump",
                "shop-pg18-zstd.dump",
                FOLDER
            })
    void givesTheBytesOfASequentialReadWhenReadInterleaved(String name) throws Exception {
        ArchiveParts inTurn = ArchiveParts.of(sequential(name));
        long seed = new Random().nextLong();
        System.out.println("IndependentRowsTest seed " + seed + " for " + name);
        Random random = new Random(seed);

        try (Opened opened = new Opened(bare(name), DumpChoice.EVERYTHING)) {
            Map<String, ByteArrayOutputStream> bytes = new LinkedHashMap<>();
            List<DumpPart.Rows> left = new ArrayList<>(opened.rows);
            RowBlock block = new RowBlock(1 << 10);
            while (!left.isEmpty()) {
                DumpPart.Rows next = left.get(random.nextInt(left.size()));
                ByteArrayOutputStream read = bytes.computeIfAbsent(next.table(), table -> new ByteArrayOutputStream());
                if (next.rows().read(block)) {
                    read.write(block.bytes(), 0, block.length());
                } else {
                    left.remove(next);
                }
            }
            Map<String, String> texts = new LinkedHashMap<>();
            bytes.forEach((table, read) -> texts.put(table, read.toString(ISO_8859_1)));
            assertThat(texts).containsExactlyInAnyOrderEntriesOf(inTurn.rows);
            assertThat(opened.counts()).containsExactlyInAnyOrderEntriesOf(inTurn.rowCounts);
            if (name.equals(FOLDER)) {
                assertThat(opened.statements).containsExactlyInAnyOrderElementsOf(statements(inTurn));
            } else {
                assertThat(opened.statements).isEqualTo(statements(inTurn));
            }
        }
    }

    /** What stands between the rows, with large objects, is not changed by them. */
    private static List<String> statements(ArchiveParts parts) {
        return parts.all.stream().filter(text -> !text.startsWith("COPY ")).toList();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"shop-pg15-none.dump", "shop-pg15.dump", "shop-pg17-lz4.dump", "shop-pg18-zstd.dump", FOLDER})
    void givesTheSameRowsToSeveralThreads(String name) throws Exception {
        ArchiveParts inTurn = ArchiveParts.of(sequential(name));
        ExecutorService workers = Executors.newFixedThreadPool(4);
        try (Opened opened = new Opened(bare(name), DumpChoice.EVERYTHING)) {
            List<Callable<Map<String, List<String>>>> tasks =
                    Collections.nCopies(4, () -> rowsThatOneThreadGets(opened.rows));
            Map<String, List<String>> all = new LinkedHashMap<>();
            for (Future<Map<String, List<String>>> task : workers.invokeAll(tasks)) {
                task.get()
                        .forEach((table, rows) -> all.computeIfAbsent(table, same -> new ArrayList<>())
                                .addAll(rows));
            }

            Map<String, List<String>> expected = new LinkedHashMap<>();
            inTurn.rows.forEach((table, text) -> expected.put(table, sorted(text.lines())));
            all.replaceAll((table, rows) -> sorted(rows.stream()));
            assertThat(all).containsExactlyInAnyOrderEntriesOf(expected);
            assertThat(opened.counts()).containsExactlyInAnyOrderEntriesOf(inTurn.rowCounts);
        } finally {
            workers.shutdownNow();
        }
    }

    private static List<String> sorted(Stream<String> rows) {
        return rows.sorted().toList();
    }

    /** Takes a block of every table in turn, one thread at a time from each. */
    private static Map<String, List<String>> rowsThatOneThreadGets(List<DumpPart.Rows> tables) throws IOException {
        Map<String, List<String>> found = new LinkedHashMap<>();
        RowBlock block = new RowBlock(1 << 13);
        boolean any = true;
        while (any) {
            any = false;
            for (DumpPart.Rows table : tables) {
                ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                synchronized (table) {
                    do {
                        any |= table.rows().read(block);
                        bytes.write(block.bytes(), 0, block.length());
                    } while (block.endsInRow());
                }
                found.computeIfAbsent(table.table(), same -> new ArrayList<>())
                        .addAll(bytes.toString(ISO_8859_1).lines().toList());
            }
        }
        return found;
    }

    @ParameterizedTest
    @ValueSource(strings = {"shop-pg15.dump", "shop-pg18-zstd.dump", FOLDER})
    void holdsAFileOpenOnlyWhileItsRowsAreRead(String name) throws Exception {
        Path backup = bare(name);
        Opened opened = new Opened(backup, DumpChoice.EVERYTHING);
        try (opened) {
            int before = handles(backup);
            assertThat(before).isLessThanOrEqualTo(1);
            List<DumpPart.Rows> large = opened.rows.stream()
                    .filter(rows -> rows.rows().sizeHint().orElseThrow() > 4_000)
                    .limit(2)
                    .toList();
            assertThat(large).hasSize(2);
            for (DumpPart.Rows rows : large) {
                assertThat(rows.rows().read(new RowBlock(1 << 8))).isTrue();
            }
            assertThat(handles(backup)).isEqualTo(before + 2);

            readAll(large.get(0).rows());
            assertThat(handles(backup)).isEqualTo(before + 1);
        }
        assertThat(handles(backup)).isZero();
        DumpPart.Rows unread = opened.rows.get(opened.rows.size() - 1);
        assertThatThrownBy(() -> readAll(unread.rows()))
                .hasMessageMatching("the file '.*' cannot be read: java.io.IOException: the backup was closed");
        assertThat(handles(backup)).isZero();
    }

    /** How often a file of the backup is open in this process. */
    private static int handles(Path backup) throws IOException {
        int count = 0;
        try (Stream<Path> links = Files.list(Path.of("/proc/self/fd"))) {
            for (Path link : links.toList()) {
                count += Files.exists(link) && Files.readSymbolicLink(link).startsWith(backup.toRealPath()) ? 1 : 0;
            }
        }
        return count;
    }

    @Test
    void takesThousandsOfTablesWithoutAHandleForEach() throws Exception {
        HandMadeToc toc = new HandMadeToc(16);
        for (int i = 0; i < 5_000; i++) {
            toc.rows("public", "t" + i, "COPY public.t" + i + " (a) FROM stdin;\n", i + "\n\\.\n\n\n");
        }
        Path backup = Files.write(place.resolve("many.dump"), toc.archive());

        try (Opened opened = new Opened(backup, DumpChoice.EVERYTHING)) {
            assertThat(opened.rows).hasSize(5_000);
            assertThat(handles(backup)).isEqualTo(1);
            for (int i = 4_999; i >= 0; i--) {
                assertThat(readAll(opened.rows.get(i).rows())).isEqualTo(i + "\n");
            }
            assertThat(handles(backup)).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"shop-pg15.dump", "shop-pg17-lz4.dump", "shop-pg18-zstd.dump", FOLDER})
    void findsDamageInTheTableThatHasIt(String name) throws Exception {
        Path backup = bare(name);
        String damaged = largestTable(backup);
        damage(backup, damaged);

        try (Opened opened = new Opened(backup, DumpChoice.EVERYTHING)) {
            for (DumpPart.Rows rows : opened.rows) {
                if (rows.table().equals(damaged)) {
                    ErrorCode[] expected = {ErrorCode.DUMP_DAMAGED, ErrorCode.DUMP_TRUNCATED};
                    RecoveryException first = refusal(rows.rows());
                    assertThat(first.code()).isIn((Object[]) expected);
                    assertThat(refusal(rows.rows())).isSameAs(first);
                    assertThat(handles(backup)).isLessThanOrEqualTo(1);
                } else {
                    readAll(rows.rows());
                }
            }
        }
    }

    private static RecoveryException refusal(RowSource rows) {
        return org.junit.jupiter.api.Assertions.assertThrows(RecoveryException.class, () -> readAll(rows));
    }

    private static String largestTable(Path backup) throws IOException {
        try (Opened opened = new Opened(backup, DumpChoice.EVERYTHING)) {
            return opened.rows.stream()
                    .max(java.util.Comparator.comparingLong(
                            rows -> rows.rows().sizeHint().orElseThrow()))
                    .orElseThrow()
                    .table();
        }
    }

    /** Changes the first byte of the packed rows of {@code table}. */
    private static void damage(Path backup, String table) throws IOException {
        DumpPart.Rows rows;
        try (Opened opened = new Opened(backup, DumpChoice.EVERYTHING)) {
            rows = opened.rows.stream()
                    .filter(found -> found.table().equals(table))
                    .findFirst()
                    .orElseThrow();
        }
        long size = rows.rows().sizeHint().orElseThrow();
        Path file = backup;
        long begin = rows.position() + BEFORE_PACKED;
        if (Files.isDirectory(backup)) {
            try (Stream<Path> files = Files.list(backup)) {
                file = files.filter(found -> found.toFile().length() == size)
                        .findFirst()
                        .orElseThrow();
            }
            begin = 0;
        }
        byte[] bytes = Files.readAllBytes(file);
        bytes[(int) begin] ^= 0x55;
        Files.write(file, bytes);
    }

    @Test
    void doesNotReadTheRowsOfATableThatIsNotWanted() throws Exception {
        Path backup = bare("shop-pg15.dump");
        String damaged = largestTable(backup);
        damage(backup, damaged);
        DumpChoice without = choice(new Selection(List.of(), List.of(), List.of(damaged), Selection.ALL_SECTIONS));
        DumpChoice only = choice(new Selection(List.of(damaged), List.of(), List.of(), Selection.ALL_SECTIONS));

        try (Opened opened = new Opened(backup, without)) {
            assertThat(opened.rows).isNotEmpty();
            for (DumpPart.Rows rows : opened.rows) {
                readAll(rows.rows());
            }
        }
        try (Opened opened = new Opened(backup, only)) {
            assertThat(opened.rows).hasSize(1);
            refusal(opened.rows.get(0).rows());
        }
    }

    private static DumpChoice choice(Selection selection) {
        return new DumpChoice(Optional.empty(), Optional.empty(), selection);
    }

    @ParameterizedTest
    @ValueSource(strings = {"shop-pg15-none.dump", "shop-pg18-zstd.dump", FOLDER})
    void countsWhatAllOfThemRead(String name) throws Exception {
        Path backup = bare(name);
        try (Opened opened = new Opened(backup, DumpChoice.EVERYTHING)) {
            Collections.reverse(opened.rows);
            for (DumpPart.Rows rows : opened.rows) {
                long before = opened.stream.filePosition();
                readAll(rows.rows());
                long expected = before + rows.rows().sizeHint().orElseThrow();
                assertThat(opened.stream.filePosition()).isEqualTo(Math.min(opened.stream.fileSize(), expected));
            }
            assertThat(opened.stream.filePosition()).isEqualTo(opened.stream.fileSize());
            assertThat(opened.reader.position()).isEqualTo(opened.stream.fileSize());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"shop-pg15.dump", FOLDER})
    void stopsWhenSomebodyAsks(String name) throws Exception {
        Path backup = bare(name);
        try (Opened opened = new Opened(backup, DumpChoice.EVERYTHING)) {
            int before = handles(backup);
            DumpPart.Rows large = opened.rows.stream()
                    .filter(rows -> rows.table().equals(opened.largest()))
                    .findFirst()
                    .orElseThrow();
            assertThat(large.rows().read(new RowBlock(1 << 8))).isTrue();
            opened.cancellation.ask();
            for (DumpPart.Rows rows : opened.rows) {
                assertThat(refusal(rows.rows())).hasMessage("the restore was cancelled");
            }
            assertThat(handles(backup)).isEqualTo(before);
        }
    }

    @Test
    void refusesAFileOfAFolderThatWasReplacedInTheMeantime() throws Exception {
        Path backup = Untar.into(place, ArchiveParts.BACKUPS.resolve("small").resolve("folder.tar"));
        Path file = backup.resolve("3364.dat.gz");
        long size = Files.size(file);
        try (Opened opened = new Opened(backup, DumpChoice.EVERYTHING)) {
            DumpPart.Rows rows = opened.rows.stream()
                    .filter(found -> found.rows().sizeHint().orElseThrow() == size)
                    .findFirst()
                    .orElseThrow();
            ByteArrayOutputStream packed = new ByteArrayOutputStream();
            try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
                gzip.write("\\.\n\n\n".getBytes(UTF_8));
            }
            Files.write(file, packed.toByteArray());

            assertThatThrownBy(() -> readAll(rows.rows()))
                    .hasMessage(
                            "the archive is damaged: its file '3364.dat.gz' changed while it was read: it had %d bytes,"
                                    + " and now it has %d (at byte %d of the dump)",
                            size, packed.size(), packed.size());
        }
    }

    @Test
    void refusesABlockThatChangedInTheMeantime() throws Exception {
        Path backup = bare("shop-pg15-none.dump");
        try (Opened opened = new Opened(backup, DumpChoice.EVERYTHING)) {
            DumpPart.Rows rows = opened.rows.get(1);
            byte[] bytes = Files.readAllBytes(backup);
            bytes[(int) rows.position()] = 3;
            Files.write(backup, bytes);

            assertThatThrownBy(() -> readAll(rows.rows()))
                    .hasMessageMatching("the archive is damaged: the data block of entry [0-9]+ is of another kind "
                            + "\\(at byte " + rows.position() + " of the dump\\)");
            assertThat(readAll(opened.rows.get(0).rows())).isNotEmpty();
        }
    }

    private static String readAll(RowSource rows) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        RowBlock block = new RowBlock(1 << 12);
        while (rows.read(block)) {
            bytes.write(block.bytes(), 0, block.length());
        }
        assertThat(rows.read(block)).isFalse();
        assertThat(block.length()).isZero();
        return bytes.toString(ISO_8859_1);
    }

    /** A copy of an archive from which every table can be read by itself. */
    private Path bare(String name) throws IOException {
        Path archive = ArchiveParts.BACKUPS.resolve(name);
        return name.equals(FOLDER) ? Untar.into(place, archive) : Files.copy(archive, place.resolve(name));
    }

    /** The same archive in a form that can be read in turn only. */
    private Path sequential(String name) throws IOException {
        Path archive = ArchiveParts.BACKUPS.resolve(name);
        if (name.equals(FOLDER)) {
            return archive;
        }
        Path packed = place.resolve("sequential-" + name + ".gz");
        try (GZIPOutputStream out = new GZIPOutputStream(Files.newOutputStream(packed))) {
            Files.copy(archive, out);
        }
        try (BackupStream stream = BackupStream.open(packed, new Cancellation())) {
            DumpReader reader = ArchiveParts.open(packed, stream, DumpChoice.EVERYTHING);
            for (Optional<DumpPart> part = reader.next(); part.isPresent(); part = reader.next()) {
                if (part.get() instanceof DumpPart.Rows rows) {
                    assertThat(rows.rows().isIndependent()).isFalse();
                    return packed;
                }
            }
        }
        throw new IllegalStateException("no rows in " + name);
    }

    /** An archive that was read to its end but for its rows. */
    private static final class Opened implements AutoCloseable {
        private final Cancellation cancellation = new Cancellation();
        private final BackupStream stream;
        private final DumpReader reader;
        private final List<DumpPart.Rows> rows = new ArrayList<>();
        private final List<String> statements = new ArrayList<>();

        Opened(Path backup, DumpChoice choice) throws IOException {
            stream = BackupStream.open(backup, cancellation);
            DumpReader whole = ArchiveParts.open(backup, stream, choice);
            reader = choice.selection().isEverything() ? whole : new SelectedDump(whole, choice.selection());
            for (Optional<DumpPart> part = reader.next(); part.isPresent(); part = reader.next()) {
                if (part.get() instanceof DumpPart.Rows found) {
                    assertThat(found.rows().isIndependent()).isTrue();
                    rows.add(found);
                } else if (part.get() instanceof DumpPart.Statement statement) {
                    statements.add(statement.sql());
                } else if (part.get() instanceof DumpPart.LargeObject object) {
                    statements.add("LARGE OBJECT " + object.oid());
                    object.content().readAllBytes();
                }
            }
        }

        String largest() {
            return rows.stream()
                    .max(java.util.Comparator.comparingLong(
                            found -> found.rows().sizeHint().orElseThrow()))
                    .orElseThrow()
                    .table();
        }

        Map<String, Long> counts() {
            Map<String, Long> counts = new LinkedHashMap<>();
            rows.forEach(found -> counts.put(found.table(), found.rows().rowCount()));
            return counts;
        }

        @Override
        public void close() throws IOException {
            stream.close();
        }
    }
}
