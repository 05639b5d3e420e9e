package recovery.web;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import recovery.core.backup.Backup;
import recovery.core.error.RecoveryException;

/** Values of the core as JSON for the outside: no path of a backup, refusals as code, problem and remedies. */
final class JsonShapes {
    private final ObjectMapper mapper;

    JsonShapes(ObjectMapper mapper) {
        this.mapper = mapper.copy()
                .addMixIn(Backup.class, BackupShape.class)
                .registerModule(new SimpleModule("web").addSerializer(new RefusalShape()));
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

    /** Throws JsonProcessingException for what is not JSON. */
    JsonNode read(byte[] json) throws IOException {
        return mapper.readTree(json);
    }

    byte[] write(Object value) {
        try {
            return mapper.writeValueAsBytes(value);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("cannot be written as JSON: " + value.getClass(), impossible);
        }
    }

    interface BackupShape {
        @JsonIgnore
        Path path();

        @JsonInclude(JsonInclude.Include.NON_EMPTY)
        Map<String, String> metadata();
    }

    private static final class RefusalShape extends StdSerializer<RecoveryException> {
        private static final long serialVersionUID = 1;

        RefusalShape() {
            super(RecoveryException.class);
        }

        @Override
        public void serialize(RecoveryException refusal, JsonGenerator json, SerializerProvider provider)
                throws IOException {
            json.writeStartObject();
            json.writeStringField("code", refusal.code().name());
            json.writeStringField("problem", refusal.getMessage());
            json.writeObjectField("remedies", refusal.remedies());
            json.writeEndObject();
        }
    }
}
