package recovery.core.target.postgres.tasks;

import java.util.Random;

/** In which order tasks are begun that may be begun. For one thread at a time. */
public interface Order {
    /** The task with the smallest rank comes first; among equals the one that was added first. */
    double rank(Task<?> task);

    /** Whether a worker helps with what was begun, although it could begin something. */
    boolean helpsFirst();

    /** What most depends on first, so that no long work is left for one connection at the end. */
    static Order longestFirst() {
        return new Order() {
            @Override
            public double rank(Task<?> task) {
                return -task.urgency();
            }

            @Override
            public boolean helpsFirst() {
                return false;
            }
        };
    }

    /** Any, to find out what goes wrong in an order that is rare. */
    static Order shuffled(long seed) {
        Random random = new Random(seed);
        return new Order() {
            @Override
            public double rank(Task<?> task) {
                return new Random(seed + task.number()).nextDouble();
            }

            @Override
            public boolean helpsFirst() {
                return random.nextBoolean();
            }
        };
    }
}
