package recovery.core.target.postgres;

import recovery.core.target.LoadOptions;

/** Over how many connections a copy is loaded. */
final class Jobs {
    private Jobs() {}

    static int ofThisHost() {
        return Math.min(Runtime.getRuntime().availableProcessors(), LoadOptions.MOST_JOBS);
    }
}
