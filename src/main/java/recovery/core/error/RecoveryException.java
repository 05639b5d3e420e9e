package recovery.core.error;

import java.util.List;
import java.util.stream.Stream;

/**
 * A failure told to an operator: what is wrong, where, and what to do next.
 *
 * <p>Built in two steps, {@link #problem} and {@link Problem#remedy}, so that an error without a remedy does not
 * compile. The problem is in lower case without a full stop, names stand in quotes, and no part holds a secret.
 */
public final class RecoveryException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final ErrorCode code;
    private final transient List<String> remedies;

    private RecoveryException(Problem problem, List<String> remedies) {
        super(problem.text(), problem.cause());
        this.code = problem.code();
        this.remedies = List.copyOf(remedies);
    }

    /** Begins an error; {@code format} and {@code arguments} as in {@link String#format}, without arguments as it is. */
    public static Problem problem(ErrorCode code, String format, Object... arguments) {
        return new Problem(code, arguments.length == 0 ? format : format.formatted(arguments), null);
    }

    public ErrorCode code() {
        return code;
    }

    /** At least one, each a sentence. */
    public List<String> remedies() {
        return remedies;
    }

    /** The text for the log and the terminal: the problem on one line, then each remedy on its own. */
    public String report() {
        return code + ": " + getMessage() + "\n  remedy: " + String.join("\n  remedy: ", remedies);
    }

    /** An error that still lacks its remedy. */
    public record Problem(ErrorCode code, String text, Throwable cause) {
        public Problem at(long bytePosition) {
            return new Problem(code, "%s (at byte %d of the dump)".formatted(text, bytePosition), cause);
        }

        public Problem causedBy(Throwable reason) {
            return new Problem(code, text, reason);
        }

        /** Each remedy is one sentence with one thing to do. */
        public RecoveryException remedy(String first, String... more) {
            return new RecoveryException(
                    this, Stream.concat(Stream.of(first), Stream.of(more)).toList());
        }

        /** What helps against {@code reason}, which is the cause, and one thing more. */
        public RecoveryException remediesOf(RecoveryException reason, String more) {
            return new RecoveryException(
                    causedBy(reason),
                    Stream.concat(reason.remedies().stream(), Stream.of(more)).toList());
        }
    }
}
