package recovery.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;

/** A terminal, or pipes, made of byte arrays. */
final class Terminal {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Screen screen;

    private Terminal(boolean terminal, boolean colour, String typed) {
        screen = new Screen(
                new ByteArrayInputStream(typed.getBytes(UTF_8)),
                new PrintStream(out, true, UTF_8),
                new PrintStream(err, true, UTF_8),
                terminal,
                colour,
                100);
    }

    static Terminal pipes() {
        return new Terminal(false, false, "");
    }

    /** At which somebody types these lines and then ends the input. */
    static Terminal where(String typed) {
        return new Terminal(true, false, typed);
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
