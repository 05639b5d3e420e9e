package recovery.core.dump;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import recovery.harness.StutteringStream;

@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DumpBytesTest {
    @Test
    void countsBytesAndLinesOfWhatIsTaken() throws Exception {
        DumpBytes dump = new DumpBytes(new StutteringStream("one\ntwo\nthree".getBytes(UTF_8)));

        assertThat(dump.peek(4)).isEqualTo('t');
        assertThat(dump.lineOf(4)).isEqualTo(2);
        dump.skip(5);
        assertThat(dump.position()).isEqualTo(5);
        assertThat(dump.line()).isEqualTo(2);
        assertThat(dump.copy(2)).isEqualTo("wo".getBytes(UTF_8));
        assertThat(dump.peek(8)).isEqualTo(-1);
        assertThat(dump.peek(7)).isEqualTo('e');
    }

    @Test
    void keepsWhatWasNotTakenHoweverMuchItIs() throws Exception {
        byte[] content = new byte[3_000_000];
        new Random(1).nextBytes(content);
        DumpBytes dump = new DumpBytes(new StutteringStream(content));

        dump.skip(dump.peek(10) >= 0 ? 10 : 0);
        assertThat(dump.peek(content.length - 11)).isEqualTo(content[content.length - 1] & 0xFF);
        assertThat(dump.peek(content.length - 10)).isEqualTo(-1);
        assertThat(dump.copy(content.length - 10)).isEqualTo(Arrays.copyOfRange(content, 10, content.length));
        assertThat(dump.position()).isEqualTo(10);
    }

    @Test
    void givesBackTheMemoryOfALongStatement() throws Exception {
        DumpBytes dump = new DumpBytes(new StutteringStream(new byte[6_000_000]));
        assertThat(dump.peek(4_000_000)).isZero();
        assertThat(dump.bytes().length).isGreaterThan(4_000_000);

        dump.skip(4_000_000);
        while (dump.peek(0) >= 0) {
            dump.skip(dump.end() - dump.begin());
        }
        assertThat(dump.bytes()).hasSize(512 * 1024);
        assertThat(dump.position()).isEqualTo(6_000_000);
    }

    @Test
    void countsLineFeedsAtEveryPlace() {
        for (int size = 0; size < 40; size++) {
            for (int at = 0; at < size; at++) {
                byte[] bytes = new byte[size];
                Arrays.fill(bytes, (byte) 0x8A);
                bytes[at] = '\n';
                assertThat(LineFeeds.count(bytes, 0, size)).isEqualTo(1);
                assertThat(LineFeeds.count(bytes, 0, at)).isZero();
                assertThat(LineFeeds.count(bytes, at + 1, size)).isZero();
            }
        }
    }
}
