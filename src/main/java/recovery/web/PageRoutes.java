package recovery.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static recovery.core.error.ErrorCode.REQUEST_UNUSABLE;
import static recovery.core.error.RecoveryException.problem;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.Cookie;
import io.javalin.http.NotFoundResponse;
import io.javalin.http.SameSite;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.util.Map;
import java.util.Optional;
import recovery.core.backup.Backup;
import recovery.core.restore.RestoreRequest;

/** What only browsers ask for. */
final class PageRoutes {
    /** All there is: nothing else of the class path can be asked for. */
    private static final Map<String, String> STATIC_FILES = Map.of(
            "page.css", "text/css;charset=utf-8",
            "page.js", "text/javascript;charset=utf-8",
            "icon.svg", "image/svg+xml");

    private final Restores restores;
    private final Pages pages;
    private final RequestReader reader;
    private final TokenGate gate;

    PageRoutes(Restores restores, Pages pages, RequestReader reader, TokenGate gate) {
        this.restores = restores;
        this.pages = pages;
        this.reader = reader;
        this.gate = gate;
    }

    void register(RoutesConfig routes) {
        routes.get("/", this::home);
        routes.head("/", this::home);
        routes.get("/look", this::look);
        routes.head("/look", this::look);
        routes.get("/confirm", this::confirm);
        routes.head("/confirm", this::confirm);
        routes.get("/login", context -> Pages.send(context, 200, pages.login("")));
        routes.head("/login", context -> Pages.send(context, 200, pages.login("")));
        routes.post("/login", this::logIn);
        routes.get("/static/{file}", PageRoutes::file);
        routes.head("/static/{file}", PageRoutes::file);
        routes.get("/favicon.ico", context -> Pages.goTo(context, "/static/icon.svg"));
    }

    private void home(Context context) {
        boolean uploaded = context.queryParam("uploaded") != null;
        Pages.send(context, 200, pages.home(Optional.ofNullable(context.queryParam("backup")), uploaded));
    }

    /** As {@code /backups/NAME}, for a form: it cannot put the chosen name into the path. */
    private void look(Context context) {
        Backup backup = restores.find(chosen(context));
        Pages.send(context, 200, pages.backup(backup, restores.inspect(backup.name())));
    }

    private void confirm(Context context) {
        RestoreRequest request =
                RestoreRequest.of(restores.find(chosen(context)).name(), "page");
        Pages.send(context, 200, pages.confirm(restores.plan(request), Optional.empty()));
    }

    private static String chosen(Context context) {
        return Optional.ofNullable(context.queryParam("backup"))
                .filter(name -> !name.isBlank())
                .orElseThrow(() ->
                        problem(REQUEST_UNUSABLE, "no backup was chosen").remedy("Go back and mark one in the list."));
    }

    private void logIn(Context context) {
        String typed = reader.read(context).fields().getOrDefault("token", "").strip();
        Cookie cookie = new Cookie(TokenGate.COOKIE, gate.logIn(typed));
        cookie.setHttpOnly(true);
        cookie.setSameSite(SameSite.STRICT);
        context.cookie(cookie);
        Pages.goTo(context, "/");
    }

    private static void file(Context context) throws IOException {
        String name = context.pathParam("file");
        String type = STATIC_FILES.get(name);
        if (type == null) {
            throw new NotFoundResponse();
        }
        try (InputStream file = PageRoutes.class.getResourceAsStream("/static/" + name)) {
            context.header("Cache-Control", "no-cache").contentType(type).result(file.readAllBytes());
        }
    }

    /** {@code name} as one segment of a path, or as a value of a query. */
    static String encoded(String name) {
        return URLEncoder.encode(name, UTF_8).replace("+", "%20");
    }
}
