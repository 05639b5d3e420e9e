package recovery.harness;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;

/** A clock that goes on as the real one does, and jumps when a test says so. Any thread may use it. */
public final class TestClock extends Clock {
    private final Clock real;
    private volatile Duration ahead;

    public TestClock() {
        this(Clock.system(ZoneId.systemDefault()), Duration.ZERO);
    }

    private TestClock(Clock real, Duration ahead) {
        this.real = real;
        this.ahead = ahead;
    }

    /** Forwards, or backwards if {@code by} is negative. */
    public void jump(Duration by) {
        ahead = ahead.plus(by);
    }

    @Override
    public ZoneId getZone() {
        return real.getZone();
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return new TestClock(real.withZone(zone), ahead);
    }

    @Override
    public Instant instant() {
        return real.instant().plus(ahead);
    }
}
