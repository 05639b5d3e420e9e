package recovery.web;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;

/** Values of the core as the JSON of an answer; how each of them looks is the business of the mapper. */
final class JsonShapes {
    private final ObjectMapper mapper;

    JsonShapes(ObjectMapper mapper) {
        this.mapper = mapper;
    }

    /** {@code success} first, then the fields of {@code value}. */
    ObjectNode answer(boolean success, Object value) {
        ObjectNode answer = mapper.createObjectNode().put("success", success);
        JsonNode fields = mapper.valueToTree(value);
        fields.properties().forEach(field -> answer.set(field.getKey(), field.getValue()));
        return answer;
    }

    /** A record as an object. */
    ObjectNode object(Object value) {
        return mapper.valueToTree(value);
    }

    ObjectNode object() {
        return mapper.createObjectNode();
    }

    JsonNode tree(Object value) {
        return mapper.valueToTree(value);
    }

    /** For what is sent; it complains with JsonProcessingException. */
    JsonParser parser(byte[] json) {
        try {
            return mapper.createParser(json);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException("reading from memory failed", e);
        }
    }

    byte[] write(Object value) {
        try {
            return mapper.writeValueAsBytes(value);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("cannot be written as JSON: " + value.getClass(), impossible);
        }
    }
}
