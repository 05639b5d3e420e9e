package recovery.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** A terminal, or pipes, made of byte arrays. */
final class Terminal {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Screen screen;

    private Terminal(boolean terminal, boolean colour, String typed, String... hidden) {
        Deque<String> secrets = new ArrayDeque<>(List.of(hidden));
        screen = new Screen(
                new ByteArrayInputStream(typed.getBytes(UTF_8)),
                new PrintStream(out, true, UTF_8),
                new PrintStream(err, true, UTF_8),
                terminal,
                colour,
                100,
                question -> {
                    err.writeBytes(question.getBytes(UTF_8));
                    return secrets.isEmpty() ? null : secrets.pop().toCharArray();
                });
    }

    static Terminal pipes() {
        return new Terminal(false, false, "");
    }

    /** At which somebody types {@code typed} where it is shown, and {@code hidden} where it is not. */
    static Terminal where(String typed, String... hidden) {
        return new Terminal(true, false, typed, hidden);
    }

    /** Pipes, with this on standard input. */
    static Terminal sending(String input) {
        return new Terminal(false, false, input);
    }

    static Terminal withColour(String typed) {
        return new Terminal(true, true, typed);
    }

    Screen screen() {
        return screen;
    }

    String out() {
        return out.toString(UTF_8);
    }

    String err() {
        return err.toString(UTF_8);
    }
}
