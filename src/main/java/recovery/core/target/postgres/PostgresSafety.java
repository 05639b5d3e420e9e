package recovery.core.target.postgres;

import static recovery.core.error.ErrorCode.CANCELLED;
import static recovery.core.error.ErrorCode.DATABASE_UNREACHABLE;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import recovery.core.error.RecoveryException;
import recovery.core.target.BringsBack;
import recovery.core.target.BringsBack.Extent;
import recovery.core.target.DumpTool;
import recovery.core.target.LastDump;
import recovery.core.target.LoadWatch;
import recovery.core.target.SafetySource;

/** Chooses how the live database is written into a file: by pg_dump where it is, else by this program. For one thread. */
final class PostgresSafety {
    private static final String INSTALL = "With pg_dump %d or newer on this host, all of it could be brought back.";

    private final PostgresTarget target;
    private final PostgresConnections connections;
    private final DumpTool tool;
    private final LoadWatch watch;

    PostgresSafety(PostgresTarget target, PostgresConnections connections, DumpTool tool, LoadWatch watch) {
        this.target = target;
        this.connections = connections;
        this.tool = tool;
        this.watch = watch;
    }

    SafetySource open(LastDump last, String beside) {
        LiveSnapshot snapshot = LiveSnapshot.begin(connections, watch);
        boolean opened = false;
        try {
            int server = snapshot.session().version();
            Optional<DumpTool.Found> program = tool.suiting(server);
            SafetySource source = program.isPresent()
                    ? new ToolDump(tool, program.get(), connections.settings(), snapshot)
                    : new WrittenDump(snapshot, last, bringsBack(snapshot, last, beside, server));
            opened = true;
            return source;
        } catch (SQLException e) {
            throw snapshot.failed("looking at the live database", e);
        } finally {
            if (!opened) {
                snapshot.close();
            }
        }
    }

    private BringsBack bringsBack(LiveSnapshot snapshot, LastDump last, String beside, int server) {
        if (last.backup().isEmpty()) {
            return rows(List.of("There are no definitions to write: " + last.reason() + "."), server);
        }
        String name = last.backup().get().name();
        try {
            DefinitionCheck.Result found = new DefinitionCheck(target, connections, snapshot, watch).of(last, beside);
            if (found.fits() && found.differences().isEmpty()) {
                return new BringsBack(
                        Extent.EVERYTHING,
                        List.of(
                                ("It brings back the whole database: the definitions of '%s', from which it was restored,"
                                                + " are those of today.")
                                        .formatted(name)));
            }
            return found.fits()
                    ? differing(name, found.differences(), server)
                    : rows(tooDifferent(name, found.differences()), server);
        } catch (RecoveryException e) {
            if (e.code() == CANCELLED || e.code() == DATABASE_UNREACHABLE) {
                throw e;
            }
            // rows alone are better than no safety copy, and what is missing is said
            return rows(
                    List.of("The definitions of '%s' could not be compared with the database: %s."
                            .formatted(name, e.getMessage())),
                    server);
        }
    }

    private static BringsBack differing(String name, List<String> differences, int server) {
        List<String> sentences = new ArrayList<>();
        sentences.add(("It brings back all rows, with the definitions of '%s', which are not all those of today:"
                        + " %d differ, named below.")
                .formatted(name, differences.size()));
        sentences.addAll(differences);
        sentences.add(INSTALL.formatted(server));
        return new BringsBack(Extent.OTHER_DEFINITIONS, sentences);
    }

    private static List<String> tooDifferent(String name, List<String> differences) {
        List<String> sentences = new ArrayList<>();
        sentences.add(
                "The tables of '%s', from which the database was restored, are not those of today.".formatted(name));
        sentences.addAll(differences);
        return sentences;
    }

    private static BringsBack rows(List<String> reasons, int server) {
        List<String> sentences = new ArrayList<>();
        sentences.add("It brings back rows only: to restore it, a file with the definitions is needed in SCHEMA_FILE.");
        sentences.addAll(reasons);
        sentences.add(INSTALL.formatted(server));
        return new BringsBack(Extent.ROWS, sentences);
    }
}
