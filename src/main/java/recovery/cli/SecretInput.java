package recovery.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static recovery.core.error.ErrorCode.REQUEST_UNUSABLE;
import static recovery.core.error.RecoveryException.problem;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Arrays;
import recovery.core.error.RecoveryException;
import recovery.core.error.Why;

/** Secrets out of standard input, without a copy that stays in memory. */
final class SecretInput {
    static final int LONGEST_LINE = 64 * 1024;
    static final int LARGEST_KEY = 1024 * 1024;

    private SecretInput() {}

    /** One line without its end, byte by byte, so that nothing behind it is taken. */
    static char[] line(InputStream in) {
        byte[] line = new byte[LONGEST_LINE + 1];
        try {
            int length = 0;
            for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
                if (length == LONGEST_LINE) {
                    throw unusable("the first line of standard input is longer than %d bytes".formatted(LONGEST_LINE))
                            .remedy("Send the passphrase as the first line, and end it with a line feed.");
                }
                line[length++] = (byte) next;
            }
            return characters(line, length > 0 && line[length - 1] == '\r' ? length - 1 : length);
        } catch (IOException e) {
            throw unreadable(e);
        } finally {
            Arrays.fill(line, (byte) 0);
        }
    }

    /** Everything to the end. */
    static byte[] rest(InputStream in) {
        byte[] all = new byte[LARGEST_KEY + 1];
        try {
            int length = in.readNBytes(all, 0, all.length);
            if (length > LARGEST_KEY) {
                throw unusable("standard input is larger than %d bytes, so it is no private key".formatted(LARGEST_KEY))
                        .remedy("Send the file that 'gpg --export-secret-keys' wrote.");
            }
            return Arrays.copyOf(all, length);
        } catch (IOException e) {
            throw unreadable(e);
        } finally {
            Arrays.fill(all, (byte) 0);
        }
    }

    private static char[] characters(byte[] bytes, int length) {
        CharBuffer text = CharBuffer.allocate(length);
        try {
            var result = UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, 0, length), text, true);
            if (result.isError()) {
                result.throwException();
            }
            return Arrays.copyOf(text.array(), text.position());
        } catch (CharacterCodingException e) {
            throw unusable("the passphrase on standard input is not in UTF-8").remedy("Send the passphrase as UTF-8.");
        } finally {
            Arrays.fill(text.array(), '\0');
        }
    }

    private static RecoveryException.Problem unusable(String text) {
        return problem(REQUEST_UNUSABLE, "%s", text);
    }

    private static RecoveryException unreadable(IOException e) {
        return unusable("standard input cannot be read: " + Why.of(e))
                .causedBy(e)
                .remedy("Send the secrets again, as in: restore NAME --force --passphrase-stdin < FILE.");
    }
}
