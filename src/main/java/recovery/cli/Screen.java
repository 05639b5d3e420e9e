package recovery.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.util.Optional;

/** The terminal or the pipes in its place. Standard output belongs to results, standard error to everything else. */
public final class Screen {
    private static final int USUAL_WIDTH = 80;

    private final InputStream input;
    private final BufferedReader in;
    private final PrintStream out;
    private final PrintStream err;
    private final boolean terminal;
    private final boolean colour;
    private final int width;
    private final HiddenPrompt prompt;

    /** Asks for a secret without showing what is typed; null at the end of the input. */
    @FunctionalInterface
    interface HiddenPrompt {
        char[] ask(String question);
    }

    /** {@code terminal}: somebody can read questions, answer them, and see a line being redrawn. */
    public Screen(InputStream in, PrintStream out, PrintStream err, boolean terminal, boolean colour, int width) {
        this(in, out, err, terminal, colour, width, Screen::askConsole);
    }

    Screen(
            InputStream in,
            PrintStream out,
            PrintStream err,
            boolean terminal,
            boolean colour,
            int width,
            HiddenPrompt prompt) {
        this.input = in;
        this.prompt = prompt;
        this.in = new BufferedReader(new InputStreamReader(in, UTF_8));
        this.out = out;
        this.err = err;
        this.terminal = terminal;
        this.colour = colour;
        this.width = width;
    }

    /**
     * That of this process. JSON in a pipe is UTF-8 whatever the locale says; colour only on a terminal and without
     * {@code NO_COLOR}.
     */
    static Screen of(InputStream in, PrintStream out, PrintStream err) {
        boolean terminal = consoleIsTerminal();
        boolean plain = !System.getenv().getOrDefault("NO_COLOR", "").isEmpty() || "dumb".equals(System.getenv("TERM"));
        int width = Optional.ofNullable(System.getenv("COLUMNS"))
                .filter(text -> text.matches("\\d{2,4}"))
                .map(Integer::valueOf)
                .orElse(USUAL_WIDTH);
        PrintStream results = terminal ? out : new PrintStream(out, true, UTF_8);
        return new Screen(in, results, err, terminal, terminal && !plain, width);
    }

    /** Since Java 22 there is a console object also without a terminal, and it says so itself. */
    @SuppressWarnings("SystemConsoleNull")
    private static boolean consoleIsTerminal() {
        if (System.console() == null) {
            return false;
        }
        try {
            return (boolean) java.io.Console.class.getMethod("isTerminal").invoke(System.console());
        } catch (ReflectiveOperationException e) {
            return true;
        }
    }

    public PrintStream out() {
        return out;
    }

    public PrintStream err() {
        return err;
    }

    public boolean isTerminal() {
        return terminal;
    }

    boolean hasColour() {
        return colour;
    }

    int width() {
        return width;
    }

    /** Asks on {@code where} and waits; empty at the end of the input. */
    Optional<String> ask(PrintStream where, String question) {
        where.print(question);
        where.flush();
        try {
            return Optional.ofNullable(in.readLine()).map(String::trim);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Standard input itself, for what must not become a text. Not to be mixed with {@link #ask}. */
    InputStream input() {
        return input;
    }

    /** Asks for a secret, which is not shown; empty at the end of the input. The caller wipes it. */
    Optional<char[]> askHidden(String question) {
        return Optional.ofNullable(prompt.ask(question));
    }

    private static char[] askConsole(String question) {
        return System.console().readPassword("%s", question);
    }

    String bold(String text) {
        return colour ? "\u001b[1m" + text + "\u001b[0m" : text;
    }

    String good(String text) {
        return colour ? "\u001b[1;32m" + text + "\u001b[0m" : text;
    }

    String bad(String text) {
        return colour ? "\u001b[1;31m" + text + "\u001b[0m" : text;
    }
}
