package recovery.core.dump.archive;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static recovery.core.error.ErrorCode.BACKUP_UNSUPPORTED;
import static recovery.core.error.RecoveryException.problem;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import recovery.core.layer.BlockStream;

/**
 * The members of a tar file, read forward: ustar with the long names and sizes of GNU and pax.
 *
 * <pre>
 * header of 512 bytes: name (100) … size (12, at 124) … checksum (8, at 148) | type (1) … magic (at 257) … prefix (155, at 345)
 * content, padded to blocks of 512 bytes; two blocks of zero bytes end the file
 * </pre>
 *
 * The end is reported only behind such a block. For one thread.
 */
final class TarReader {
    private static final int BLOCK = 512;
    private static final int LONGEST_EXTRA = 64 * 1024;

    private final ArchiveInput in;
    private long left;
    private int padding;
    private Optional<String> longName = Optional.empty();
    private Optional<Long> longSize = Optional.empty();

    TarReader(InputStream in) {
        this.in = new ArchiveInput(in, "too early, inside its tar file");
    }

    /** A plain file of the archive. */
    record Member(String name, long sizeBytes) {}

    long position() {
        return in.position();
    }

    /** Steps over the rest of the member before and finds the next plain file; empty at the end of the archive. */
    Optional<Member> next() throws IOException {
        while (true) {
            in.skip(left + padding);
            left = 0;
            padding = 0;
            byte[] header = new byte[BLOCK];
            fill(header);
            if (isZero(header)) {
                readToTheEnd();
                return Optional.empty();
            }
            checkHeader(header);
            Optional<Member> member = member(header);
            if (member.isPresent()) {
                return member;
            }
        }
    }

    /** What lies around the tar file proves only at its end that nothing was damaged. */
    private void readToTheEnd() throws IOException {
        byte[] rest = new byte[1 << 14];
        while (in.read(rest, 0, rest.length) >= 0) {
            // the rest is padding
        }
    }

    /** The bytes of the member that was found; not to be closed. */
    InputStream content() {
        return new Content();
    }

    private Optional<Member> member(byte[] header) throws IOException {
        long size = longSize.orElse(number(header, 124, 12));
        char type = (char) (header[156] & 0xFF);
        setSize(type == '0' || type == 0 || type == '7' || longSize.isEmpty() ? size : 0);
        switch (type) {
            case 'L' -> longName = Optional.of(extra().replaceFirst("\0.*", ""));
            case 'x' -> pax(extra());
            case 'g', 'K' -> extra();
            case '0', '\0', '7' -> {
                String name = longName.orElse(name(header));
                longName = Optional.empty();
                longSize = Optional.empty();
                return Optional.of(new Member(name, size));
            }
            case '1', '2' ->
                throw problem(BACKUP_UNSUPPORTED, "the tar file holds a link, '%s'", name(header))
                        .at(in.position())
                        .remedy("Pack the folder again without links, with \"tar --dereference\".");
            default -> {
                longName = Optional.empty();
                longSize = Optional.empty();
            }
        }
        return Optional.empty();
    }

    private void setSize(long size) {
        left = size;
        padding = (int) ((BLOCK - size % BLOCK) % BLOCK);
    }

    private static String name(byte[] header) {
        String name = text(header, 0, 100);
        boolean posix = text(header, 257, 6).equals("ustar");
        String prefix = posix ? text(header, 345, 155) : "";
        return prefix.isEmpty() ? name : prefix + "/" + name;
    }

    private static String text(byte[] header, int begin, int length) {
        int end = begin;
        while (end < begin + length && header[end] != 0) {
            end++;
        }
        return new String(header, begin, end - begin, ISO_8859_1);
    }

    private void checkHeader(byte[] header) {
        long sum = 0;
        for (int i = 0; i < BLOCK; i++) {
            sum += i >= 148 && i < 156 ? ' ' : header[i] & 0xFF;
        }
        if (sum != number(header, 148, 8)) {
            throw ArchiveProblems.damaged("the checksum of a header of its tar file does not fit", in.position());
        }
    }

    /** Octal digits, or, with the highest bit set, the number itself. */
    private long number(byte[] header, int begin, int length) {
        if ((header[begin] & 0x80) != 0) {
            long value = 0;
            for (int i = begin + length - 8; i < begin + length; i++) {
                value = value << 8 | (header[i] & 0xFF);
            }
            return checked(value);
        }
        String digits = text(header, begin, length).strip();
        if (!digits.matches("[0-7]{0,20}")) {
            throw ArchiveProblems.damaged("a header of its tar file has no number where one should be", in.position());
        }
        return digits.isEmpty() ? 0 : checked(Long.parseLong(digits, 8));
    }

    private long checked(long size) {
        if (size < 0 || size > 1L << 60) {
            throw ArchiveProblems.damaged("a member of its tar file has an impossible size", in.position());
        }
        return size;
    }

    /** The content of a header that belongs to the next one. */
    private String extra() throws IOException {
        if (left > LONGEST_EXTRA) {
            throw ArchiveProblems.damaged("a header of its tar file is too long", in.position());
        }
        byte[] bytes = new byte[(int) left];
        fill(bytes);
        left = 0;
        return new String(bytes, ISO_8859_1);
    }

    /** Records of the form {@code length key=value\n}. */
    private void pax(String records) {
        int at = 0;
        while (at < records.length()) {
            int blank = records.indexOf(' ', at);
            String digits = blank < 0 ? "" : records.substring(at, blank);
            int length = digits.matches("[0-9]{1,6}") ? Integer.parseInt(digits) : 0;
            if (length < digits.length() + 3 || at + length > records.length()) {
                throw ArchiveProblems.damaged("a header of its tar file is not of the usual form", in.position());
            }
            String record = records.substring(blank + 1, at + length - 1);
            if (record.startsWith("path=")) {
                longName = Optional.of(record.substring("path=".length()));
            } else if (record.matches("size=[0-9]{1,18}")) {
                longSize = Optional.of(checked(Long.parseLong(record.substring("size=".length()))));
            }
            at += length;
        }
    }

    private void fill(byte[] target) throws IOException {
        int count = 0;
        while (count < target.length) {
            int more = in.read(target, count, target.length - count);
            if (more < 0) {
                throw in.truncated();
            }
            count += more;
        }
    }

    private static boolean isZero(byte[] block) {
        for (byte value : block) {
            if (value != 0) {
                return false;
            }
        }
        return true;
    }

    private final class Content extends BlockStream {

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            if (left == 0) {
                return -1;
            }
            int count = in.read(target, offset, (int) Math.min(length, left));
            if (count < 0) {
                throw in.truncated();
            }
            left -= count;
            return count;
        }
    }
}
