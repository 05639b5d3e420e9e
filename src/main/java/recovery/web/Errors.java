package recovery.web;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.eclipse.jetty.io.EofException;
import recovery.core.error.ErrorCode;
import recovery.core.error.RecoveryException;

/** Failures as answers: a page for browsers, JSON for all others. Only what nobody expected is logged here, once. */
final class Errors {
    private static final System.Logger LOG = System.getLogger(Errors.class.getName());
    /** What is read of a refused upload, so that the client gets to reading the answer. */
    private static final long DRAIN_BYTES = 64L << 20;

    private static final long DRAIN_NANOS = 2_000_000_000L;

    private final Answers answers;
    private final Pages pages;
    private final Path logFile;

    Errors(Answers answers, Pages pages, Path logFile) {
        this.answers = answers;
        this.pages = pages;
        this.logFile = logFile;
    }

    void register(RoutesConfig routes) {
        routes.exception(RecoveryException.class, (e, context) -> answer(context, e));
        routes.exception(HttpResponseException.class, this::answerRouting);
        routes.exception(EofException.class, (e, context) -> context.status(400));
        routes.exception(Exception.class, this::answerBug);
    }

    private void answer(Context context, RecoveryException e) {
        if (e.code() == ErrorCode.BUG) {
            log(context, e);
        }
        drain(context);
        int status = StatusCodes.of(e.code());
        if (status == 401) {
            context.header("WWW-Authenticate", "Bearer");
        }
        if (!Answers.wantsPage(context)) {
            answers.send(context, status, answers.refused(e));
        } else if (e.code() == ErrorCode.TOKEN_REQUIRED) {
            Pages.send(context, status, pages.login(context.method().name().equals("POST") ? e.getMessage() : ""));
        } else {
            sendPage(context, status, e.code().name(), e.getMessage(), e.remedies());
        }
    }

    private void answerRouting(HttpResponseException e, Context context) {
        if (e.getStatus() == 503) {
            context.header("Retry-After", "5").header("Connection", "close");
            refuse(
                    context,
                    503,
                    ErrorCode.REQUEST_UNUSABLE.name(),
                    e.getMessage(),
                    List.of("Wait a few seconds and send it again."));
            return;
        }
        drain(context);
        Map<String, String> details = e.getDetails();
        boolean wrongMethod = e.getStatus() == 405;
        String problem = wrongMethod
                ? "'%s' does not take %s"
                        .formatted(context.path(), context.method().name())
                : "there is nothing at '%s'".formatted(context.path());
        String remedy = wrongMethod && details.containsKey("availableMethods")
                ? "Use one of: " + details.get("availableMethods") + "."
                : "Open '/' for the page, or see the README for all addresses.";
        ErrorCode code = e.getStatus() == 404 ? ErrorCode.ADDRESS_NOT_FOUND : ErrorCode.REQUEST_UNUSABLE;
        refuse(context, e.getStatus(), code.name(), problem, List.of(remedy));
    }

    private void answerBug(Exception e, Context context) {
        log(context, e);
        refuse(
                context,
                500,
                ErrorCode.BUG.name(),
                "something happened that this program did not expect",
                List.of("This is a bug; '%s' holds what happened.".formatted(logFile)));
    }

    private void refuse(Context context, int status, String code, String problem, List<String> remedies) {
        if (Answers.wantsPage(context)) {
            sendPage(context, status, code, problem, remedies);
        } else {
            answers.send(context, status, answers.refused(code, problem, remedies));
        }
    }

    private void sendPage(Context context, int status, String code, String problem, List<String> remedies) {
        Pages.send(context, status, pages.error(code, problem, remedies));
    }

    private static void log(Context context, Exception e) {
        LOG.log(
                System.Logger.Level.ERROR,
                "unexpected error in %s %s".formatted(context.method().name(), context.path()),
                e);
    }

    /** A client that is still sending would see a broken connection in place of the answer. */
    private static void drain(Context context) {
        if (context.res().isCommitted() || context.req().getContentLengthLong() == 0) {
            return;
        }
        String type = context.req().getContentType();
        if (type == null || !type.startsWith("multipart/")) {
            return;
        }
        byte[] nowhere = new byte[64 * 1024];
        long end = System.nanoTime() + DRAIN_NANOS;
        try {
            InputStream rest = context.req().getInputStream();
            int count;
            for (long total = 0; total < DRAIN_BYTES && System.nanoTime() < end; total += count) {
                count = rest.read(nowhere);
                if (count < 0) {
                    return;
                }
            }
        } catch (IOException gone) {
            return;
        }
    }
}
