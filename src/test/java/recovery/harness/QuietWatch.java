package recovery.harness;

import recovery.core.layer.Cancellation;
import recovery.core.target.LoadWatch;

/** Watches a load, tells nobody, and is never asked to stop unless the test asks its {@link #cancellation}. */
public final class QuietWatch implements LoadWatch {
    private final Cancellation cancellation = new Cancellation();

    @Override
    public void object(String name) {}

    @Override
    public void rows(long more) {}

    @Override
    public Cancellation cancellation() {
        return cancellation;
    }
}
