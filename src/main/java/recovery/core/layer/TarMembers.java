package recovery.core.layer;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import recovery.core.backup.TarHead;

/**
 * The members of a tar archive one behind the other: the old format, POSIX (ustar, pax) and GNU. For one thread.
 *
 * <pre>
 * header (512): name (100) | mode, owner, group (24) | size (12) | time (12) | checksum (8) | kind (1) | link (100) |
 *               magic (6), version (2) | owner, group, device (80) | prefix of the name (155)
 * content, filled up with zero bytes to a multiple of 512
 * … and at the end at least one block of 512 zero bytes
 * </pre>
 */
final class TarMembers implements MemberReader {
    private static final int BLOCK = 512;
    private static final int MAGIC_AT = 257;
    private static final int PREFIX_AT = 345;

    /** Of a name or of the properties of a member, which are read as a whole. */
    private static final int LONGEST_EXTENSION = 1 << 20;

    private final PackedInput in;
    private final byte[] header = new byte[BLOCK];
    private long left;
    private int padding;
    private String longName = "";
    private String longLink = "";
    private long longSize = -1;

    TarMembers(PackedInput in) {
        this.in = in;
    }

    @Override
    public Optional<Member> next() throws IOException {
        while (true) {
            in.skip(left);
            in.skip(padding);
            left = 0;
            padding = 0;
            long at = in.position();
            in.take(header, 0, BLOCK);
            if (isZero()) {
                return Optional.empty();
            }
            if (!TarHead.fits(header)) {
                throw in.damagedAt(at, "the checksum of a member's header does not fit");
            }
            left = number(124, 12, at);
            char kind = (char) header[156];
            if (kind == 'L' || kind == 'x' || kind == 'K') {
                extend(kind, extension(at), at);
            } else if (kind != 'g') {
                return Optional.of(member(kind, at));
            } else {
                padding = (int) -left & (BLOCK - 1);
            }
        }
    }

    private Member member(char kind, long at) {
        if (kind == 'S') {
            throw sparse();
        }
        if (longSize >= 0) {
            left = longSize;
        }
        boolean hasContent = kind == '0' || kind == 0 || kind == '7';
        // the size of links and folders, where they have one, is not followed by content
        left = hasContent || kind > '7' ? left : 0;
        padding = (int) -left & (BLOCK - 1);
        String name = longName.isEmpty() ? name() : longName;
        if (left < 0 || name.isEmpty()) {
            throw in.damagedAt(at, "a member has no name or no size");
        }
        boolean isFile = hasContent && !name.endsWith("/");
        VolumeFile.Traits traits = traits(isFile, kind, name);
        longName = "";
        longLink = "";
        longSize = -1;
        return new Member(name, isFile, left, traits);
    }

    private VolumeFile.Traits traits(boolean isFile, char kind, String name) {
        VolumeFile.Kind what = isFile
                ? VolumeFile.Kind.FILE
                : kind == '5' || name.endsWith("/")
                        ? VolumeFile.Kind.FOLDER
                        : switch (kind) {
                            case '1' -> VolumeFile.Kind.HARD_LINK;
                            case '2' -> VolumeFile.Kind.SYMBOLIC_LINK;
                            default -> VolumeFile.Kind.OTHER;
                        };
        String link = longLink.isEmpty() ? text(header, 157, 100) : longLink;
        OptionalLong mode = octal(100, 8);
        return new VolumeFile.Traits(
                what,
                link,
                mode.isPresent() ? OptionalInt.of((int) mode.getAsLong() & 0777) : OptionalInt.empty(),
                octal(136, 12),
                id(octal(108, 8)),
                id(octal(116, 8)));
    }

    private static OptionalInt id(OptionalLong number) {
        return number.isPresent() && number.getAsLong() <= Integer.MAX_VALUE
                ? OptionalInt.of((int) number.getAsLong())
                : OptionalInt.empty();
    }

