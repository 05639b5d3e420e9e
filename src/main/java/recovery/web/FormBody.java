package recovery.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static recovery.core.error.ErrorCode.REQUEST_UNUSABLE;
import static recovery.core.error.RecoveryException.problem;

import java.util.Arrays;
import recovery.core.error.RecoveryException;

/** Reads {@code application/x-www-form-urlencoded} byte by byte, so that a secret in it never becomes a text. */
final class FormBody {
    private final byte[] body;
    private final Fields fields;

    private FormBody(byte[] body, Fields fields) {
        this.body = body;
        this.fields = fields;
    }

    static void read(byte[] body, Fields fields) {
        new FormBody(body, fields).read();
    }

    private void read() {
        int begin = 0;
        for (int i = 0; i <= body.length; i++) {
            if (i == body.length || body[i] == '&') {
                if (i > begin) {
                    pair(begin, i);
                }
                begin = i + 1;
            }
        }
    }

    private void pair(int begin, int end) {
        int equals = begin;
        while (equals < end && body[equals] != '=') {
            equals++;
        }
        String name = new String(decoded(begin, equals), UTF_8);
        byte[] value = decoded(Math.min(equals + 1, end), end);
        if (!Fields.isSecret(name)) {
            fields.add(name, new String(value, UTF_8));
        } else if (value.length > Fields.LARGEST_SECRET) {
            Arrays.fill(value, (byte) 0);
            throw Fields.tooLong();
        } else {
            fields.addSecret(name, value);
        }
    }

    private byte[] decoded(int begin, int end) {
        byte[] decoded = new byte[end - begin];
        int length = 0;
        for (int i = begin; i < end; i++) {
            if (body[i] == '%') {
                int high = i + 2 < end ? Character.digit(body[i + 1], 16) : -1;
                int low = i + 2 < end ? Character.digit(body[i + 2], 16) : -1;
                if (high < 0 || low < 0) {
                    throw notEncoded();
                }
                decoded[length++] = (byte) (high << 4 | low);
                i += 2;
            } else {
                decoded[length++] = body[i] == '+' ? (byte) ' ' : body[i];
            }
        }
        byte[] exact = Arrays.copyOf(decoded, length);
        Arrays.fill(decoded, (byte) 0);
        return exact;
    }

    private static RecoveryException notEncoded() {
        return problem(REQUEST_UNUSABLE, "the form is not urlencoded")
                .remedy("Encode each value; curl does so with --data-urlencode.");
    }
}
