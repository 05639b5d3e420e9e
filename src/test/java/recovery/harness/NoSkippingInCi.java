package recovery.harness;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.LifecycleMethodExecutionExceptionHandler;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import org.opentest4j.TestAbortedException;

/**
 * With {@code CI=true} a test that skips itself by an assumption fails: what is not tested must not look tested.
 * Registered for all tests by {@code META-INF/services}.
 */
public final class NoSkippingInCi implements TestExecutionExceptionHandler, LifecycleMethodExecutionExceptionHandler {
    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable thrown) throws Throwable {
        throw judged(thrown);
    }

    @Override
    public void handleBeforeAllMethodExecutionException(ExtensionContext context, Throwable thrown) throws Throwable {
        throw judged(thrown);
    }

    @Override
    public void handleBeforeEachMethodExecutionException(ExtensionContext context, Throwable thrown) throws Throwable {
        throw judged(thrown);
    }

    private static Throwable judged(Throwable thrown) {
        return judged(thrown, Boolean.parseBoolean(System.getenv("CI")));
    }

    static Throwable judged(Throwable thrown, boolean ci) {
        return ci && thrown instanceof TestAbortedException
                ? new AssertionError("skipped although CI=true: " + thrown.getMessage(), thrown)
                : thrown;
    }
}
