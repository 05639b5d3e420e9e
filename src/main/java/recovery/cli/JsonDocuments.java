package recovery.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import recovery.core.backup.Backup;
import recovery.core.error.ErrorCode;

/** The documents that are not records of the core, with the names of the HTTP answers. */
final class JsonDocuments {
    private JsonDocuments() {}

    /** As {@code GET /list-backups}; where a backup lies on the disk is not part of it. */
    static Map<String, Object> backups(String directory, List<Backup> backups) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("success", true);
        document.put("directory", directory);
        document.put("total", backups.size());
        document.put("backups", backups.stream().map(JsonDocuments::backup).toList());
        return document;
    }

    private static Map<String, Object> backup(Backup backup) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("name", backup.name());
        document.put("sizeBytes", backup.sizeBytes());
        document.put("modified", backup.modified().toString());
        document.put("taken", backup.taken().toString());
        document.put("format", backup.format().toString());
        document.put("compression", backup.compression().toString());
        document.put("encrypted", backup.encrypted());
        document.put("engine", backup.engine().map(Object::toString).orElse(null));
        document.put("contents", backup.contents().toString());
        document.put("restorable", backup.restorable());
        backup.reason().ifPresent(reason -> document.put("reason", reason));
        backup.sha256().ifPresent(sha256 -> document.put("sha256", sha256));
        if (!backup.metadata().isEmpty()) {
            document.put("metadata", backup.metadata());
        }
        return document;
    }

    static Map<String, Object> failure(ErrorCode code, String problem, List<String> remedies, String liveDatabase) {
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("remedies", remedies);
        details.put("liveDatabase", liveDatabase);
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("success", false);
        document.put("error", problem);
        document.put("code", code.name());
        document.put("details", details);
        return document;
    }
}
