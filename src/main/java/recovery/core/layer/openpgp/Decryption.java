package recovery.core.layer.openpgp;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.bcpg.KeyIdentifier;
import recovery.core.layer.Secrets;

/** From the packets of the session key and the secrets to the decrypted packets. For one message and one thread. */
final class Decryption implements AutoCloseable {
    private static final int MOST_RECIPIENTS = 1000;
    /** For each one a key has to be derived. */
    private static final int MOST_PASSPHRASES = 32;

    private static final int MOST_RECIPIENT_BYTES = 32 * 1024;

    private final Faults faults;
    private final Secrets secrets;
    private final List<Recipient> recipients = new ArrayList<>();
    private final List<SessionKey> keys = new ArrayList<>();
    private InputStream content = InputStream.nullInputStream();

    private Decryption(Secrets secrets, Faults faults) {
        this.secrets = secrets;
        this.faults = faults;
    }

    /** Reads up to the encrypted content and opens it. Throws SECRET_MISSING, SECRET_WRONG and what is wrong with it. */
    static Decryption begin(Packets packets, Secrets secrets, Faults faults) throws IOException {
        Decryption decryption = new Decryption(secrets, faults);
        try {
            decryption.content = decryption.open(decryption.encryptedPacket(packets));
            return decryption;
        } catch (IOException | RuntimeException e) {
            decryption.close();
            throw e;
        }
    }

    /** The decrypted packets; ends only after their integrity was proven. */
    InputStream content() {
        return content;
    }

    /** The packet of the content; those in front of it say who can open it. */
    private Packets.Packet encryptedPacket(Packets packets) throws IOException {
        while (true) {
            Packets.Packet packet = packets.next().orElseThrow(faults::truncated);
            switch (packet.tag()) {
                case Packets.SESSION_KEY_BY_PUBLIC_KEY, Packets.SESSION_KEY_BY_PASSPHRASE -> addRecipient(packet);
                case Packets.MARKER, Packets.PADDING -> {
                    // mean nothing
                }
                case Packets.ENCRYPTED_WITH_INTEGRITY, Packets.ENCRYPTED_AEAD -> {
                    return packet;
                }
                case Packets.ENCRYPTED ->
                    throw faults.unsupported("content encrypted in the old way, without proof that nobody changed it");
                case Packets.COMPRESSED, Packets.LITERAL, Packets.ONE_PASS_SIGNATURE, Packets.SIGNATURE ->
                    throw faults.unsupported("an OpenPGP message that is not encrypted");
                default ->
                    throw faults.damaged(
                            "there is a packet of number %d in front of its content".formatted(packet.tag()));
            }
        }
    }

    private void addRecipient(Packets.Packet packet) throws IOException {
        recipients.add(new Recipient(packet.tag(), packet.body().whole(MOST_RECIPIENT_BYTES, "a packet of a key")));
        long passphrases = recipients.stream().filter(Recipient::isPassphrase).count();
        if (recipients.size() > MOST_RECIPIENTS || passphrases > MOST_PASSPHRASES) {
            throw faults.unsupported(
                    "a message for more than %d keys or %d passphrases".formatted(MOST_RECIPIENTS, MOST_PASSPHRASES));
        }
    }

    private InputStream open(Packets.Packet data) throws IOException {
        int version = data.body().read();
        if (version < 0) {
            throw faults.damaged("its encrypted packet is empty");
        }
        if (version == 1 && data.tag() == Packets.ENCRYPTED_WITH_INTEGRITY) {
            find(new byte[] {1}, data.tag());
            return withCode(data.body());
        }
        if (version != (data.tag() == Packets.ENCRYPTED_AEAD ? 1 : 2)) {
            throw faults.unsupported("an encrypted packet of the unknown version " + version);
        }
        AeadFormat format = AeadFormat.read(data, version, faults);
        find(format.head(), data.tag());
        List<SessionKey> fitting =
                keys.stream().filter(key -> format.cipher().takes(key.key())).toList();
        return AeadContent.open(data.body(), format, fitting, faults)
                .orElseThrow(() -> noKeyFits("the tag of its first chunk does not fit"));
    }

    private InputStream withCode(PacketBody body) throws IOException {
        byte[] head = body.readNBytes(CfbContent.HEAD_BYTES);
        for (SessionKey key : keys) {
            Optional<CipherKind> kind = CipherKind.numbered(key.cipher());
            if (kind.isEmpty() && key.proven()) {
                throw faults.unsupported("a cipher of the unknown number " + key.cipher());
            }
            if (kind.isPresent() && kind.get().takes(key.key()) && CfbContent.fits(kind.get(), key, head)) {
                InputStream whole = new SequenceInputStream(new ByteArrayInputStream(head), body);
                return new CfbContent(whole, kind.get(), key, faults);
            }
        }
        throw noKeyFits("its first bytes do not fit its session key");
    }

    /** A wrong passphrase and damaged bytes look the same, unless the packet of the key proves which it is. */
    private RuntimeException noKeyFits(String how) {
        return keys.stream().anyMatch(SessionKey::proven)
                ? faults.damaged(how)
                : secretFaults().wrongPassphrase();
    }

    /** {@code start}: the body of the content's packet up to its first encrypted byte. */
    private void find(byte[] start, int tag) {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        head.write(0xC0 | tag);
        head.write(start.length);
        head.writeBytes(start);
        keys.addAll(SessionKeySearch.find(recipients, head.toByteArray(), secrets, secretFaults()));
    }

    private SecretFaults secretFaults() {
        boolean passphrase = recipients.stream().anyMatch(Recipient::isPassphrase);
        List<KeyIdentifier> wanted = recipients.stream()
                .flatMap(recipient -> recipient.key().stream())
                .toList();
        if (wanted.isEmpty() && !passphrase) {
            throw faults.unsupported(
                    recipients.isEmpty()
                            ? "encrypted content that does not say by which key or passphrase it is opened"
                            : "a session key in a packet of an unknown version");
        }
        return new SecretFaults(faults.file(), wanted, passphrase);
    }

    /** Wipes the session keys. */
    @Override
    public void close() {
        keys.forEach(SessionKey::close);
    }
}
