package recovery.harness;

import static java.nio.charset.StandardCharsets.UTF_8;
import static recovery.core.error.ErrorCode.RESTORE_ALREADY_RUNNING;
import static recovery.core.error.RecoveryException.problem;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;
import recovery.core.backup.Backup;
import recovery.core.backup.Engine;
import recovery.core.error.RecoveryException;
import recovery.core.inspect.Inspection;
import recovery.core.layer.BackupStream;
import recovery.core.target.BringsBack;
import recovery.core.target.CopyFacts;
import recovery.core.target.LastDump;
import recovery.core.target.LoadOptions;
import recovery.core.target.LoadResult;
import recovery.core.target.LoadWatch;
import recovery.core.target.SafetySource;
import recovery.core.target.Strategy;
import recovery.core.target.Survey;
import recovery.core.target.Target;
import recovery.core.target.TargetCopy;

/**
 * A target in memory whose databases are texts, to stop a restore wherever a test wants to. Each operation is told to
 * a listener under its name before it begins; what the listener throws is what the operation fails with.
 */
public final class FakeTarget implements Target {
    public static final String LIVE = "shop";

    /** Databases by name. */
    public final Map<String, String> databases = new ConcurrentSkipListMap<>();

    /** All operations in their order. */
    public final List<String> operations = java.util.Collections.synchronizedList(new ArrayList<>());

    /** Reasons the survey gives for not restoring. */
    public final List<RecoveryException> refusals = new ArrayList<>();

    /** Rows that the copy lacks when it is measured. */
    public volatile long lostRows;

    /** What a load tells while it runs. */
    public volatile Consumer<LoadWatch> telling = watch -> {};

    private volatile Consumer<String> listener = operation -> {};
    private volatile boolean locked;

    public FakeTarget() {
        databases.put(LIVE, "the live data");
    }

    /** From now on hears of every operation: mend, survey, lock, create, load, finish, measure, close, swap, drop. */
    public FakeTarget listener(Consumer<String> newListener) {
        listener = newListener;
        return this;
    }

    private void begin(String operation) {
        operations.add(operation);
        listener.accept(operation);
    }

    @Override
    public Engine engine() {
        return Engine.POSTGRESQL;
    }

    @Override
    public List<Strategy> strategies() {
        return List.of(Strategy.DATABASE);
    }

    @Override
    public Strategy strategy() {
        return Strategy.DATABASE;
    }

    @Override
    public Target by(Strategy other) {
        if (other != Strategy.DATABASE) {
            throw new IllegalArgumentException("strategy " + other);
        }
        return this;
    }

    @Override
    public String name() {
        return LIVE;
    }

    @Override
    public String address() {
        return "PostgreSQL database 'shop' on nowhere:5432";
    }

    @Override
    public LiveStatus probe(Duration limit) {
        listener.accept("probe");
        return new LiveStatus(engine(), LIVE, databases.containsKey(LIVE), Optional.empty());
    }

    @Override
    public Survey survey(Inspection backup, LoadOptions options) {
        begin("survey");
        return new Survey(
                "15.0",
                databases.containsKey(LIVE),
                7,
                OptionalLong.empty(),
                OptionalLong.empty(),
                List.of(),
                leftovers(),
                List.of(),
                List.copyOf(refusals));
    }

    @Override
    public String copyName(String id) {
        return LIVE + "_restoring_" + id;
    }

    @Override
    public String previousName(LocalDateTime time) {
        return LIVE + "_before_" + DateTimeFormatter.ofPattern("yyyyMMddHHmmss").format(time);
    }

    @Override
    public boolean exists(String name) {
        return databases.containsKey(name);
    }

    @Override
    public List<String> leftovers() {
        return databases.keySet().stream()
                .filter(name -> name.startsWith(LIVE + "_restoring_"))
                .toList();
    }

    @Override
    public List<String> mend() {
        listener.accept("mend");
        return List.of();
    }

    @Override
    public TargetLock lock(String holder) {
        begin("lock");
        if (locked) {
            throw problem(RESTORE_ALREADY_RUNNING, "another restore is running: elsewhere")
                    .remedy("Wait.");
        }
        locked = true;
        return () -> locked = false;
    }

    @Override
    public TargetCopy createCopy(String name) {
        begin("create");
        databases.put(name, "");
        return new Copy(name);
    }

    @Override
    public SwapResult swap(String incoming, String keepLiveAs) {
        begin("swap");
        String previous = databases.get(LIVE);
        Map<String, String> after = new TreeMap<>(databases);
        after.put(LIVE, after.remove(incoming));
        if (previous != null) {
            after.put(keepLiveAs, previous);
        }
        databases.keySet().retainAll(after.keySet());
        databases.putAll(after);
        return new SwapResult(previous == null ? Optional.empty() : Optional.of(keepLiveAs), Duration.ofMillis(3));
    }

    /** Writes the text of the live database as it is. */
    @Override
    public SafetySource safetySource(String id, LastDump last, LoadWatch watch) {
        begin("safetySource");
        String text = databases.get(LIVE);
        return new SafetySource() {
            @Override
            public String ending() {
                return ".sql";
            }

            @Override
            public String method() {
                return "a fake";
            }

            @Override
            public BringsBack bringsBack() {
                return new BringsBack(BringsBack.Extent.EVERYTHING, List.of("It brings back everything."));
            }

            @Override
            public List<LoadResult.TableRows> write(OutputStream file, LoadWatch writing) throws IOException {
                begin("save");
                writing.cancellation().check();
                file.write(text.getBytes(UTF_8));
                return List.of();
            }

            @Override
            public void close() {
                begin("closeSource");
            }
        };
    }

    @Override
    public void drop(String copyName) {
        begin("drop");
        databases.remove(copyName);
    }

    @Override
    public List<Previous> previousOnes() {
        DateTimeFormatter time = DateTimeFormatter.ofPattern("yyyyMMddHHmmss");
        return databases.keySet().stream()
                .filter(name -> name.startsWith(LIVE + "_before_"))
                .map(name -> new Previous(
                        name, LocalDateTime.parse(name.substring(name.length() - 14), time), OptionalLong.of(7)))
                .toList();
    }

    @Override
    public void dropPrevious(String name) {
        begin("dropPrevious " + name);
        databases.remove(name);
    }

    private final class Copy implements TargetCopy {
        private final String name;

        Copy(String name) {
            this.name = name;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public LoadResult load(Backup backup, BackupStream stream, LoadOptions options, LoadWatch watch)
                throws IOException {
            databases.put(name, "half of it");
            begin("load");
            watch.cancellation().check();
            telling.accept(watch);
            String text = new String(stream.content().readAllBytes(), UTF_8);
            databases.put(name, text);
            watch.rows(3);
            return new LoadResult(List.of(new LoadResult.TableRows("t", OptionalLong.of(3))), List.of(), true, true);
        }

        @Override
        public LoadResult finish(LoadResult loaded, LoadWatch watch) {
            begin("finish");
            return loaded;
        }

        @Override
        public CopyFacts measure(Collection<String> tables, LoadResult loaded, LoadWatch watch) {
            begin("measure");
            return new CopyFacts(Map.of("t", 3 - lostRows), List.of());
        }

        @Override
        public void close() {
            begin("close");
        }
    }
}
