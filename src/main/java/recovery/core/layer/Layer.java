package recovery.core.layer;

import static recovery.core.error.ErrorCode.BACKUP_UNSUPPORTED;
import static recovery.core.error.RecoveryException.problem;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.tukaani.xz.SingleXZInputStream;
import recovery.core.backup.OpenPgp;
import recovery.core.backup.TarHead;
import recovery.core.error.Note;
import recovery.core.layer.openpgp.OpenPgpStream;

/**
 * What may lie around a dump, recognised by its first bytes and never by the name of the file. A layer that can be
 * taken off overrides {@link #open}; the others are refused by name.
 */
enum Layer {
    GZIP("gzip", "gunzip --keep '%s'", "1F8B") {
        @Override
        InputStream open(InputStream content, Surroundings file) {
            return new GzipStream(content, file.position(), file.notes());
        }
    },
    ZSTANDARD("Zstandard", "zstd --decompress '%s'", "28B52FFD") {
        @Override
        InputStream open(InputStream content, Surroundings file) {
            return new ZstdStream(content, file.position(), file.notes());
        }
    },
    LZ4("LZ4", "lz4 --decompress '%s'", "04224D18", "02214C18") {
        @Override
        InputStream open(InputStream content, Surroundings file) {
            return new Lz4Stream(content, file.position(), file.notes());
        }
    },
    BZIP2("bzip2", "bunzip2 --keep '%s'", "425A68??314159265359", "425A68??177245385090") {
        @Override
        InputStream open(InputStream content, Surroundings file) {
            PackedInput in = file.packed(content, "bzip2 data");
            return new LibraryStream(in, "bzip2", new int[] {'B', 'Z', 'h'}, BZip2CompressorInputStream::new);
        }
    },
    XZ("xz", "unxz --keep '%s'", "FD377A585A00") {
        @Override
        InputStream open(InputStream content, Surroundings file) {
            PackedInput in = file.packed(content, "xz data");
            int[] begin = {0xFD, '7', 'z', 'X', 'Z', 0};
            return new LibraryStream(in, "xz", begin, one -> new SingleXZInputStream(one, MOST_KIB_FOR_XZ));
        }
    },
    ZIP("zip", "unzip '%s'", "504B0304", "504B0506") {
        @Override
        InputStream open(InputStream content, Surroundings file) {
            return OneFileStream.zip(content, file);
        }
    },
    TAR("tar", "tar --extract --file '%s'") {
        @Override
        InputStream open(InputStream content, Surroundings file) {
            return OneFileStream.tar(content, file);
        }

        @Override
        boolean fits(byte[] head) {
            return TarHead.fits(head);
        }
    },
    /** Frames that hold nothing, which Zstandard's parallel packer writes before those that do. */
    SKIPPABLE("Zstandard", "zstd --decompress '%s'") {
        @Override
        InputStream open(InputStream content, Surroundings file) throws IOException {
            PackedInput in = file.packed(content, "Zstandard data");
            while (in.beginsSkippableFrame()) {
                in.skipSkippableFrame();
            }
            return in.asStream();
        }

        @Override
        boolean fits(byte[] head) {
            return head.length >= 4
                    && (head[0] & 0xF0) == 0x50
                    && head[1] == 0x2A
                    && head[2] == 0x4D
                    && head[3] == 0x18;
        }
    },
    SEVEN_ZIP("7-Zip", "7z x '%s'", "377ABCAF271C"),
    COMPRESS("compress", "uncompress '%s'", "1F9D"),
    OPENPGP("OpenPGP", "gpg --output dump --decrypt '%s'", "") {
        @Override
        boolean fits(byte[] head) {
            return OpenPgp.isMessage(head);
        }

        @Override
        InputStream open(InputStream content, Surroundings file) throws IOException {
            return OpenPgpStream.open(
                    content,
                    file.name(),
                    file.position(),
                    file.notes(),
                    file.opening().secrets());
        }
    };

    /** Enough for every pattern. */
    static final int HEAD_BYTES = TarHead.BYTES;

    /** The strongest setting of xz needs 65 MiB; a file may ask for 1.5 GiB, and that is refused. */
    private static final int MOST_KIB_FOR_XZ = 192 * 1024;

    private final String title;
    private final String command;
    private final String patterns;

    Layer(String title, String command, String... patterns) {
        this.title = title;
        this.command = command;
        this.patterns = String.join(" ", patterns);
    }

    /** The file around the layers: where it was read to, for errors, and where to leave notes. */
    record Surroundings(String name, LongSupplier position, List<Note> notes, Opening opening, OptionalInt member) {
        Surroundings(String name, LongSupplier position, List<Note> notes, Opening opening) {
            this(name, position, notes, opening, OptionalInt.empty());
        }

        /** For an archive of several files, of which the one with that number is taken. */
        Surroundings taking(OptionalInt number) {
            return new Surroundings(name, position, notes, opening, number);
        }

        PackedInput packed(InputStream content, String title) {
            return new PackedInput(content, position, notes, title);
        }
    }

    /** The layer that begins with these bytes; empty if this is the dump itself. */
    static Optional<Layer> startingWith(byte[] head) {
        return Stream.of(values()).filter(layer -> layer.fits(head)).findFirst();
    }

    String title() {
        return title;
    }

    /** The bytes inside of this layer, whose own bytes are {@code content}. */
    InputStream open(InputStream content, Surroundings file) throws IOException {
        throw problem(BACKUP_UNSUPPORTED, "'%s' is packed with %s, which cannot be read here", file.name(), title)
                .remedy("Unpack it with \"" + command.formatted(file.name()) + "\" and restore the file that gives.");
    }

    boolean fits(byte[] head) {
        return !patterns.isEmpty() && Stream.of(patterns.split(" ", -1)).anyMatch(pattern -> fits(pattern, head));
    }

    /** Two hexadecimal digits stand for a byte, two question marks for any byte. */
    private static boolean fits(String pattern, byte[] head) {
        if (head.length < pattern.length() / 2) {
            return false;
        }
        for (int i = 0; i < pattern.length() / 2; i++) {
            String digits = pattern.substring(2 * i, 2 * i + 2);
            if (!digits.equals("??") && Integer.parseInt(digits, 16) != (head[i] & 0xFF)) {
                return false;
            }
        }
        return true;
    }
}
