package recovery.harness;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Hands out one to three bytes per read, as a pipe or a decompressor may. */
public final class StutteringStream extends FilterInputStream {
    private int reads;

    public StutteringStream(InputStream in) {
        super(in);
    }

    public StutteringStream(byte[] bytes) {
        super(new ByteArrayInputStream(bytes));
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        return super.read(target, offset, Math.min(length, 1 + reads++ % 3));
    }
}
