package recovery.core.dump.plain;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import recovery.core.dump.DumpBytes;
import recovery.core.dump.RowBlock;
import recovery.core.error.RecoveryException;
import recovery.harness.StutteringStream;

@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CopyRowsTest {
    private static final String ROWS = "1\tAnn\n2\t\\\\.\n\\N\t\\N\n3\tMary\n";

    @Test
    void stopsBehindTheMarkerAndLeavesTheRestOfTheDump() throws Exception {
        DumpBytes dump = stuttering(ROWS + "\\.\nSELECT 1;\n");
        CopyRows rows = new CopyRows(dump, "public.people", Encoding.UTF8);
        RowBlock block = new RowBlock(1000);

        assertThat(rows.read(block)).isTrue();
        assertThat(new String(block.bytes(), 0, block.length(), UTF_8)).isEqualTo(ROWS);
        assertThat(block.rows()).isEqualTo(4);
        assertThat(block.endsInRow()).isFalse();
        assertThat(rows.read(block)).isFalse();
        assertThat(rows.read(block)).isFalse();
        assertThat(rows.rowCount()).isEqualTo(4);
        assertThat(dump.peek(0)).isEqualTo('S');
        assertThat(dump.line()).isEqualTo(6);
    }

    @Test
    void takesAMarkerWithCarriageReturnAndATableWithoutRows() throws Exception {
        assertThat(blocks("\\.\r\nrest", Encoding.UTF8, 100)).isEmpty();
        assertThat(blocks("1\r\n2\r\n\\.\r\n", Encoding.UTF8, 100)).containsExactly("1\r\n2\r\n");
    }

    @ParameterizedTest
    @ValueSource(ints = {524_280, 524_284, 524_285, 524_286, 524_287, 524_288, 524_289, 2_000_000})
    void takesRowsAndMarkersThatStraddleTheBuffer(int length) throws Exception {
        for (String row : List.of("x".repeat(length), "\\N".repeat(length / 2))) {
            DumpBytes dump = stuttering(row + "\n\\.\n");
            CopyRows rows = new CopyRows(dump, "t", Encoding.UTF8);
            assertThat(drain(rows)).isEqualTo(row.length() + 1);
            assertThat(rows.rowCount()).isEqualTo(1);
            assertThat(dump.position()).isEqualTo(row.length() + 4);
        }
    }

    private static long drain(CopyRows rows) throws IOException {
        RowBlock block = new RowBlock(1 << 16);
        long bytes = 0;
        while (rows.read(block)) {
            bytes += block.length();
        }
        return bytes;
    }

    @Test
    void givesWholeRowsAndCutsOnlyThoseThatAreLongerThanTheBlock() throws Exception {
        assertThat(blocks("aa\nbb\nccccccccc\ndd\n\\.\n", Encoding.UTF8, 7))
                .containsExactly("aa\nbb\n", "ccccccc…", "cc\ndd\n");
        assertThat(blocks("aaaaaa\nb\n\\.\n", Encoding.UTF8, 7)).containsExactly("aaaaaa\n", "b\n");
    }

    @Test
    void aBlockMayBeSmallerThanTheOneBefore() throws Exception {
        CopyRows rows = new CopyRows(stuttering("aa\nbbbbbbbbbbbb\n\\.\n"), "t", Encoding.UTF8);
        RowBlock large = new RowBlock(10);
        RowBlock small = new RowBlock(3);

        assertThat(rows.read(large)).isTrue();
        assertThat(large.length()).isEqualTo(3);
        StringBuilder text = new StringBuilder();
        while (rows.read(small)) {
            text.append(new String(small.bytes(), 0, small.length(), UTF_8)).append(small.endsInRow() ? "…" : "");
        }
        assertThat(text).hasToString("bbb…bbb…bbb…bbb…\n");
        assertThat(rows.rowCount()).isEqualTo(2);
    }

    @Test
    void aLineFeedBehindABackslashIsPartOfTheRow() throws Exception {
        CopyRows rows = new CopyRows(stuttering("a\\\nb\n\\\\\nc\n\\.\n"), "t", Encoding.UTF8);
        drain(rows);

        assertThat(rows.rowCount()).isEqualTo(3);
    }

    @Test
    void refusesAMarkerInTheMiddleOfARow() {
        assertThatThrownBy(() -> blocks("a\nbc\\.\nd\n\\.\n", Encoding.UTF8, 100))
                .isInstanceOfSatisfying(
                        RecoveryException.class,
                        e -> assertThat(e.report())
                                .startsWith(
                                        "DUMP_DAMAGED: line 2, a row of table 't', holds the end marker '\\.' that must"
                                                + " stand alone (at byte 4 of the dump)"));
        assertThatThrownBy(() -> blocks("a\n\\.x\n\\.\n", Encoding.UTF8, 100))
                .hasMessage("line 2, a row of table 't', holds the end marker '\\.' that must stand alone"
                        + " (at byte 2 of the dump)");
    }

    @Test
    void seesNoBackslashInTheSecondByteOfACharacter() throws Exception {
        // U+8868 is 95 5C in Shift JIS, U+8A31 is B3 5C in Big5
        String row = new String(new byte[] {(byte) 0x95, 0x5C}, ISO_8859_1);

        CopyRows rows = new CopyRows(
                new DumpBytes(new StutteringStream((row + ".\n" + row + "\n\\N\n\\.\n").getBytes(ISO_8859_1))),
                "t",
                Encoding.named("SJIS"));
        assertThat(drain(rows)).isEqualTo(10);
        assertThat(rows.rowCount()).isEqualTo(3);
    }

    @Test
    void neverTakesATruncatedDumpForACompleteOne() {
        String whole = ROWS + "\\.\n";
        for (int length = 0; length < whole.length(); length++) {
            String cut = whole.substring(0, length);
            assertThatThrownBy(() -> blocks(cut, Encoding.UTF8, 100))
                    .as("dump cut after %d bytes", length)
                    .isInstanceOfSatisfying(
                            RecoveryException.class,
                            e -> assertThat(e.code().name()).isEqualTo("DUMP_TRUNCATED"))
                    .hasMessageStartingWith("the dump ends inside");
        }
    }

    @Test
    void randomRowsComeOutAsTheyWentInWhateverTheSizes() throws Exception {
        long seed = new Random().nextLong();
        System.out.println("CopyRowsTest seed " + seed);
        Random random = new Random(seed);
        String[] pieces = {"a", "\\N", "\\\\", "\t", "\\n", "ü", "long text of a row", "\\\\.", ".", "\\\n"};
        for (int i = 0; i < 400; i++) {
            StringBuilder rows = new StringBuilder();
            int count = random.nextInt(30);
            for (int row = 0; row < count; row++) {
                for (int piece = random.nextInt(12); piece > 0; piece--) {
                    rows.append(pieces[random.nextInt(pieces.length)]);
                }
                rows.append("\n");
            }
            int blockBytes = 1 + random.nextInt(60);
            byte[] dump = (rows + "\\.\n").getBytes(UTF_8);
            CopyRows source = new CopyRows(
                    new DumpBytes(random.nextBoolean() ? new StutteringStream(dump) : new ByteArrayInputStream(dump)),
                    "t",
                    Encoding.UTF8);
            List<String> blocks = read(source, blockBytes);
            assertThat(String.join("", blocks).replace("…", ""))
                    .as("seed %d, run %d: %s", seed, i, rows)
                    .isEqualTo(new String(rows.toString().getBytes(UTF_8), ISO_8859_1));
            assertThat(source.rowCount()).as("seed %d, run %d", seed, i).isEqualTo(count);
        }
    }

    /** The blocks as text, one character for each byte; an ellipsis shows that the row goes on. */
    private static List<String> blocks(String dump, Encoding encoding, int blockBytes) throws IOException {
        return read(new CopyRows(stuttering(dump), "t", encoding), blockBytes);
    }

    private static List<String> read(CopyRows rows, int blockBytes) throws IOException {
        List<String> blocks = new ArrayList<>();
        RowBlock block = new RowBlock(blockBytes);
        while (rows.read(block)) {
            String text = new String(block.bytes(), 0, block.length(), ISO_8859_1);
            blocks.add(block.endsInRow() ? text + "…" : text);
        }
        return blocks;
    }

    private static DumpBytes stuttering(String text) {
        return new DumpBytes(new StutteringStream(text.getBytes(UTF_8)));
    }
}
