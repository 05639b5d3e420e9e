package recovery;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import recovery.cli.Place;
import recovery.cli.RecoveryCli;
import recovery.cli.Services;
import recovery.config.Folders;
import recovery.config.Keeping;
import recovery.config.RecoveryConfig;
import recovery.config.Secret;
import recovery.core.backup.BackupCatalogue;
import recovery.core.error.ErrorCode;
import recovery.core.error.RecoveryException;
import recovery.core.error.Why;
import recovery.core.layer.Layers;
import recovery.core.layer.Limits;
import recovery.core.layer.openpgp.EncryptionKey;
import recovery.core.restore.AppControl;
import recovery.core.restore.KeepRules;
import recovery.core.restore.LoadSettings;
import recovery.core.restore.RestoreRecorder;
import recovery.core.restore.RestoreService;
import recovery.core.restore.ServiceSettings;
import recovery.core.target.Target;
import recovery.core.target.sqlite.DemoDatabase;
import recovery.core.target.sqlite.MemoryLimit;
import recovery.core.target.sqlite.NativeFolder;
import recovery.core.verify.Verifier;
import recovery.report.AuditLog;
import recovery.report.ReportJson;
import recovery.web.RecoveryServer;
import recovery.web.WebSettings;

/** Reads the settings, builds the objects and opens the door that was asked for: the only class that sees all. */
public final class Main implements Services {
    private static final Duration FINDINGS_LIMIT = Duration.ofSeconds(30);

    private final Map<String, String> environment;
    private final Clock clock = Clock.system(ZoneId.systemDefault());
    /** Made beside everything else that a start does, because it takes a quarter of it. */
    private final Supplier<ObjectMapper> json =
            CompletableFuture.supplyAsync(() -> ReportJson.configure(new ObjectMapper()))::join;

    private Path logDir = Path.of("logs");

    private Main(Map<String, String> environment) {
        this.environment = environment;
    }

    /** Ends the JVM with the exit code of the command. */
    public static void main(String[] arguments) {
        Main main = new Main(System.getenv());
        int exitCode = new RecoveryCli(main, main.json, System.in, System.out, System.err).run(arguments);
        System.exit(exitCode);
    }

    @Override
    public RestoreService open(Place place) {
        RecoveryConfig config = prepared(place);
        config.notices().forEach(System.err::println);
        return service(config, place, config.backupDir(), new AuditLog(logDir, json));
    }

    @Override
    public RestoreService openFor(Place place, Path backupFolder) {
        RecoveryConfig config = prepared(place);
        config.notices().forEach(System.err::println);
        return service(config, place, backupFolder, new AuditLog(logDir, json));
    }

    @Override
    public LoadSettings loadSettings(Place place) {
        return loadSettings(RecoveryConfig.load(place.envFile(), environment));
    }

    private static LoadSettings loadSettings(RecoveryConfig config) {
        return new LoadSettings(config.schemaFile(), config.restoreJobs());
    }

