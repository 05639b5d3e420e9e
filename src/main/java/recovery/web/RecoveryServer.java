package recovery.web;

import static recovery.core.error.ErrorCode.BIND_FAILED;
import static recovery.core.error.RecoveryException.problem;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.javalin.Javalin;
import io.javalin.compression.CompressionStrategy;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.util.JavalinException;
import java.util.concurrent.CountDownLatch;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import recovery.core.error.RecoveryException;
import recovery.core.restore.RestoreService;

/**
 * The web door: page and HTTP API over one {@link RestoreService}, which it neither starts nor closes.
 *
 * <p>Close it before the service. Closing ends event streams and uploads and answers those who wait for a restore; the
 * restore itself is the business of the service.
 */
public final class RecoveryServer implements AutoCloseable {
    private static final int THREADS = 48;
    private static final long STOP_WITHIN_MS = 2_000;
    private static final long IDLE_MS = 60_000;
    private static final long IDLE_AT_STOP_MS = 100;
    private static final String CONTENT_SECURITY_POLICY = "default-src 'none'; style-src 'self'; script-src 'self'; "
            + "img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    private final WebSettings settings;
    private final Restores restores;
    private final JsonShapes json;
    private final long idleMs;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final HostCheck hosts;
    private final TokenGate gate;
    private final Javalin javalin;

    public RecoveryServer(WebSettings settings, RestoreService service, ObjectMapper json) {
        this(settings, Restores.of(service), json, IDLE_MS);
    }

    RecoveryServer(WebSettings settings, Restores restores, ObjectMapper json, long idleMs) {
        this.settings = settings;
        this.restores = restores;
        this.json = new JsonShapes(json);
        this.idleMs = idleMs;
        this.hosts = new HostCheck(settings.bindAddress(), settings.hostNames());
        this.gate = new TokenGate(settings.token());
        this.javalin = Javalin.create(this::configure);
    }

    /** Begins to listen, or throws BIND_FAILED. */
    public void start() {
        try {
            javalin.start();
        } catch (JavalinException e) {
            close();
            throw bindFailed(e);
        }
    }

    /** The port it listens on. */
    public int port() {
        return javalin.port();
    }

    @Override
    public void close() {
        stopping.countDown();
        javalin.stop();
    }

    private RecoveryException bindFailed(JavalinException e) {
        Throwable reason = e;
        while (reason.getCause() != null) {
            reason = reason.getCause();
        }
        return problem(
                        BIND_FAILED,
                        "port %d of '%s' cannot be listened on: %s",
                        settings.port(),
                        settings.bindAddress(),
                        reason.getMessage())
                .causedBy(e)
                .remedy(
                        "See what listens there already (lsof -i :%d), it may be this server."
                                .formatted(settings.port()),
                        "Set RECOVERY_PORT to a free port above 1023, and RECOVERY_BIND to an address of this machine.");
    }

    private void configure(JavalinConfig config) {
        config.startup.showJavalinBanner = false;
        config.startup.showOldJavalinVersionWarning = false;
        config.startup.startupWatcherEnabled = false;
        config.http.compressionStrategy = CompressionStrategy.NONE;
        config.http.prefer405over404 = true;
        config.http.generateEtags = false;
        config.concurrency.useVirtualThreads = false;
        QueuedThreadPool threads = new QueuedThreadPool(THREADS, 4);
        threads.setName("web");
        config.jetty.threadPool = threads;
        config.jetty.modifyHttpConfiguration(http -> {
            http.setSendServerVersion(false);
            http.setSendDateHeader(true);
        });
        config.jetty.modifyServer(server -> {
            server.setStopTimeout(STOP_WITHIN_MS);
            server.setErrorHandler(new RawErrors());
        });
        config.jetty.addConnector(this::connector);
        routes(config);
    }

    private ServerConnector connector(Server server, HttpConfiguration http) {
        ServerConnector connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(http));
        connector.setHost(settings.bindAddress());
        connector.setPort(settings.port());
        connector.setIdleTimeout(idleMs);
        connector.setShutdownIdleTimeout(IDLE_AT_STOP_MS);
        connector.addBean(ConnectionRoom.limit(connector));
        return connector;
    }

    private void routes(JavalinConfig config) {
        Answers answers = new Answers(json, restores);
        Pages pages = new Pages(settings, restores);
        UploadStore store =
                new UploadStore(restores.directory(), settings.maxUploadBytes(), () -> stopping.getCount() == 0);
        RequestReader reader = new RequestReader(json, store);
        config.routes.before(this::guard);
        new HealthRoute(settings, restores, answers).register(config.routes);
        Looking looking = new Looking(restores, pages, settings.load());
        new BackupRoutes(restores, answers, looking, reader, store).register(config.routes);
        new RestoreRoutes(restores, answers, pages, looking, reader, store, settings.load(), stopping)
                .register(config.routes);
        new CleanupRoute(restores, answers, pages).register(config.routes);
        new PageRoutes(restores, pages, looking, reader, store, gate).register(config.routes);
        new Errors(answers, pages, settings.logFile()).register(config.routes);
    }

    /** Runs before every route, also before those that do not exist. */
    private void guard(Context context) {
        context.header("Content-Security-Policy", CONTENT_SECURITY_POLICY)
                .header("X-Content-Type-Options", "nosniff")
                .header("Referrer-Policy", "same-origin")
                .header("Cross-Origin-Resource-Policy", "same-origin");
        String host = context.req().getHeader("Host");
        hosts.check(host);
        OriginCheck.check(context.method().name(), host, context.header("Origin"), context.header("Sec-Fetch-Site"));
        gate.check(context);
    }
}
