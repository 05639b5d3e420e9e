package recovery.core.target.postgres.tasks;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import recovery.core.target.postgres.postdata.Claim;

/**
 * The work of a load that may run over several connections: who must wait for whom follows from the claims of the tasks
 * and from the order in which they were added, which is that of the dump. Two tasks that are {@link Claim.Relation#APART}
 * never run together, so that no task ever waits for a lock of another one, and no deadlock can come about.
 *
 * <p>One thread adds; any number of workers take. After a failure nothing is handed out any more.
 *
 * @param <J> what is to be done
 */
public final class TaskGraph<J> {
    /** In the longest chains what is far ahead is not looked for: urgency is an estimate. */
    private static final int MOST_LOOKS = 1000;

    private final Order order;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<String, List<Task<J>>> claimants = new HashMap<>();
    private final NavigableSet<Task<J>> ready;
    private final Set<Task<J>> running = new LinkedHashSet<>();
    private long added;
    private int unfinished;
    private int idle;
    private Optional<Throwable> failure = Optional.empty();
    private boolean closed;

    public TaskGraph(Order order) {
        this.order = order;
        this.ready =
                new TreeSet<>(Comparator.<Task<J>>comparingDouble(Task::rank).thenComparing(Task::number));
    }

    /**
     * Adds a task behind all that were added before.
     *
     * @param weight how much work it is, in any unit
     * @param divisible several workers may work on it at once
     */
    public Task<J> add(J job, Map<String, Claim> claims, double weight, boolean divisible) {
        lock.lock();
        try {
            Task<J> task = new Task<>(job, Map.copyOf(claims), added++, weight, divisible);
            Set<Task<J>> met = new HashSet<>();
            for (String name : task.claims().keySet()) {
                List<Task<J>> others = claimants.computeIfAbsent(name, key -> new ArrayList<>());
                for (Task<J> earlier : others) {
                    if (met.add(earlier) && earlier.to(task) == Claim.Relation.ORDERED) {
                        earlier.holdUp(task);
                    }
                }
                others.add(task);
            }
            unfinished++;
            raiseLeaders(task);
            if (task.isReady()) {
                makeReady(task);
            }
            changed.signalAll();
            return task;
        } finally {
            lock.unlock();
        }
    }

    /** What waits for a task makes it more urgent, and with it all that it waits for itself. */
    private void raiseLeaders(Task<J> added) {
        Deque<Task<J>> higher = new ArrayDeque<>(List.of(added));
        for (int looks = 0; looks < MOST_LOOKS && !higher.isEmpty(); ) {
            Task<J> task = higher.poll();
            for (Task<J> leader : task.leaders()) {
                looks++;
                boolean listed = ready.remove(leader);
                if (leader.raise(task)) {
                    higher.add(leader);
                }
                if (listed) {
                    makeReady(leader);
                }
            }
        }
    }

    private void makeReady(Task<J> task) {
        task.rank(order.rank(task));
        ready.add(task);
    }

    /** Waits for something that may be done now; empty when the graph is closed or something has failed. */
    public Optional<Task<J>> take() throws InterruptedException {
        lock.lock();
        try {
            while (!closed && failure.isEmpty()) {
                Optional<Task<J>> task = next();
                if (task.isPresent()) {
                    ready.remove(task.get());
                    running.add(task.get());
                    task.get().taken();
                    return task;
                }
                idle++;
                try {
                    changed.await();
                } finally {
                    idle--;
                }
            }
            return Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    private Optional<Task<J>> next() {
        Optional<Task<J>> help = running.stream().filter(Task::takesHelp).findFirst();
        if (help.isPresent() && order.helpsFirst()) {
            return help;
        }
        for (Task<J> task : ready) {
            if (running.stream().allMatch(other -> mayRunTogether(other, task))) {
                return Optional.of(task);
            }
        }
        return help;
    }

    private static <J> boolean mayRunTogether(Task<J> one, Task<J> other) {
        return (one.number() < other.number() ? one.to(other) : other.to(one)) == Claim.Relation.FREE;
    }

    /** There is nothing more to begin in {@code task}, though workers may still be busy with it. Any thread may call. */
    public void usedUp(Task<J> task) {
        lock.lock();
        try {
            task.useUp();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** A worker has done its share of {@code task}, and there is nothing more to begin in it. */
    public void done(Task<J> task) {
        lock.lock();
        try {
            if (task.left()) {
                running.remove(task);
                task.claims()
                        .keySet()
                        .forEach(name -> claimants.computeIfPresent(name, (key, tasks) -> {
                            tasks.remove(task);
                            return tasks.isEmpty() ? null : tasks;
                        }));
                task.release().forEach(this::makeReady);
                unfinished--;
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Ends everything for {@code reason}; a later one is attached to the first. */
    public void fail(Throwable reason) {
        lock.lock();
        try {
            if (failure.isEmpty()) {
                failure = Optional.of(reason);
            } else if (failure.get() != reason) {
                failure.get().addSuppressed(reason);
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Workers that ask for more are sent home. */
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** How many workers have nothing to do at this moment. */
    public int idle() {
        lock.lock();
        try {
            return idle;
        } finally {
            lock.unlock();
        }
    }

    public Optional<Throwable> failure() {
        lock.lock();
        try {
            return failure;
        } finally {
            lock.unlock();
        }
    }

    /** Whether at most {@code most} tasks are unfinished, or something has failed; waits {@code millis} for it. */
    public boolean awaitAtMost(int most, long millis) throws InterruptedException {
        return await(() -> unfinished <= most, millis);
    }

    /** Whether there is nothing more to begin in {@code task}, or something has failed; waits {@code millis} for it. */
    public boolean awaitUsedUp(Task<J> task, long millis) throws InterruptedException {
        return await(() -> task.isUsedUp(), millis);
    }

    private interface State {
        boolean reached();
    }

    private boolean await(State state, long millis) throws InterruptedException {
        lock.lock();
        try {
            long left = TimeUnit.MILLISECONDS.toNanos(millis);
            while (!state.reached() && failure.isEmpty()) {
                if (left <= 0) {
                    return false;
                }
                left = changed.awaitNanos(left);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }
}
