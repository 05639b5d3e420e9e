package recovery.core.layer;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import recovery.core.error.RecoveryException;

@Timeout(value = 600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class Lz4FuzzTest {
    /** Whatever the bytes are: content, or one of the refusals. */
    @MethodSource("seeds")
    @FuzzTest(maxDuration = "3m")
    void readsOrRefuses(byte[] bytes) throws IOException {
        try (InputStream stream =
                new Lz4Stream(new ByteArrayInputStream(bytes), () -> bytes.length, new ArrayList<>())) {
            stream.transferTo(java.io.OutputStream.nullOutputStream());
        } catch (RecoveryException refused) {
            if (!refused.code().name().matches("DUMP_TRUNCATED|DUMP_DAMAGED|BACKUP_UNSUPPORTED")) {
                throw refused;
            }
        }
    }

    static Stream<Arguments> seeds() throws Exception {
        byte[] rows = PackingTools.rows(1000);
        byte[] linked = PackingTools.piped(rows, "lz4", "-c", "-BD", "-BX");
        byte[] legacy = PackingTools.piped(rows, "lz4", "-c", "-l");
        return Stream.of(linked, legacy, GzipStreamTest.joined(linked, legacy), Arrays.copyOf(linked, 100), new byte[0])
                .map(seed -> Arguments.of((Object) seed));
    }
}
