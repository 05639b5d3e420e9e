package recovery.core.dump.plain;

import java.io.IOException;
import java.util.Arrays;

/** A text between dollar tags, {@code $$…$$} or {@code $tag$…$tag$}, where a tag may hold any letter. */
final class DollarQuote {
    private final Scan scan;
    private byte[] tag = new byte[64];
    private int tagLength;

    DollarQuote(Scan scan) {
        this.scan = scan;
    }

    /** At a dollar sign: steps over the tag that opens a quote and is true, or over the sign alone and is false. */
    boolean opens() throws IOException {
        tagLength = 0;
        add('$');
        int count = scan.namePart(1, ByteSet.isNameStart(scan.peek(1)));
        while (count > 0) {
            for (int i = 0; i < count; i++) {
                add(scan.peek(tagLength));
            }
            int c = scan.peek(tagLength);
            count = scan.namePart(tagLength, ByteSet.isNamePart(c) && c != '$');
        }
        if (scan.peek(tagLength) != '$') {
            scan.step(1);
            return false;
        }
        add('$');
        scan.step(tagLength);
        return true;
    }

    private void add(int value) {
        if (tagLength == tag.length) {
            tag = Arrays.copyOf(tag, 2 * tagLength);
        }
        tag[tagLength++] = (byte) value;
    }

    /** Steps behind the closing tag; false if the dump ends before it. */
    boolean close(ByteSet dollar) throws IOException {
        while (scan.runTo(dollar) >= 0) {
            if (tagIsHere()) {
                scan.step(tagLength);
                return true;
            }
            scan.step(1);
        }
        return false;
    }

    private boolean tagIsHere() throws IOException {
        for (int i = 1; i < tagLength; i++) {
            if (scan.peek(i) != (tag[i] & 0xFF)) {
                return false;
            }
        }
        return true;
    }
}
