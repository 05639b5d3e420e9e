package recovery.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static recovery.core.error.ErrorCode.BACKUP_NOT_FOUND;
import static recovery.core.error.ErrorCode.DATABASE_IN_USE;
import static recovery.core.error.ErrorCode.RESTORE_NOT_FOUND;
import static recovery.core.error.RecoveryException.problem;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import recovery.core.backup.Backup;
import recovery.core.backup.BackupFormat;
import recovery.core.backup.Compression;
import recovery.core.backup.Contents;
import recovery.core.backup.Engine;
import recovery.core.dump.DumpChoice;
import recovery.core.error.ErrorCode;
import recovery.core.error.Note;
import recovery.core.error.RecoveryException;
import recovery.core.inspect.Inspection;
import recovery.core.layer.Secrets;
import recovery.core.restore.HistoryEntry;
import recovery.core.restore.LiveDatabase;
import recovery.core.restore.Progress;
import recovery.core.restore.RestoreJob;
import recovery.core.restore.RestorePlan;
import recovery.core.restore.RestoreReport;
import recovery.core.restore.RestoreRequest;
import recovery.core.restore.RestoreState;
import recovery.core.restore.RestoreStatus;
import recovery.core.restore.Resumable;
import recovery.core.restore.Timings;
import recovery.core.target.LoadOptions;
import recovery.core.target.Strategy;
import recovery.core.verify.Verification;

/** A core by hand: its backups are the files of a folder, its restores end when the test says so. */
final class FakeRestores implements Restores {
    static final String ID = "20260101_000000";
    static final Instant THEN = Instant.parse("2026-01-01T00:00:00Z");

    final List<RestoreRequest> requests = new ArrayList<>();
    final List<String> cancelled = new ArrayList<>();
    final List<String> resumed = new ArrayList<>();
    final List<HistoryEntry> history = new ArrayList<>();
    List<String> findings = List.of();
    List<String> cleaned = List.of();
    List<RecoveryException> refusals = List.of();
    List<String> questions = List.of();
    Duration hang = Duration.ZERO;
    boolean online = true;
    Optional<RestoreReport.Failure> failure = Optional.empty();
    RestoreState ending = RestoreState.DONE;
    CountDownLatch mayEnd = new CountDownLatch(0);
    /** The secrets of every call at the time of the call, as {@code WHAT passphrase/key}. */
    final List<String> opened = new ArrayList<>();

    /** The same arrays, to see whether they were wiped. */
    final List<Secrets> secrets = new ArrayList<>();

    Optional<RecoveryException> cannotStart = Optional.empty();
    List<String> databases = List.of();
    Optional<RuntimeException> surprise = Optional.empty();
    private final Path directory;
    private volatile Optional<RestoreReport> report = Optional.empty();
    private volatile boolean started;

    FakeRestores(Path directory) {
        this.directory = directory;
    }