    /** What only describes a member; empty if it cannot be read. */
    private OptionalLong octal(int offset, int length) {
        String digits = text(header, offset, length).strip();
        return digits.matches("[0-7]{1,12}") ? OptionalLong.of(Long.parseLong(digits, 8)) : OptionalLong.empty();
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (left == 0) {
            return -1;
        }
        int count = in.takeSome(target, offset, (int) Math.min(length, left));
        left -= count;
        return count;
    }

    @Override
    public void drain() throws IOException {
        in.drain();
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    private byte[] extension(long at) throws IOException {
        if (left < 0 || left > LONGEST_EXTENSION) {
            throw in.damagedAt(at, "the properties of a member have %d bytes".formatted(left));
        }
        byte[] bytes = new byte[(int) left];
        in.take(bytes, 0, bytes.length);
        padding = -bytes.length & (BLOCK - 1);
        left = 0;
        return bytes;
    }

    private void extend(char kind, byte[] extension, long at) {
        if (kind == 'L') {
            longName = text(extension, 0, extension.length);
            return;
        } else if (kind == 'K') {
            longLink = text(extension, 0, extension.length);
            return;
        }
        int next = 0;
        while (next < extension.length) {
            int blank = next;
            while (blank < extension.length && extension[blank] >= '0' && extension[blank] <= '9') {
                blank++;
            }
            String digits = new String(extension, next, blank - next, UTF_8);
            int length = digits.isEmpty() || digits.length() > 7 ? 0 : Integer.parseInt(digits);
            if (length <= blank - next + 1 || length > extension.length - next) {
                throw in.damagedAt(at, "the properties of a member cannot be read");
            }
            property(new String(extension, blank + 1, length - (blank + 1 - next) - 1, UTF_8), at);
            next += length;
        }
    }

    private void property(String property, long at) {
        if (property.startsWith("path=")) {
            longName = property.substring(5);
        } else if (property.startsWith("linkpath=")) {
            longLink = property.substring(9);
        } else if (property.startsWith("size=")) {
            if (!property.substring(5).matches("[0-9]{1,18}")) {
                throw in.damagedAt(at, "the size of a member cannot be read");
            }
            longSize = Long.parseLong(property.substring(5));
        } else if (property.startsWith("GNU.sparse.")) {
            throw sparse();
        }
    }

    private RuntimeException sparse() {
        return in.unsupported("holds a file with holes (sparse)")
                .remedy("Unpack it with \"tar --extract\" and restore the file that gives.");
    }

    private boolean isZero() {
        for (byte each : header) {
            if (each != 0) {
                return false;
            }
        }
        return true;
    }

    private String name() {
        String name = text(header, 0, 100);
        boolean posix = new String(header, MAGIC_AT, 6, UTF_8).equals("ustar\0");
        String prefix = posix ? text(header, PREFIX_AT, 155) : "";
        return prefix.isEmpty() ? name : prefix + "/" + name;
    }

    private static String text(byte[] bytes, int offset, int length) {
        int end = offset;
        while (end < offset + length && bytes[end] != 0) {
            end++;
        }
        return new String(bytes, offset, end - offset, UTF_8);
    }

    /** In octal, or with the highest bit set the bytes themselves. */
    private long number(int offset, int length, long at) {
        byte[] field = Arrays.copyOfRange(header, offset, offset + length);
        if ((field[0] & 0x80) != 0) {
            long value = field[0] & 0x3F;
            for (int i = 1; i < length; i++) {
                if (value >>> 54 != 0) {
                    throw in.damagedAt(at, "the size of a member cannot be read");
                }
                value = (value << 8) | (field[i] & 0xFF);
            }
            return value;
        }
        String digits = text(field, 0, length).strip();
        if (!digits.matches("[0-7]{0,12}")) {
            throw in.damagedAt(at, "the size of a member cannot be read");
        }
        return digits.isEmpty() ? 0 : Long.parseLong(digits, 8);
    }
}