    @Override
    public int serve(Place place) {
        RecoveryConfig config = prepared(place);
        CountDownLatch told = new CountDownLatch(1);
        CountDownLatch closed = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            told.countDown();
            await(closed);
        }));
        AuditLog audit = new AuditLog(logDir, json);
        RestoreRecorder recorder = report -> {
            audit.record(report);
            if (told.getCount() == 0) {
                tell("The %s '%s' ended with this server: %s. %s"
                        .formatted(report.kind(), report.id(), report.state(), report.liveDatabase()));
            }
        };
        try (ServedTarget served = ServedTarget.withPool(config);
                RestoreService service = service(config, place, config.backupDir(), served.target(), recorder);
                RecoveryServer server = new RecoveryServer(webSettings(config), service, json.get())) {
            server.start();
            announce(config, service);
            Thread look = new Thread(() -> service.findings(FINDINGS_LIMIT).forEach(Main::tell), "look");
            look.setDaemon(true);
            look.start();
            await(told);
        } finally {
            closed.countDown();
        }
        return 0;
    }

    /** Ctrl-C and SIGTERM end the JVM, but not before everything is closed. */
    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The settings, with all folders made and all system properties set that libraries read at their first use. */
    private RecoveryConfig prepared(Place place) {
        RecoveryConfig config =
                RecoveryConfig.load(place.envFile(), environment).on(place.database(), place.file());
        config.passFile().ifPresent(file -> setUnlessSet("org.postgresql.pgpassfile", file));
        Folders.make(config.stateDir(), "STATE_DIR");
        logDir = Folders.forLogs(config, System.err::println);
        setUnlessSet("recovery.log.dir", logDir);
        prepareNativeCode(config.stateDir());
        checkPublicKey(config);
        config.memoryLimit().ifPresent(Main::tellOfSmallHeap);
        if (config.demo()
                || config.backupDir().equals(RecoveryConfig.home(environment).resolve("backups"))) {
            Folders.make(config.backupDir(), "BACKUP_DIR");
        }
        if (config.demo()) {
            DemoDatabase.create(config.stateDir(), config.backupDir());
        }
        return config;
    }

    /** A key that expired must not keep anybody from a restore: only safety copies are refused then. */
    private static void checkPublicKey(RecoveryConfig config) {
        if (config.publicKey().isPresent()) {
            EncryptionKey.read(config.publicKey().get(), Instant.EPOCH);
            try {
                EncryptionKey.read(config.publicKey().get(), Instant.now());
            } catch (RecoveryException expired) {
                System.err.println("No safety copy can be made: %s.".formatted(expired.getMessage()));
            }
        }
    }

    /** The limit is obeyed as far as the heap allows, since nothing must keep anybody from a restore. */
    private static void tellOfSmallHeap(long limit) {
        if (limit > MemoryLimit.most()) {
            System.err.printf(
                    "MEMORY_LIMIT is cut to %d MB, half of what Java may use; RECOVERY_JAVA_OPTIONS=-Xmx%dm allows it.%n",
                    MemoryLimit.most() >> 20, MemoryLimit.heapFor(limit) >> 20);
        }
    }

    /** /tmp may be mounted noexec; the state directory is ours. */
    private static void prepareNativeCode(Path stateDir) {
        try {
            Path folder = NativeFolder.prepare(stateDir);
            setUnlessSet("org.sqlite.tmpdir", folder);
            setUnlessSet("ZstdTempFolder", folder);
        } catch (IOException e) {
            throw RecoveryException.problem(
                            ErrorCode.FILE_NOT_ACCESSIBLE, "nothing can be written into '%s': %s", stateDir, Why.of(e))
                    .causedBy(e)
                    .remedy("Give this user the right to write there, or point STATE_DIR to another folder.");
        }
    }

    private static void setUnlessSet(String property, Path value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value.toString());
        }
    }

    private RestoreService service(RecoveryConfig config, Place place, Path backupFolder, RestoreRecorder recorder) {
        return service(config, place, backupFolder, ServedTarget.of(config), recorder);
    }

    private RestoreService service(
            RecoveryConfig config, Place place, Path backupFolder, Target target, RestoreRecorder recorder) {
        return new RestoreService(
                new BackupCatalogue(backupFolder, Layers::behind),
                target,
                new Verifier(config.verifyTables()),
                recorder,
                new ServiceSettings(
                        config.stateDir(),
                        clock,
                        program() + place.asTyped(),
                        new Limits(config.maxCompressionRatio(), config.maxContentBytes()),
                        keepRules(config.keeping()),
                        config.publicKey(),
                        config.databaseKey().map(Secret::characters),
                        AppControl.NONE));
    }

    private static KeepRules keepRules(Keeping keeping) {
        return new KeepRules(
                keeping.previous(), keeping.daily(), keeping.weekly(), keeping.monthly(), keeping.yearly());
    }

    /** As an operator has to type it. */
    private String program() {
        String script = environment.getOrDefault("RECOVERY_PROGRAM", "");
        boolean spaces = script.indexOf(' ') >= 0;
        return script.isEmpty() ? "java -jar emergency.jar" : spaces ? '"' + script + '"' : script;
    }

    private WebSettings webSettings(RecoveryConfig config) {
        return new WebSettings(
                config.bind(),
                config.port(),
                config.token().map(Secret::characters),
                List.of(),
                config.maxUploadBytes(),
                loadSettings(config),
                version(),
                config.demo(),
                logDir.resolve("recovery.log"));
    }

    private static String version() {
        return Optional.ofNullable(Main.class.getPackage().getImplementationVersion())
                .orElse("development");
    }

    /** What runs now, with which settings; no secret is among them. */
    private void announce(RecoveryConfig config, RestoreService service) {
        List<String> lines = new ArrayList<>();
        lines.add("Emergency recovery " + version() + " for " + service.targetAddress());
        config.describe().forEach(setting -> lines.add("  " + setting));
        lines.addAll(config.notices());
        if (config.demo()) {
            lines.add("DEMO: no database is configured, so a made-up one is used. See .env.recovery.example.");
        }
        lines.add(webSettings(config).invitation());
        lines.forEach(Main::tell);
    }

    private static void tell(String line) {
        System.out.println(line);
        System.getLogger(Main.class.getName()).log(Level.INFO, line);
    }
}
