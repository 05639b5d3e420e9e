package recovery.web;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import recovery.core.restore.LiveDatabase;
import recovery.core.restore.RestoreStatus;

/** What all pages share: which database this is, in large type; banners; the way back. */
final class Layout {
    private static final Duration ASK_LIVE_FOR = Duration.ofMillis(700);

    private final WebSettings settings;
    private final Restores restores;

    Layout(WebSettings settings, Restores restores) {
        this.settings = settings;
        this.restores = restores;
    }

    /** A page with the head of all pages and {@code main} below it. */
    String page(String title, Consumer<Html> main) {
        return page(title, Optional.empty(), main);
    }

    /** {@code watched}: a restore that this page shows, so the page renews itself and needs no banner for it. */
    String page(String title, Optional<RestoreStatus> watched, Consumer<Html> main) {
        Html html = new Html();
        html.begin("html", "lang", "en");
        head(html, title + " · " + restores.targetName(), watched.isPresent());
        html.begin("body");
        html.line("a", "Skip to the content", "class", "skip", "href", "#main");
        target(html);
        html.begin("main", "id", "main");
        demo(html);
        restores.running()
                .filter(running -> watched.isEmpty() || !watched.get().id().equals(running.id()))
                .ifPresent(running -> running(html, running));
        main.accept(html);
        html.end();
        footer(html);
        return html.end().end().done();
    }

    /** A page that tells nothing about the database. */
    String bare(String title, Consumer<Html> main) {
        Html html = new Html();
        html.begin("html", "lang", "en");
        head(html, title, false);
        html.begin("body").begin("main", "id", "main", "class", "narrow");
        main.accept(html);
        return html.end().end().end().done();
    }

    private static void head(Html html, String title, boolean renews) {
        html.begin("head").lone("meta", "charset", "utf-8");
        html.lone("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
        html.lone("meta", "name", "color-scheme", "content", "light dark");
        if (renews) {
            html.begin("noscript")
                    .lone("meta", "http-equiv", "refresh", "content", "2")
                    .end();
        }
        html.line("title", title);
        html.lone("link", "rel", "icon", "href", "/static/icon.svg", "type", "image/svg+xml");
        html.lone("link", "rel", "stylesheet", "href", "/static/page.css");
        html.begin("script", "src", "/static/page.js", "defer", "").end();
        html.end();
    }

    private void target(Html html) {
        LiveDatabase live = restores.liveStatus(ASK_LIVE_FOR);
        html.begin("header", "class", "target");
        html.begin("p", "class", "brand")
                .line("a", "Emergency recovery", "href", "/")
                .end();
        html.begin("p", "class", "eyebrow")
                .text("This page replaces the data of")
                .end();
        html.line("p", restores.targetName(), "class", "name");
        html.begin("p", "class", "where");
        html.line("span", restores.targetAddress(), "class", "address");
        html.line(
                "span", live.online() ? "online" : "does not answer", "class", live.online() ? "pill on" : "pill off");
        html.end();
        live.error().ifPresent(error -> html.line("p", Words.sentence(error), "class", "why"));
        html.end();
    }

    private void demo(Html html) {
        if (!settings.demo()) {
            return;
        }
        html.begin("div", "class", "notice demo");
        html.line("strong", "This is a demo.");
        html.text(
                " There are no settings yet, so this is a small made-up database for practice. Nothing real can be harmed."
                        + " To work on yours, put its address into ");
        html.line("code", ".env.recovery").text(" and start the server again.").end();
    }

    private static void running(Html html, RestoreStatus running) {
        html.begin("div", "class", "notice busy", "role", "status");
        html.line("strong", title(running.kind()) + " is running: " + running.backup() + ". ");
        html.line("a", "Watch it", "href", "/restores/" + running.id()).end();
    }

    static String title(String kind) {
        return switch (kind) {
            case "dry-run" -> "A dry run";
            case "rollback" -> "An undo";
            default -> "A restore";
        };
    }

    private void footer(Html html) {
        html.begin("footer").begin("nav", "aria-label", "Pages");
        html.line("a", "Backups", "href", "/").line("a", "Past restores", "href", "/restores");
        html.end();
        html.line("p", "Emergency Recovery Server " + settings.version() + ", " + Words.time(java.time.Instant.now()));
        html.end();
    }
}
