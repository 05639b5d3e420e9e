package recovery.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static recovery.core.error.ErrorCode.REQUEST_UNUSABLE;
import static recovery.core.error.ErrorCode.UPLOAD_TOO_LARGE;
import static recovery.core.error.RecoveryException.problem;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import recovery.core.error.RecoveryException;
import recovery.core.layer.Secrets;

/**
 * What a request said: texts by name, each with all its values, and what opens an encrypted backup. The latter never
 * becomes a text, and closing wipes it. For one thread.
 */
final class Fields implements AutoCloseable {
    /** The longest value of one field. */
    static final int LONGEST = 64 * 1024;
    /** A private key in any form. */
    static final int LARGEST_SECRET = 1024 * 1024;

    private static final int MOST_CHARACTERS = 512 * 1024;
    private static final int MOST_VALUES = 4_000;

    private final Map<String, List<String>> texts = new LinkedHashMap<>();
    private int characters;
    private int values;
    private char[] passphrase = {};
    private byte[] privateKey = {};
    private char[] databaseKey = {};

    /** Whether {@code first} and {@code second} name the same field: case, {@code _} and {@code -} do not matter. */
    static boolean same(String first, String second) {
        return bare(first).equalsIgnoreCase(bare(second));
    }

    private static String bare(String name) {
        return name.replace("_", "").replace("-", "");
    }

    static boolean isSecret(String name) {
        return same("passphrase", name) || isDatabaseKey(name) || isPrivateKey(name);
    }

    static boolean isPrivateKey(String name) {
        return same("privateKey", name);
    }

    private static boolean isDatabaseKey(String name) {
        return same("dbKey", name);
    }

    void add(String name, String value) {
        characters += name.length() + value.length();
        if (value.length() > LONGEST || characters > MOST_CHARACTERS || ++values > MOST_VALUES) {
            throw tooLong();
        }
        texts.computeIfAbsent(name, first -> new ArrayList<>()).add(value);
    }

    /** Takes {@code value} over, in UTF-8 or as the bytes of a key. */
    void addSecret(String name, byte[] value) {
        if (isPrivateKey(name)) {
            takeKey(value);
            return;
        }
        CharBuffer text = CharBuffer.allocate(value.length);
        try {
            CoderResult result = UTF_8.newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(value), text, true);
            if (result.isError()) {
                throw problem(REQUEST_UNUSABLE, "the %s is not in UTF-8", textName(name))
                        .remedy("Send the request in UTF-8.");
            }
            takeText(name, Arrays.copyOf(text.array(), text.position()));
        } finally {
            Arrays.fill(text.array(), '\0');
            Arrays.fill(value, (byte) 0);
        }
    }

    /** Takes {@code value} over. */
    void addSecret(String name, char[] value) {
        if (!isPrivateKey(name)) {
            takeText(name, value);
            return;
        }
        byte[] bytes = new byte[value.length * 3];
        ByteBuffer encoded = ByteBuffer.wrap(bytes);
        UTF_8.newEncoder().encode(CharBuffer.wrap(value), encoded, true);
        takeKey(Arrays.copyOf(bytes, encoded.position()));
        Arrays.fill(bytes, (byte) 0);
        Arrays.fill(value, '\0');
    }

    private void takeText(String name, char[] value) {
        if (isDatabaseKey(name)) {
            databaseKey = taken(databaseKey, value, textName(name));
        } else {
            passphrase = taken(passphrase, value, textName(name));
        }
    }

    private static String textName(String name) {
        return isDatabaseKey(name) ? "key of the database" : "passphrase";
    }

    private static char[] taken(char[] before, char[] value, String what) {
        int length = value.length;
        if (length > 0 && value[length - 1] == '\n') {
            length -= length > 1 && value[length - 2] == '\r' ? 2 : 1;
        }
        boolean second = before.length > 0 && length > 0;
        char[] first = length > 0 && !second ? Arrays.copyOf(value, length) : before;
        Arrays.fill(value, '\0');
        if (second) {
            throw twice(what);
        }
        return first;
    }

    /** A form may hold a field and a file for the key; one of them stays empty. */
    private void takeKey(byte[] value) {
        if (isBlank(value)) {
            return;
        }
        if (privateKey.length > 0) {
            Arrays.fill(value, (byte) 0);
            throw twice("private key");
        }
        privateKey = value;
    }

    private static boolean isBlank(byte[] value) {
        for (byte one : value) {
            if (one != ' ' && one != '\n' && one != '\r' && one != '\t') {
                return false;
            }
        }
        return true;
    }

    private static RecoveryException twice(String what) {
        return problem(REQUEST_UNUSABLE, "the request holds more than one %s", what)
                .remedy("Send one: a key either as text or as a file.");
    }

    /** All but the secrets, in their order. */
    Map<String, List<String>> texts() {
        return texts;
    }

    Optional<String> last(String name) {
        return Optional.ofNullable(texts.get(name)).map(all -> all.get(all.size() - 1));
    }

    boolean hasSecrets() {
        return passphrase.length > 0 || privateKey.length > 0 || databaseKey.length > 0;
    }

    /** Somebody else wipes the secrets from now on. */
    void handedOver() {
        passphrase = new char[0];
        privateKey = new byte[0];
        databaseKey = new char[0];
    }

    /** The secrets themselves: closing either wipes both. */
    Secrets secrets() {
        return new Secrets(passphrase, privateKey, databaseKey);
    }

    @Override
    public void close() {
        secrets().close();
    }

    static RecoveryException tooLong() {
        return problem(
                        UPLOAD_TOO_LARGE,
                        "the fields of the request are longer than %d bytes, or there are too many",
                        LONGEST)
                .remedy("Send a backup as a file part of multipart/form-data.");
    }
}
