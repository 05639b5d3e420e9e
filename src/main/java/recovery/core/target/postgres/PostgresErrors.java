package recovery.core.target.postgres;

import static recovery.core.error.ErrorCode.DATABASE_UNREACHABLE;
import static recovery.core.error.ErrorCode.DISK_FULL;
import static recovery.core.error.ErrorCode.RIGHTS_MISSING;
import static recovery.core.error.RecoveryException.problem;

import java.sql.SQLException;
import java.util.Optional;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;
import recovery.core.error.ErrorCode;
import recovery.core.error.RecoveryException;

/**
 * What errors of PostgreSQL mean for an operator. Stateless.
 *
 * <p>{@code server} is for people, e.g. {@code db1:5432}. The cause is always kept.
 */
public final class PostgresErrors {
    private PostgresErrors() {}

    /**
     * The error if it is one of the surroundings, whatever statement met it: the server is unreachable, refuses the
     * login, is full, or its disk is. Empty if it is about the statement itself.
     */
    public static Optional<RecoveryException> surroundings(SQLException e, String server) {
        String state = state(e);
        if (isDiskFull(e)) {
            return Optional.of(problem(DISK_FULL, "the disk of the server %s is full: %s", server, said(e))
                    .causedBy(e)
                    .remedy(
                            "Free space on the server or give it a larger disk, then start the restore again.",
                            "Look at the leftovers and the previous databases: they may be dropped first."));
        }
        if (Poolers.isRefusal(e)) {
            return Optional.of(Poolers.found(server).causedBy(e).remedy(Poolers.remedy()));
        }
        if (state.startsWith("28") || state.equals("08004")) {
            return Optional.of(login(e, state, server));
        }
        if (state.equals("53300")) {
            return Optional.of(
                    problem(DATABASE_UNREACHABLE, "the server %s has no free connection: %s", server, said(e))
                            .causedBy(e)
                            .remedy(
                                    "Stop the main application or its connection pool, then try again.",
                                    "Or raise max_connections on the server and restart it."));
        }
        if (state.equals("3D000")) {
            return Optional.of(problem(DATABASE_UNREACHABLE, "the server %s says: %s", server, said(e))
                    .causedBy(e)
                    .remedy("Check the name of the database in the settings."));
        }
        return unreachable(e, state, server);
    }

    /** As {@link #surroundings}, and also RIGHTS_MISSING if the role may not do it. */
    public static Optional<RecoveryException> known(SQLException e, String server) {
        return surroundings(e, server).or(() -> Optional.ofNullable(rights(e)));
    }

    /** What {@code e} means while {@code doing}, e.g. {@code "dropping 'x'"}: {@link #known} or else {@code code}. */
    public static RecoveryException failed(ErrorCode code, String doing, SQLException e, String server) {
        return known(e, server)
                .orElseGet(() -> problem(code, "%s failed: %s", doing, said(e))
                        .causedBy(e)
                        .remedy("Read what the server said, correct it there, then try again."));
    }

    /** All that the database said, on one line: message, detail, hint and SQL state. Never the data of a login. */
    public static String said(SQLException e) {
        ServerErrorMessage server = e instanceof PSQLException ps ? ps.getServerErrorMessage() : null;
        StringBuilder text = new StringBuilder();
        if (server == null || server.getMessage() == null) {
            text.append(e.getMessage());
        } else {
            text.append(server.getMessage());
            if (server.getDetail() != null) {
                text.append("; ").append(server.getDetail());
            }
            if (server.getHint() != null) {
                text.append("; hint: ").append(server.getHint());
            }
        }
        if (!state(e).isEmpty()) {
            text.append(" (SQL state ").append(state(e)).append(')');
        }
        return text.toString().replaceAll("\\s*[\\r\\n]+\\s*", " ").replaceAll("\\.(?=$|;| \\()", "");
    }