    @Override
    public List<Backup> backups() {
        surprise.ifPresent(e -> {
            throw e;
        });
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> !file.toString().endsWith(".sha256"))
                    .sorted(Comparator.comparing(Path::toString))
                    .map(FakeRestores::backup)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Backup backup(Path file) {
        String name = file.getFileName().toString();
        boolean usable = !name.endsWith(".part") && !name.endsWith(".png");
        Optional<String> reason = usable
                ? Optional.empty()
                : Optional.of(name.endsWith(".part") ? "it is still being written" : "it is no backup");
        try {
            return new Backup(
                    name,
                    file,
                    Files.size(file),
                    THEN,
                    THEN,
                    usable ? BackupFormat.SQL : BackupFormat.UNKNOWN,
                    name.endsWith(".gz") ? Compression.GZIP : Compression.NONE,
                    name.endsWith(".gpg"),
                    name.endsWith(".gpg")
                            ? Optional.empty()
                            : usable
                                    ? Optional.of(name.endsWith(".db") ? Engine.SQLITE : Engine.POSTGRESQL)
                                    : Optional.empty(),
                    !usable ? Contents.UNKNOWN : name.contains("schema") ? Contents.SCHEMA : Contents.COMPLETE,
                    usable,
                    reason,
                    Optional.empty(),
                    Map.of());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Path directory() {
        return directory;
    }

    @Override
    public Backup find(String name) {
        return backups().stream()
                .filter(backup -> backup.name().equals(name))
                .findFirst()
                .orElseThrow(() -> problem(BACKUP_NOT_FOUND, "there is no backup '%s'", name)
                        .remedy("Look at the list for the names."));
    }

    @Override
    public Inspection inspect(String name, Secrets given, DumpChoice choice) {
        Backup backup = find(name);
        note("inspect " + choice.database().orElse("-"), given);
        return new Inspection(
                backup.name(),
                backup.format(),
                Optional.of(backup.engine().orElse(Engine.POSTGRESQL)),
                Optional.of("15.19"),
                Optional.of("15.18"),
                backup.contents(),
                true,
                true,
                backup.sizeBytes(),
                OptionalLong.of(backup.sizeBytes() * 7),
                List.of(
                        new Inspection.TableContent("sales.orders", OptionalLong.of(123_456)),
                        new Inspection.TableContent("sales.\"order <items>\"", OptionalLong.of(1_204_332)),
                        new Inspection.TableContent("public.users", OptionalLong.of(2_000))),
                List.of("shop_app", "shop_owner"),
                List.of("pg_trgm"),
                List.of("sales"),
                databases,
                List.of(),
                List.of(new Note(
                        "ROLE_MISSING", "The role 'shop_audit' does not exist here; its grants are left out.")));
    }

    @Override
    public String targetName() {
        return "shop";
    }

    @Override
    public String targetAddress() {
        return "db.example.com:5432 as user 'recovery'";
    }

    @Override
    public LiveDatabase liveStatus(Duration limit) {
        try {
            Thread.sleep(Math.min(hang.toMillis(), limit.toMillis()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        boolean answers = online && hang.isZero();
        return new LiveDatabase(
                Engine.POSTGRESQL,
                "shop",
                answers,
                answers ? Optional.empty() : Optional.of("the server did not answer in time"));
    }

    @Override
    public RestorePlan plan(RestoreRequest request) {
        return new RestorePlan(
                "plan",
                find(request.backup()),
                inspect(request.backup(), request.secrets(), request.options().choice()),
                "shop",
                targetAddress(),
                Strategy.DATABASE,
                "PostgreSQL 15.19",
                true,
                734_003_200,
                OptionalLong.of(900_000_000),
                OptionalLong.empty(),
                List.of("app@10.0.0.7 (3 sessions)"),
                "shop_restoring_20260101_000000",
                Optional.of("shop_before_20260101000000"),
                List.of(
                        "Create the database 'shop_restoring_20260101_000000' beside 'shop'.",
                        "Load the backup into it; 'shop' stays as it is and stays in use.",
                        "Check the copy.",
                        "End the sessions on 'shop' and give the copy its name; this takes less than a second."),
                List.of("Each table has as many rows as the backup.", "Every constraint and index is valid."),
                questions,
                List.of(new Note(
                        "ROLE_MISSING", "The role 'shop_audit' does not exist here; its grants are left out.")),
                recovery.core.target.LoadOptions.USUAL,
                refusals);
    }

    static RecoveryException inUse() {
        return problem(DATABASE_IN_USE, "'shop' is in use by 'psql'").remedy("Close that program.");
    }

    @Override
    public RestoreJob start(RestoreRequest request) {
        find(request.backup());
        note("start", request.secrets());
        cannotStart.ifPresent(e -> {
            throw e;
        });
        return begin(request, request.dryRun() ? "dry-run" : "restore");
    }

    private void note(String what, Secrets given) {
        opened.add("%s %s/%s"
                .formatted(
                        what,
                        given.passphrase().map(String::new).orElse("-"),
                        given.privateKey().map(key -> new String(key, UTF_8)).orElse("-")));
        secrets.add(given);
    }

    private RestoreJob begin(RestoreRequest request, String kind) {
        requests.add(request);
        report = Optional.empty();
        started = true;
        CountDownLatch ended = new CountDownLatch(1);
        CountDownLatch gate = mayEnd;
        Thread work = new Thread(() -> {
            try {
                gate.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            report = Optional.of(report(kind, request));
            ended.countDown();
        });
        work.setDaemon(true);
        work.start();
        return new RestoreJob() {
            @Override
            public String id() {
                return ID;
            }

            @Override
            public RestoreStatus status() {
                return FakeRestores.this.status(ID);
            }

            @Override
            public RestoreReport await() throws InterruptedException {
                ended.await();
                return report.orElseThrow();
            }

            @Override
            public void cancel() {
                FakeRestores.this.cancel(ID);
            }
        };
    }

    RestoreReport report(String kind, RestoreRequest request) {
        boolean done = ending == RestoreState.DONE;
        return new RestoreReport(
                ID,
                kind,
                done,
                ending,
                request.backup(),
                Optional.of("ab".repeat(32)),
                "postgresql",
                "shop",
                targetAddress(),
                Strategy.DATABASE,
                THEN,
                83_211,
                done ? 41 : 0,
                new Timings(
                        Map.of("copy", 90.26, "index", 20.0),
                        Map.of("loading", 61.5, "verifying", 20.04, "swapping", 0.041)),
                1_329_788,
                12_345_678,
                List.of(
                        new Verification.TableCheck("sales.orders", OptionalLong.of(123_456), OptionalLong.of(123_456)),
                        new Verification.TableCheck("public.users", OptionalLong.of(2000), OptionalLong.of(2000))),
                List.of(new Note(
                        "ROLE_MISSING", "The role 'shop_audit' does not exist here; its grants were left out.")),
                new Verification(
                        done ? Verification.Status.PASSED : Verification.Status.INCOMPLETE,
                        List.of(
                                new Verification.Check(
                                        "rows", Verification.Status.PASSED, "2 tables have all rows of the backup."),
                                new Verification.Check(
                                        "constraints", Verification.Status.PASSED, "14 constraints are valid.")),
                        List.of()),
                new RestoreReport.Rollback(
                        done,
                        Optional.of("./run-emergency.sh rollback " + ID),
                        Optional.of("/restores/" + ID + "/rollback"),
                        Optional.of("shop_before_20260101000000")),
                done
                        ? "'shop' holds the restored data; what it held before is kept as 'shop_before_20260101000000'."
                        : "'shop' is unchanged; nothing was renamed.",
                List.of("Start the application again.", "Look whether the newest orders are there."),
                request.door(),
                request.overrideReason(),
                Optional.empty(),
                Optional.of(plan(request)),
                failure);
    }

    void failWith(ErrorCode code, String text) {
        ending = RestoreState.FAILED;
        failure = Optional.of(new RestoreReport.Failure(code, text, List.of("Restore an older backup instead.")));
    }

    @Override
    public Resumable resumable(String id) {
        return new Resumable(
                id,
                id,
                "shop.sql",
                directory().toAbsolutePath().normalize(),
                "shop_restoring_" + id,
                "ab".repeat(32),
                "database",
                LoadOptions.USUAL,
                Optional.empty());
    }

    @Override
    public RestoreJob resume(Resumable before, Secrets secrets, String door) {
        secrets.close();
        resumed.add(before.id());
        return begin(RestoreRequest.of(before.backup(), door), "restore");
    }

    @Override
    public RestoreJob rollback(Optional<String> id, String door) {
        return begin(RestoreRequest.of("shop.sql", door), "rollback");
    }

    @Override
    public void cancel(String id) {
        cancelled.add(id);
    }

    @Override
    public Optional<RestoreStatus> running() {
        return started && report.isEmpty() ? Optional.of(status(ID)) : Optional.empty();
    }

    @Override
    public RestoreStatus status(String id) {
        if (!started || !id.equals(ID)) {
            throw problem(RESTORE_NOT_FOUND, "there is no restore '%s'", id).remedy("Look at the history.");
        }
        Map<String, Progress.Amount> work = new java.util.TreeMap<>(Map.of(
                "read", new Progress.Amount(7_654_321, 12_345_678),
                "copy", new Progress.Amount(600, 1000),
                "index", new Progress.Amount(1, 20)));
        Progress progress = new Progress(
                "loading",
                7_654_321,
                12_345_678,
                812_345,
                "sales.\"order <items>\"",
                4_300_000,
                OptionalLong.of(72),
                work,
                0.385,
                Optional.of("restore"));
        RestoreRequest last = requests.get(requests.size() - 1);
        return new RestoreStatus(
                ID,
                report.map(RestoreReport::kind).orElse(last.dryRun() ? "dry-run" : "restore"),
                report.map(RestoreReport::state).orElse(RestoreState.RESTORING),
                report.map(RestoreReport::liveDatabase).orElse(RestoreState.RESTORING.sentence()),
                last.backup(),
                "shop",
                THEN,
                progress,
                report);
    }

    @Override
    public List<HistoryEntry> history() {
        return history;
    }

    @Override
    public List<String> cleanUp() {
        List<String> done = cleaned;
        cleaned = List.of();
        findings = List.of();
        return done;
    }

    @Override
    public List<String> findings() {
        return findings;
    }
}
