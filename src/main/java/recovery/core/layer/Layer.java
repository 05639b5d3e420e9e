package recovery.core.layer;

import static recovery.core.error.ErrorCode.BACKUP_UNSUPPORTED;
import static recovery.core.error.RecoveryException.problem;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import recovery.core.backup.OpenPgp;
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
    BZIP2("bzip2", "bunzip2 --keep '%s'", "425A68??314159265359"),
    XZ("xz", "unxz --keep '%s'", "FD377A585A00"),
    ZIP("zip", "unzip '%s'", "504B0304", "504B0506"),
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
    static final int HEAD_BYTES = 64;

    private final String title;
    private final String command;
    private final String patterns;

    Layer(String title, String command, String... patterns) {
        this.title = title;
        this.command = command;
        this.patterns = String.join(" ", patterns);
    }

    /** The file around the layers: where it was read to, for errors, and where to leave notes. */
    record Surroundings(String name, LongSupplier position, List<Note> notes, Opening opening) {}

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
        return Stream.of(patterns.split(" ", -1)).anyMatch(pattern -> fits(pattern, head));
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
