package recovery.web;

import static recovery.core.error.ErrorCode.REQUEST_UNUSABLE;
import static recovery.core.error.RecoveryException.problem;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Arrays;
import recovery.core.error.RecoveryException;

/** Reads the fields of a JSON object token by token, so that a secret in it never becomes a text. */
final class JsonBody {
    private final Fields fields;

    private JsonBody(Fields fields) {
        this.fields = fields;
    }

    static void read(JsonParser parser, Fields fields) {
        try (parser) {
            new JsonBody(fields).object(parser);
        } catch (JsonProcessingException e) {
            // without its cause, whose text may hold a piece of the document
            throw problem(
                            REQUEST_UNUSABLE,
                            "the body is not JSON: line %d, column %d",
                            e.getLocation() == null ? 1 : e.getLocation().getLineNr(),
                            e.getLocation() == null ? 1 : e.getLocation().getColumnNr())
                    .remedy("Send an object such as {\"backup\": \"NAME\"}.");
        } catch (IOException e) {
            throw new java.io.UncheckedIOException("reading from memory failed", e);
        }
    }

    private void object(JsonParser parser) throws IOException {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw problem(REQUEST_UNUSABLE, "the JSON document is no object")
                    .remedy("Send an object such as {\"backup\": \"NAME\"}.");
        }
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            if (Fields.isSecret(name)) {
                secret(name, value, parser);
            } else {
                text(name, parser.readValueAsTree());
            }
        }
    }

    private void secret(String name, JsonToken value, JsonParser parser) throws IOException {
        if (value == JsonToken.VALUE_NULL) {
            return;
        }
        if (value != JsonToken.VALUE_STRING) {
            throw problem(REQUEST_UNUSABLE, "the value of '%s' is no text", name)
                    .remedy("Send it as a text in quotes.");
        }
        char[] buffer = parser.getTextCharacters();
        int begin = parser.getTextOffset();
        int end = begin + parser.getTextLength();
        if (end - begin > Fields.LARGEST_SECRET) {
            throw Fields.tooLong();
        }
        fields.addSecret(name, Arrays.copyOfRange(buffer, begin, end));
        Arrays.fill(buffer, begin, end, '\0');
    }

    private void text(String name, JsonNode value) {
        if (value.isArray()) {
            value.forEach(element -> single(name, element));
        } else {
            single(name, value);
        }
    }

    private void single(String name, JsonNode value) {
        if (value.isContainerNode()) {
            throw notSimple(name);
        }
        fields.add(name, value.isNull() ? "" : value.asText());
    }

    private static RecoveryException notSimple(String name) {
        return problem(REQUEST_UNUSABLE, "the value of '%s' is an object", name)
                .remedy("Send a text, a number, true or false, or a list of texts.");
    }
}
