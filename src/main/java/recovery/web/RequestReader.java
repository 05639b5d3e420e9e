package recovery.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static recovery.core.error.ErrorCode.MEDIA_UNSUPPORTED;
import static recovery.core.error.ErrorCode.REQUEST_UNUSABLE;
import static recovery.core.error.ErrorCode.UPLOAD_TOO_LARGE;
import static recovery.core.error.RecoveryException.problem;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.javalin.http.Context;
import io.javalin.http.ServiceUnavailableResponse;
import java.io.IOException;
import java.net.URLDecoder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import recovery.core.error.RecoveryException;

/** The fields of a request, however it carries them: multipart, an urlencoded form, JSON, or no body at all. */
final class RequestReader {
    /** The largest form or JSON document, and the largest field beside a file. */
    static final int MOST_BYTES = 64 * 1024;

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
            case "application/x-www-form-urlencoded" -> new Multipart.Content(form(body(context)), Optional.empty());
            case "application/json" -> new Multipart.Content(document(body(context)), Optional.empty());
            case "" -> {
                if (body(context).length > 0) {
                    throw unsupported("without a Content-Type");
                }
                yield new Multipart.Content(new LinkedHashMap<>(), Optional.empty());
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

    private static byte[] body(Context context) {
        try {
            byte[] body = context.req().getInputStream().readNBytes(MOST_BYTES + 1);
            if (body.length > MOST_BYTES) {
                throw tooLong();
            }
            return body;
        } catch (IOException gone) {
            throw UploadStore.cutOff(gone);
        }
    }

    static RecoveryException tooLong() {
        return problem(UPLOAD_TOO_LARGE, "the fields of the request are longer than %d bytes", MOST_BYTES)
                .remedy("Send a backup as a file part of multipart/form-data.");
    }

    private static Map<String, String> form(byte[] body) {
        Map<String, String> fields = new LinkedHashMap<>();
        try {
            for (String pair : new String(body, UTF_8).split("&")) {
                int equals = pair.indexOf('=');
                if (!pair.isEmpty()) {
                    String name = equals < 0 ? pair : pair.substring(0, equals);
                    String value = equals < 0 ? "" : pair.substring(equals + 1);
                    fields.put(URLDecoder.decode(name, UTF_8), URLDecoder.decode(value, UTF_8));
                }
            }
        } catch (IllegalArgumentException e) {
            throw problem(REQUEST_UNUSABLE, "the form is not urlencoded")
                    .causedBy(e)
                    .remedy("Encode each value; curl does so with --data-urlencode.");
        }
        return fields;
    }

    private Map<String, String> document(byte[] body) {
        JsonNode document = parsed(body);
        if (!document.isObject()) {
            throw problem(REQUEST_UNUSABLE, "the JSON document is no object")
                    .remedy("Send an object such as {\"backup\": \"NAME\"}.");
        }
        Map<String, String> fields = new LinkedHashMap<>();
        document.properties().forEach(field -> fields.put(field.getKey(), text(field.getKey(), field.getValue())));
        return fields;
    }

    private JsonNode parsed(byte[] body) {
        try {
            return json.read(body);
        } catch (JsonProcessingException e) {
            throw problem(REQUEST_UNUSABLE, "the body is not JSON%s", place(e))
                    .causedBy(e)
                    .remedy("Send an object such as {\"backup\": \"NAME\"}.");
        } catch (IOException e) {
            throw new java.io.UncheckedIOException("reading from memory failed", e);
        }
    }

    private static String place(JsonProcessingException e) {
        return e.getLocation() == null
                ? ""
                : ": line %d, column %d"
                        .formatted(e.getLocation().getLineNr(), e.getLocation().getColumnNr());
    }

    private static String text(String key, JsonNode value) {
        if (value.isNull()) {
            return "";
        }
        if (value.isArray()) {
            List<String> words = new ArrayList<>();
            value.forEach(word -> words.add(text(key, word)));
            return String.join(",", words);
        }
        if (!value.isValueNode()) {
            throw problem(REQUEST_UNUSABLE, "the value of '%s' is an object", key)
                    .remedy("Send a text, a number, true or false.");
        }
        return value.asText();
    }

    private static RecoveryException unsupported(String what) {
        return problem(MEDIA_UNSUPPORTED, "a body %s is not understood", what)
                .remedy("Send multipart/form-data, application/x-www-form-urlencoded or application/json.");
    }
}
