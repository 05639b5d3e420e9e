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
import java.util.List;
import java.util.Map;
import java.util.Optional;

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
    private final Looking looking;
    private final UploadStore store;

    PageRoutes(
            Restores restores, Pages pages, Looking looking, RequestReader reader, UploadStore store, TokenGate gate) {
        this.looking = looking;
        this.store = store;
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
        routes.post("/look", this::look);
        routes.post("/confirm", this::confirm);
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
        try (RestoreFields fields = fields(context)) {
            looking.show(context, restores.find(chosen(fields)), fields);
        }
    }

    private void confirm(Context context) {
        try (RestoreFields fields = fields(context)) {
            looking.confirm(context, 200, fields, restores.find(chosen(fields)), Optional.empty());
        }
    }

    /** Secrets come by POST only: an address stays in the history of a browser. */
    private RestoreFields fields(Context context) {
        if (context.method().name().equals("POST")) {
            return new RestoreFields(reader.read(context).withoutUpload(store));
        }
        Fields fields = new Fields();
        for (String name : List.of("backup", "database")) {
            Optional.ofNullable(context.queryParam(name)).ifPresent(value -> fields.add(name, value));
        }
        return new RestoreFields(fields);
    }

    private static String chosen(RestoreFields fields) {
        return fields.backup()
                .orElseThrow(() ->
                        problem(REQUEST_UNUSABLE, "no backup was chosen").remedy("Go back and mark one in the list."));
    }

    private void logIn(Context context) {
        String typed = reader.read(context).fields().last("token").orElse("").strip();
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
