package recovery.core.layer.openpgp;

import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import recovery.core.error.Note;
import recovery.core.error.RecoveryException;
import recovery.core.layer.BlockStream;
import recovery.core.layer.Secrets;

/**
 * The content of an encrypted OpenPGP message (RFC 9580, and packet 20 of gpg 2.3), armored or binary.
 *
 * <p>The session key is opened by Bouncy Castle, the content by the JDK. Authenticated chunks are handed out when their
 * tag fitted; content with a modification detection code is handed out as it comes. In both cases the end is reported
 * only after the proof of integrity and the end of the message were seen; a wrong proof is DUMP_DAMAGED. Signatures are
 * noted, not checked. For one thread. Closing closes the stream underneath and wipes the session key.
 */
public final class OpenPgpStream extends BlockStream {
    private final InputStream file;
    private final Faults faults;
    private final List<Note> notes;
    private final Optional<Armor> armor;
    private final Packets packets;
    private final Decryption decryption;
    private final Content content;
    private Optional<RecoveryException> failure = Optional.empty();
    private boolean ended;

    private OpenPgpStream(InputStream in, boolean armored, Secrets secrets, Faults faults, List<Note> notes)
            throws IOException {
        this.file = in;
        this.faults = faults;
        this.notes = notes;
        this.armor = armored ? Optional.of(new Armor(in, faults, "MESSAGE")) : Optional.empty();
        this.packets = new Packets(armor.isPresent() ? armor.get() : in, faults);
        this.decryption = Decryption.begin(packets, secrets, faults);
        try {
            this.content = new Content(decryption.content(), faults, notes);
        } catch (IOException | RuntimeException e) {
            decryption.close();
            throw e;
        }
    }

    /**
     * Reads up to the first byte of the content.
     *
     * @param in stands at the first byte of the message, or of its armor, or of text in front of that
     * @param file its name, for errors
     * @param position bytes of the file that were read so far, for errors
     * @param notes where to leave what is worth a note
     * @throws recovery.core.error.RecoveryException SECRET_MISSING, SECRET_WRONG, BACKUP_UNSUPPORTED, DUMP_DAMAGED,
     *     DUMP_TRUNCATED
     */
    public static InputStream open(
            InputStream in, String file, LongSupplier position, List<Note> notes, Secrets secrets) throws IOException {
        PushbackInputStream message = new PushbackInputStream(in, 1);
        int first = message.read();
        if (first >= 0) {
            message.unread(first);
        }
        boolean armored = first < 0x80 || first == 0xEF;
        return new OpenPgpStream(message, armored, secrets, new Faults(file, position), notes);
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (ended) {
            return -1;
        }
        if (failure.isPresent()) {
            throw failure.get();
        }
        try {
            int count = content.read(target, offset, length);
            if (count < 0) {
                lookBehind();
                ended = true;
            }
            return count;
        } catch (RecoveryException e) {
            failure = Optional.of(e);
            throw e;
        }
    }

    /** Zero bytes are padding of a tape or disk. A second message is more than anybody would expect to be lost. */
    private void lookBehind() throws IOException {
        int next = packets.peekBehind();
        while (next == 0) {
            packets.skipBehind();
            next = packets.peekBehind();
        }
        Armor.Behind behind = next < 0 && armor.isPresent() ? armor.get().behind() : Armor.Behind.NOTHING;
        if (behind == Armor.Behind.MORE_ARMOR || (next >= 0 && Packets.beginsMessage(next))) {
            throw faults.unsupported("a second OpenPGP message behind the first one");
        }
        if (behind == Armor.Behind.TEXT || next >= 0) {
            notes.add(new Note("OPENPGP_TRAILING_BYTES", "Bytes behind the end of the OpenPGP message were ignored."));
        }
    }

    @Override
    public void close() throws IOException {
        ended = true;
        decryption.close();
        try (file) {
            content.close();
        }
    }
}
