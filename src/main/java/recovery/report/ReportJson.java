package recovery.report;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.util.Map;
import recovery.core.backup.Backup;
import recovery.core.error.RecoveryException;

/** How the records of the program look as JSON: the same in answers, on the terminal and in the audit records. */
public final class ReportJson {
    private ReportJson() {}

    /**
     * A copy of {@code mapper} that writes times as ISO text, enums by their {@code toString}, leaves out what is
     * absent, never shows the path of a backup, and writes an error as its code, problem and remedies.
     */
    public static ObjectMapper configure(ObjectMapper mapper) {
        return mapper.copy()
                .registerModule(new Jdk8Module())
                .registerModule(new JavaTimeModule())
                .registerModule(new SimpleModule("recovery").addSerializer(new ErrorSerializer()))
                .addMixIn(Backup.class, BackupShape.class)
                .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS, SerializationFeature.FAIL_ON_EMPTY_BEANS)
                .enable(SerializationFeature.WRITE_ENUMS_USING_TO_STRING)
                .setDefaultPropertyInclusion(JsonInclude.Include.NON_ABSENT);
    }

    @JsonIgnoreProperties("path")
    interface BackupShape {
        @JsonInclude(JsonInclude.Include.NON_EMPTY)
        Map<String, String> metadata();
    }

    private static final class ErrorSerializer extends StdSerializer<RecoveryException> {
        private static final long serialVersionUID = 1;

        ErrorSerializer() {
            super(RecoveryException.class);
        }

        @Override
        public void serialize(RecoveryException error, JsonGenerator json, SerializerProvider provider)
                throws IOException {
            json.writeStartObject();
            json.writeStringField("code", error.code().toString());
            json.writeStringField("problem", error.getMessage());
            provider.defaultSerializeField("remedies", error.remedies(), json);
            json.writeEndObject();
        }
    }
}
