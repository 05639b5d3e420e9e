package recovery.core.layer.openpgp;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import recovery.core.error.Note;
import recovery.core.layer.BlockStream;

/**
 * What was encrypted: the content of the one literal packet among the decrypted packets, which may be compressed and
 * signed. The end is reported only when everything behind it was read as well, so that the proof of integrity, which
 * stands at the very end, was seen. For one thread.
 */
final class Content extends BlockStream {
    private static final int MOST_DEPTH = 4;
    private static final int MOST_SIGNATURE = 64 * 1024;

    private final Faults faults;
    private final List<Note> notes;
    /** The decrypted packets, and inside of them those of each compressed packet. */
    private final Deque<Packets> open = new ArrayDeque<>();

    private final Deque<InputStream> decompressors = new ArrayDeque<>();
    private InputStream literal = InputStream.nullInputStream();
    private boolean ended;

    /** Reads up to the content. */
    Content(InputStream decrypted, Faults faults, List<Note> notes) throws IOException {
        this.faults = faults;
        this.notes = notes;
        open.push(new Packets(decrypted, faults));
        try {
            boolean found = false;
            while (!found) {
                Packets.Packet packet = open.getFirst()
                        .next()
                        .orElseThrow(() -> faults.damaged("there is no content inside of its encryption"));
                found = takeBefore(packet);
            }
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    /** True if the content begins. */
    private boolean takeBefore(Packets.Packet packet) throws IOException {
        switch (packet.tag()) {
            case Packets.LITERAL -> {
                literal = Literal.open(packet.body(), faults);
                return true;
            }
            case Packets.COMPRESSED -> {
                if (open.size() == MOST_DEPTH) {
                    throw faults.unsupported("content that is compressed more than %d times".formatted(MOST_DEPTH - 1));
                }
                InputStream content = Compressed.open(packet.body(), faults);
                decompressors.push(content);
                open.push(new Packets(content, faults));
            }
            default -> takeBeside(packet);
        }
        return false;
    }

    private void takeBeside(Packets.Packet packet) throws IOException {
        switch (packet.tag()) {
            case Packets.ONE_PASS_SIGNATURE ->
                noteSignature(signer(packet.body().whole(MOST_SIGNATURE, "a signature")));
            case Packets.SIGNATURE -> {
                packet.body().whole(MOST_SIGNATURE, "a signature");
                if (notes.stream().noneMatch(note -> note.code().equals("BACKUP_SIGNED"))) {
                    noteSignature(Optional.empty());
                }
            }
            case Packets.MARKER, Packets.PADDING -> {
                // mean nothing
            }
            case Packets.LITERAL, Packets.COMPRESSED -> throw faults.unsupported("more than one file");
            case Packets.SESSION_KEY_BY_PUBLIC_KEY,
                    Packets.SESSION_KEY_BY_PASSPHRASE,
                    Packets.ENCRYPTED,
                    Packets.ENCRYPTED_WITH_INTEGRITY,
                    Packets.ENCRYPTED_AEAD -> throw faults.unsupported("content that was encrypted twice");
            default -> {
                // RFC 9580: the upper numbers may be passed over
                if (packet.tag() < 40) {
                    throw faults.damaged("there is a packet of the unknown number %d in it".formatted(packet.tag()));
                }
            }
        }
    }

    /** Version 3 ends with the key id and one byte; version 6 with the fingerprint of 32 bytes and one byte. */
    private static Optional<String> signer(byte[] body) {
        if (body.length == 13 && body[0] == 3) {
            return Optional.of(hex(body, 4));
        }
        return body.length > 33 && body[0] == 6 ? Optional.of(hex(body, body.length - 33)) : Optional.empty();
    }

    private static String hex(byte[] bytes, int offset) {
        return "%016X".formatted(java.nio.ByteBuffer.wrap(bytes).getLong(offset));
    }

    private void noteSignature(Optional<String> key) {
        Note note = new Note(
                "BACKUP_SIGNED",
                "The backup is signed%s; the signature was not checked."
                        .formatted(key.map(id -> " by the key " + id).orElse("")));
        if (!notes.contains(note)) {
            notes.add(note);
        }
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (ended) {
            return -1;
        }
        int count = literal.read(target, offset, length);
        if (count < 0) {
            readBehind();
            ended = true;
        }
        return count;
    }

    private void readBehind() throws IOException {
        for (Packets packets : open) {
            for (Optional<Packets.Packet> next = packets.next(); next.isPresent(); next = packets.next()) {
                takeBeside(next.get());
            }
        }
    }

    /** Frees the decompressors; the decrypted stream belongs to the caller. */
    @Override
    public void close() throws IOException {
        ended = true;
        for (InputStream decompressor : decompressors) {
            decompressor.close();
        }
    }
}