    /** The connection is gone or was never there. */
    public static boolean isConnectionLost(SQLException e) {
        return state(e).startsWith("08") || state(e).startsWith("57P");
    }

    /** The server, the database or the role has no connection left. */
    static boolean isWithoutRoom(SQLException e) {
        return state(e).equals("53300");
    }

    /** Somebody asked the server to stop the statement. */
    static boolean isCancelled(SQLException e) {
        return state(e).equals("57014");
    }

    static String state(SQLException e) {
        return e.getSQLState() == null ? "" : e.getSQLState();
    }

    static boolean isDiskFull(SQLException e) {
        return state(e).equals("53100") || String.valueOf(e.getMessage()).contains("No space left on device");
    }

    private static RecoveryException rights(SQLException e) {
        if (!state(e).equals("42501")) {
            return null;
        }
        return problem(RIGHTS_MISSING, "the server refused for lack of rights: %s", said(e))
                .causedBy(e)
                .remedy("Use a role that may do this: the owner of the database with CREATEDB, or a superuser.");
    }

    private static RecoveryException login(SQLException e, String state, String server) {
        RecoveryException.Problem problem = problem(
                        DATABASE_UNREACHABLE, "the server %s refused the login: %s", server, said(e))
                .causedBy(e);
        String message = String.valueOf(e.getMessage());
        if (message.contains("no password was provided")) {
            return problem.remedy("Set DB_PASSWORD, or put the password into ~/.pgpass.");
        }
        if (message.contains("SSL")) {
            return problem.remedy("Set DB_SSLMODE to what the server offers, e.g. prefer or require.");
        }
        if (message.contains("pg_hba.conf")) {
            return problem.remedy(
                    "Add this host, user and database to pg_hba.conf of the server and reload it.",
                    "Or run this program on the server itself.");
        }
        return state.equals("08004")
                ? problem.remedy("Check on the server whether it accepts connections from this host.")
                : problem.remedy("Check DB_USER and DB_PASSWORD.");
    }

    private static Optional<RecoveryException> unreachable(SQLException e, String state, String server) {
        if (state.equals("57P03")) {
            return Optional.of(problem(DATABASE_UNREACHABLE, "the server %s is not ready: %s", server, said(e))
                    .causedBy(e)
                    .remedy("Wait until it has started up; its log says how far it is."));
        }
        if (state.startsWith("57P")) {
            return Optional.of(problem(DATABASE_UNREACHABLE, "the server %s ended the connection: %s", server, said(e))
                    .causedBy(e)
                    .remedy("Look into the log of the server to see who ended it and why, then try again."));
        }
        if (!state.startsWith("08")) {
            return Optional.empty();
        }
        RecoveryException.Problem problem = problem(
                        DATABASE_UNREACHABLE, "the server %s cannot be reached: %s", server, because(e))
                .causedBy(e);
        if (has(e, "UnknownHostException")) {
            return Optional.of(problem.remedy("Check DB_HOST; this machine does not know a host of that name."));
        }
        if (has(e, "SocketTimeoutException")) {
            return Optional.of(problem.remedy(
                    "Check whether the host is up and whether a firewall stands between.",
                    "If the server is up but hangs, restart it."));
        }
        return Optional.of(problem.remedy(
                "Start the server, or check DB_HOST and DB_PORT.",
                "Look into the log of the server if it does not start."));
    }

    private static String because(SQLException e) {
        Throwable last = e;
        while (last.getCause() != null && last.getCause() != last) {
            last = last.getCause();
        }
        if (last == e || last.getMessage() == null) {
            return said(e);
        }
        return last.getClass().getSimpleName().equals("UnknownHostException")
                ? "unknown host '" + last.getMessage() + "'"
                : last.getMessage();
    }

    /** By name, since core opens no sockets of its own and so does not know their exceptions. */
    private static boolean has(Throwable e, String name) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause.getClass().getSimpleName().equals(name)) {
                return true;
            }
        }
        return false;
    }
}
