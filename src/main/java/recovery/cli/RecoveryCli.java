package recovery.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static recovery.core.error.ErrorCode.BUG;
import static recovery.core.error.ErrorCode.REQUEST_UNUSABLE;
import static recovery.core.error.RecoveryException.problem;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import recovery.core.error.RecoveryException;
import recovery.core.restore.RestoreOutcome;

/** The door for the terminal. For one thread. */
public final class RecoveryCli {
    private final Services services;
    private final Supplier<ObjectMapper> json;
    private final Screen screen;
    private final Clock clock;

    /** {@code json} gives what writes the records of the core, asked for when it is needed; the streams are those of the process. */
    public RecoveryCli(
            Services services, Supplier<ObjectMapper> json, InputStream in, PrintStream out, PrintStream err) {
        this(services, json, Screen.of(in, out, err), Clock.system(ZoneId.systemDefault()));
    }

    RecoveryCli(Services services, Supplier<ObjectMapper> json, Screen screen, Clock clock) {
        this.services = services;
        this.json = json;
        this.screen = screen;
        this.clock = clock;
    }

    /** Does what the arguments say and returns the exit code; throws nothing. */
    public int run(String... arguments) {
        Session session = new Session(services, json, screen);
        CommandLine line = commands(session);
        String[] expanded = new ShortForms(line.getSubcommands().keySet()).expand(arguments);
        int code = line.execute(expanded);
        screen.out().flush();
        screen.err().flush();
        return code;
    }

    private CommandLine commands(Session session) {
        CommandLine line = new CommandLine(new TopCommand(session))
                .addSubcommand(new ServeCommand(session))
                .addSubcommand(new ListCommand(session, clock))
                .addSubcommand(new InspectCommand(session))
                .addSubcommand(new RestoreCommand(session, clock))
                .addSubcommand(new RollbackCommand(session, clock))
                .addSubcommand(new ResumeCommand(session, clock))
                .addSubcommand(new HistoryCommand(session, clock))
                .addSubcommand(new CleanupCommand(session))
                .addSubcommand(new PruneCommand(session, clock))
                .addSubcommand(new BackupCommand(session));
        line.getCommandSpec().version(version());
        return line.setOut(new PrintWriter(screen.out(), true, UTF_8))
                .setErr(new PrintWriter(screen.err(), true, UTF_8))
                .setColorScheme(CommandLine.Help.defaultColorScheme(screen.hasColour() ? Ansi.ON : Ansi.OFF))
                .setUsageHelpWidth(Math.max(60, screen.width()))
                .setParameterExceptionHandler((error, given) -> wrongUsage(error, given, session))
                .setExecutionExceptionHandler((error, command, parsed) -> failed(error, command, session));
    }

    private int wrongUsage(CommandLine.ParameterException error, String[] arguments, Session session) {
        String command = error.getCommandLine().getCommandSpec().qualifiedName();
        Optional<RecoveryException> noCommand = noCommand(error);
        RecoveryException problem = noCommand.isPresent()
                ? noCommand.get()
                : problem(REQUEST_UNUSABLE, "%s", lowerCase(error.getMessage()))
                        .remedy("Call '%s --help' for what it understands.".formatted(command));
        return tell(problem, Arrays.asList(arguments).contains("--json"), false, session);
    }

    /** The first word is none of the commands. */
    private static Optional<RecoveryException> noCommand(CommandLine.ParameterException error) {
        CommandLine line = error.getCommandLine();
        if (line.getParent() != null
                || !(error instanceof CommandLine.UnmatchedArgumentException unmatched)
                || unmatched.isUnknownOption()) {
            return Optional.empty();
        }
        String word = Words.printable(unmatched.getUnmatched().get(0));
        List<String> known = List.copyOf(line.getSubcommands().keySet());
        String near = unmatched.getSuggestions().stream()
                .filter(known::contains)
                .findFirst()
                .map("Did you mean '%s'? "::formatted)
                .orElse("");
        return Optional.of(problem(REQUEST_UNUSABLE, "there is no command '%s'", word)
                .remedy("%sUse one of %s.".formatted(near, String.join(", ", known))));
    }

    private int failed(Exception error, CommandLine command, Session session) {
        Callable<?> user = command.getCommand();
        boolean asJson = user instanceof JsonCommand one && one.asJson();
        boolean changing = user instanceof JsonCommand one && one.changesTheTarget();
        RecoveryException problem = error instanceof RecoveryException known ? known : bug(error);
        return tell(problem, asJson, changing, session);
    }

    private static RecoveryException bug(Exception error) {
        // not a constant: the first logger opens the log file, whose folder only the settings know
        System.getLogger(RecoveryCli.class.getName()).log(Level.ERROR, "a bug", error);
        return problem(BUG, "this program has a bug: %s", error)
                .causedBy(error)
                .remedy(
                        "Try another way (page, terminal), and send recovery.log of the log folder to those who maintain"
                                + " this program.");
    }

    private int tell(RecoveryException problem, boolean asJson, boolean changing, Session session) {
        String liveDatabase = session.targetName()
                .map(name -> new RestoreOutcome.NotSwapped(name, problem).liveDatabase())
                .orElse("The live database was not touched.");
        if (asJson) {
            session.printJson(
                    JsonDocuments.failure(problem.code(), problem.getMessage(), problem.remedies(), liveDatabase));
        }
        screen.err().println(screen.bad(problem.report()));
        if (changing) {
            screen.err().println(liveDatabase);
        }
        return ExitCodes.of(problem.code());
    }

    private static String lowerCase(String text) {
        return text.isEmpty() ? text : Character.toLowerCase(text.charAt(0)) + text.substring(1);
    }

    private static String version() {
        return "Emergency Recovery Server "
                + Optional.ofNullable(RecoveryCli.class.getPackage().getImplementationVersion())
                        .orElse("(not packaged)");
    }
}
