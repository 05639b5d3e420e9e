package recovery.web;

import static recovery.core.error.ErrorCode.MEDIA_UNSUPPORTED;
import static recovery.core.error.RecoveryException.problem;

import io.javalin.http.Context;
import io.javalin.http.ServiceUnavailableResponse;
import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.BiConsumer;
import recovery.core.error.RecoveryException;

/** The fields of a request, however it carries them: multipart, an urlencoded form, JSON, or no body at all. */
final class RequestReader {
    /** The largest form or JSON document: a private key as base64, encoded once more, and all other fields. */
    private static final int MOST_BYTES = 2 * 1024 * 1024;

    private static final int MOST_AT_ONCE = 16;

    private final Semaphore places = new Semaphore(MOST_AT_ONCE);
    private final JsonShapes json;
    private final UploadStore store;

    RequestReader(JsonShapes json, UploadStore store) {
        this.json = json;
        this.store = store;
    }

    /** Throws 503 if too many are being read: each holds a thread, and {@code /health} needs one as well. */
    Multipart.Content read(Context context) {
        if (!places.tryAcquire()) {
            throw new ServiceUnavailableResponse("too many uploads and forms are being received at once");
        }
        try {
            return readBody(context);
        } finally {
            places.release();
        }
    }

    private Multipart.Content readBody(Context context) {
        String type = mediaType(context);
        return switch (type) {
            case "multipart/form-data" -> multipart(context);
            case "application/x-www-form-urlencoded" -> whole(context, FormBody::read);
            case "application/json" -> whole(context, (body, fields) -> JsonBody.read(json.parser(body), fields));
            case "" -> {
                if (body(context).length > 0) {
                    throw unsupported("without a Content-Type");
                }
                yield new Multipart.Content(new Fields(), Optional.empty());
            }
            default -> throw unsupported("of type '" + type + "'");
        };
    }

    private static String mediaType(Context context) {
        String header = context.req().getContentType();
        if (header == null) {
            return "";
        }
        int end = header.indexOf(';');
        return (end < 0 ? header : header.substring(0, end)).strip().toLowerCase(Locale.ROOT);
    }

    private Multipart.Content multipart(Context context) {
        store.checkRoom(context.req().getContentLengthLong());
        try {
            return new Multipart(store)
                    .read(context.req().getContentType(), context.req().getInputStream());
        } catch (IOException gone) {
            throw UploadStore.cutOff(gone);
        }
    }

    /** Reads the body into memory and what it says into fields; the body is wiped. */
    private static Multipart.Content whole(Context context, BiConsumer<byte[], Fields> format) {
        Fields fields = new Fields();
        byte[] body = body(context);
        boolean read = false;
        try {
            format.accept(body, fields);
            read = true;
            return new Multipart.Content(fields, Optional.empty());
        } finally {
            Arrays.fill(body, (byte) 0);
            if (!read) {
                fields.close();
            }
        }
    }

    private static byte[] body(Context context) {
        long announced = context.req().getContentLengthLong();
        if (announced > MOST_BYTES) {
            throw Fields.tooLong();
        }
        byte[] body = new byte[announced >= 0 ? (int) announced + 1 : MOST_BYTES + 1];
        try {
            int length = context.req().getInputStream().readNBytes(body, 0, body.length);
            if (length > MOST_BYTES) {
                throw Fields.tooLong();
            }
            return Arrays.copyOf(body, length);
        } catch (IOException gone) {
            throw UploadStore.cutOff(gone);
        } finally {
            Arrays.fill(body, (byte) 0);
        }
    }

    private static RecoveryException unsupported(String what) {
        return problem(MEDIA_UNSUPPORTED, "a body %s is not understood", what)
                .remedy("Send multipart/form-data, application/x-www-form-urlencoded or application/json.");
    }
}
