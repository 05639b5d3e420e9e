package recovery.core.target;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import recovery.core.backup.Engine;

/** A live database handled by another strategy than the usual one: what is the same for all strategies is asked there. */
public abstract class OtherStrategy implements Target {
    private final Target usual;
    private final Strategy strategy;

    protected OtherStrategy(Target usual, Strategy strategy) {
        this.usual = usual;
        this.strategy = strategy;
    }

    @Override
    public final Engine engine() {
        return usual.engine();
    }

    @Override
    public final List<Strategy> strategies() {
        return usual.strategies();
    }

    @Override
    public final Strategy strategy() {
        return strategy;
    }

    @Override
    public final Target by(Strategy other) {
        return other == strategy ? this : usual.by(other);
    }

    @Override
    public final String name() {
        return usual.name();
    }

    @Override
    public final String address() {
        return usual.address();
    }

    @Override
    public final LiveStatus probe(Duration limit) {
        return usual.probe(limit);
    }

    @Override
    public final TargetLock lock(String holder) {
        return usual.lock(holder);
    }

    @Override
    public final Optional<String> endDeadLock(Predicate<String> isDead) {
        return usual.endDeadLock(isDead);
    }

    @Override
    public final SafetySource safetySource(String id, LastDump last, LoadWatch watch) {
        return usual.safetySource(id, last, watch);
    }
}
