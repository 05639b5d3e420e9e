package recovery.web;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.http.Context;
import java.util.List;
import recovery.core.error.RecoveryException;
import recovery.core.restore.RestoreReport;

/** The JSON answers: each has {@code success}. */
final class Answers {
    /** Where a request notes the file that came with it, so that its answer names it whatever happens. */
    static final String UPLOAD = "upload";

    private final JsonShapes json;
    private final Restores restores;

    Answers(JsonShapes json, Restores restores) {
        this.json = json;
        this.restores = restores;
    }

    JsonShapes json() {
        return json;
    }

    void send(Context context, int status, ObjectNode body) {
        Upload upload = context.attribute(UPLOAD);
        if (upload != null) {
            body.withObject("/details").set("upload", json.tree(upload));
        }
        context.status(status)
                .header("Cache-Control", "no-store")
                .contentType("application/json")
                .result(json.write(body));
    }

    static boolean wantsPage(Context context) {
        return accepts(context, "text/html");
    }

    static boolean wantsEvents(Context context) {
        return accepts(context, "text/event-stream");
    }

    private static boolean accepts(Context context, String type) {
        String accept = context.header("Accept");
        return accept != null && accept.contains(type);
    }

    static int status(RestoreReport report) {
        return report.error().map(failure -> StatusCodes.of(failure.code())).orElse(report.success() ? 200 : 500);
    }

    /** How a restore ended. */
    ObjectNode ended(RestoreReport report) {
        ObjectNode details = json.object(report);
        ObjectNode answer = json.object().put("success", report.success());
        report.error()
                .ifPresentOrElse(
                        failure -> {
                            answer.put("error", failure.problem())
                                    .put("code", failure.code().name());
                            details.set("remedies", json.tree(failure.remedies()));
                        },
                        () -> answer.put("message", message(report)));
        answer.put("id", report.id());
        answer.set("details", details);
        return answer;
    }

    static String message(RestoreReport report) {
        return switch (report.kind()) {
            case "dry-run" -> "The dry run of '%s' is done; nothing was written.".formatted(report.backup());
            case "rollback" -> "'%s' holds again what it held before.".formatted(report.target());
            default -> "'%s' was restored into '%s'.".formatted(report.backup(), report.target());
        };
    }

    /** A request that was refused or failed before anything was started. */
    ObjectNode refused(RecoveryException reason) {
        ObjectNode answer = refused(reason.code().name(), reason.getMessage(), reason.remedies());
        restores.running().ifPresent(running -> answer.withObject("/details").put("running", running.id()));
        return answer;
    }

    ObjectNode refused(String code, String problem, List<String> remedies) {
        ObjectNode answer =
                json.object().put("success", false).put("error", problem).put("code", code);
        ObjectNode details = answer.putObject("details");
        details.set("remedies", json.tree(remedies));
        details.put("liveDatabase", "This request changed nothing in '%s'.".formatted(restores.targetName()));
        return answer;
    }
}
