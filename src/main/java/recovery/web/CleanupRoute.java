package recovery.web;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.List;
import java.util.Map;

/** Deletes what broken restores, uploads and safety copies left. */
final class CleanupRoute {
    static final String NOTHING = "There was nothing to clean up.";
    static final String KEPT = "The live database and the previous ones were not touched.";

    private final Restores restores;
    private final Answers answers;
    private final Pages pages;

    CleanupRoute(Restores restores, Answers answers, Pages pages) {
        this.restores = restores;
        this.answers = answers;
        this.pages = pages;
    }

    void register(RoutesConfig routes) {
        routes.post("/cleanup", this::cleanUp);
    }

    private void cleanUp(Context context) {
        List<String> done = restores.cleanUp();
        if (Answers.wantsPage(context)) {
            Pages.send(context, 200, pages.cleaned(done));
        } else {
            String message = done.isEmpty() ? NOTHING : String.join(" ", done);
            answers.send(context, 200, answers.json().answer(true, Map.of("message", message, "removed", done)));
        }
    }
}
