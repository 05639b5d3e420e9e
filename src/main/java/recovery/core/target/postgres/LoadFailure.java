package recovery.core.target.postgres;

import static recovery.core.error.ErrorCode.LOAD_FAILED;
import static recovery.core.error.RecoveryException.problem;

import java.sql.SQLException;
import java.util.Locale;
import java.util.Optional;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;
import recovery.core.dump.DumpPart;
import recovery.core.dump.Entry;
import recovery.core.dump.SqlTokens;
import recovery.core.error.RecoveryException;

/** Turns what the database said to a part of the dump into the one error the operator reads. Stateless. */
final class LoadFailure {
    private static final int EXCERPT = 200;
    private static final String ROWS_TOO_EARLY = "rows before those that their foreign key points to";

    private LoadFailure() {}

    /** As {@link #of(DumpPart.Statement, SQLException, String)}; says so if only a newer server could take it. */
    static RecoveryException of(
            DumpPart.Statement statement, SqlTokens tokens, SQLException e, int version, String server) {
        return NeededVersion.of(tokens, state(e), version)
                .map(need -> tooNew(statement, tokens, e, need, version))
                .or(() -> tokens.begins("create collation")
                        ? Optional.of(localeMissing(statement, tokens, e))
                        : Optional.empty())
                .or(() -> missingCollation(tokens, e).map(name -> noCollation(statement, tokens, e, name)))
                .orElseGet(() -> of(statement, e, server));
    }

    /** A collation named by {@code COLLATE} that stands in the message too, in whatever language that is. */
    private static Optional<String> missingCollation(SqlTokens tokens, SQLException e) {
        for (int i = 0; state(e).equals("42704") && i < tokens.size(); i++) {
            Optional<SqlTokens.Name> name = tokens.get(i).is("collate") ? tokens.name(i + 1) : Optional.empty();
            if (name.isPresent()
                    && String.valueOf(e.getMessage()).contains(name.get().last())) {
                return Optional.of(name.get().last());
            }
        }
        return Optional.empty();
    }

    private static RecoveryException localeMissing(DumpPart.Statement statement, SqlTokens tokens, SQLException e) {
        return PostgresErrors.surroundings(e, "")
                .orElseGet(() -> problem(
                                LOAD_FAILED,
                                "%s, %s: this server does not have its locale or provider: %s",
                                DumpPlace.inDump(statement),
                                CreatedObject.of(tokens)
                                        .map(CreatedObject::title)
                                        .orElseGet(() -> object(statement)),
                                PostgresErrors.said(e))
                        .causedBy(e)
                        .remedy(
                                "Restore into a server that has it; one built with ICU has every locale of ICU.",
                                "Or install that locale on the machine of the server."));
    }

    private static RecoveryException noCollation(
            DumpPart.Statement statement, SqlTokens tokens, SQLException e, String collation) {
        return problem(
                        LOAD_FAILED,
                        "%s, %s: needs the collation '%s', which this server does not have: %s",
                        DumpPlace.inDump(statement),
                        CreatedObject.of(tokens).map(CreatedObject::title).orElseGet(() -> object(statement)),
                        collation,
                        PostgresErrors.said(e))
                .causedBy(e)
                .remedy(
                        "Install that locale on the machine of the server, then run there: SELECT"
                                + " pg_import_system_collations('pg_catalog');",
                        "Or restore into a server that has it.");
    }

    private static RecoveryException tooNew(
            DumpPart.Statement statement, SqlTokens tokens, SQLException e, NeededVersion.Need need, int version) {
        String what = CreatedObject.of(tokens).map(CreatedObject::title).orElseGet(() -> object(statement));
        return problem(
                        LOAD_FAILED,
                        "%s, %s: uses '%s', which needs PostgreSQL %d, and this server is %d: %s",
                        DumpPlace.inDump(statement),
                        what,
                        need.feature(),
                        need.version(),
                        version,
                        PostgresErrors.said(e))
                .causedBy(e)
                .remedy("Restore into a server of version %d or newer.".formatted(need.version()));
    }

    static RecoveryException of(DumpPart.Statement statement, SQLException e, String server) {
        int position = position(e);
        String sql = statement.sql();
        int at = position > 0 ? Math.min(sql.length(), offset(sql, position)) : 0;
        long line = statement.line()
                + sql.substring(0, at).chars().filter(c -> c == '\n').count();
        return PostgresErrors.surroundings(e, server)
                .orElseGet(() -> withRemedy(
                        problem(
                                        LOAD_FAILED,
                                        "%s, %s: %s%s",
                                        DumpPlace.inDump(statement, line),
                                        object(statement),
                                        PostgresErrors.said(e),
                                        excerpt(sql, at))
                                .causedBy(e),
                        StatementInsert.is(statement) ? ofRows(e) : state(e)));
    }

    static RecoveryException of(DumpPart.Rows rows, RowPlaces places, SQLException e, String server) {
        String where = serverMessage(e)
                .map(ServerErrorMessage::getWhere)
                .map(text -> "; " + oneLine(places.inTable(text)))
                .orElse("");
        return PostgresErrors.surroundings(e, server)
                .orElseGet(() -> withRemedy(
                        problem(
                                        LOAD_FAILED,
                                        "the rows of table '%s' that begin at %s: %s%s",
                                        rows.table(),
                                        DumpPlace.inDump(rows, rows.line() + 1),
                                        PostgresErrors.said(e),
                                        where)
                                .causedBy(e),
                        ofRows(e)));
    }

    /** A superuser loads rows in any order; another role has its foreign keys checked at once if they are there already. */
    private static String ofRows(SQLException e) {
        return state(e).equals("23503") ? ROWS_TOO_EARLY : state(e);
    }

    /** What the statement is about, for people, e.g. {@code index 'orders_placed'}. */
    static String object(DumpPart.Statement statement) {
        Entry entry = statement.entry();
        if (entry.kind().isEmpty()) {
            return "'" + beginning(statement.sql()) + "'";
        }
        String schema = entry.schema().map(name -> name + ".").orElse("");
        return "%s '%s%s'".formatted(entry.kind().toLowerCase(Locale.ROOT), schema, entry.name());
    }

    /** The first words of a statement, without anything that may be a password. */
    static String beginning(String sql) {
        if (isSecret(sql)) {
            SqlTokens tokens = SqlTokens.of(sql, 3);
            return sql.substring(0, tokens.get(tokens.size() - 1).end());
        }
        return SqlTokens.summary(sql.substring(0, Math.min(EXCERPT, sql.length())));
    }

    private static boolean isSecret(String sql) {
        String start = sql.substring(0, Math.min(5_000, sql.length())).toLowerCase(Locale.ROOT);
        return start.contains("password") || start.contains("options") || start.contains("connection");
    }

    private static String excerpt(String sql, int at) {
        if (at == 0 || isSecret(sql)) {
            return "";
        }
        int from = Math.max(0, at - EXCERPT / 2);
        int to = Math.min(sql.length(), at + EXCERPT / 2);
        return "; near '" + oneLine(sql.substring(from, to)) + "'";
    }

    private static String oneLine(String text) {
        return text.strip().replaceAll("\\s+", " ");
    }

    /** The server counts characters from 1, Java counts UTF-16 units. */
    private static int offset(String sql, int position) {
        int characters = Math.min(position - 1, sql.codePointCount(0, sql.length()));
        return sql.offsetByCodePoints(0, characters);
    }

    private static int position(SQLException e) {
        return serverMessage(e).map(ServerErrorMessage::getPosition).orElse(0);
    }

    private static Optional<ServerErrorMessage> serverMessage(SQLException e) {
        return e instanceof PSQLException ps ? Optional.ofNullable(ps.getServerErrorMessage()) : Optional.empty();
    }

    private static String state(SQLException e) {
        return e.getSQLState() == null ? "" : e.getSQLState();
    }

    private static RecoveryException rowsTooEarly(RecoveryException.Problem problem) {
        return problem.remedy(
                "Restore with a superuser, for whom rows may come before those they point to.",
                "If the definitions come from SCHEMA_FILE, name a file there that \"pg_dump --schema-only\" wrote: its"
                        + " foreign keys are made behind the rows.",
                "If the rows are really missing in this backup, restore an older one.");
    }

    private static RecoveryException withRemedy(RecoveryException.Problem problem, String state) {
        return switch (state) {
            case ROWS_TOO_EARLY -> rowsTooEarly(problem);
            case "42601" ->
                problem.remedy(
                        "Look at that line of the dump: it may be damaged, edited, or written for a newer server.",
                        "Restore an older backup instead.");
            case "42704", "42883", "42P01", "3F000", "42703" ->
                problem.remedy(
                        "If what is missing belongs to an extension, install the extension's package on the server.",
                        "If it belongs to another schema, restore a backup that holds the whole database.");
            case "0A000", "58P01" ->
                problem.remedy(
                        "If an extension is missing, install its package on the server.",
                        "Otherwise restore into a server at least as new as the one the dump comes from.");
            case "42P07", "42710", "42723", "42P06" ->
                problem.remedy(
                        "The dump creates the same object twice; restore another backup, or correct a copy of the file.");
            case "42501" -> problem.remedy("Restore with a role that may do this, such as a superuser.");
            case "53200", "54000", "53400" ->
                problem.remedy(
                        "Give the server more memory or raise the limit it names, then start the restore again.");
            case "57014" -> problem.remedy("Somebody on the server cancelled the statement; start the restore again.");
            default ->
                state.startsWith("22") || state.startsWith("23")
                        ? problem.remedy(
                                "The data of this backup contradicts its own definitions; restore an older backup.",
                                "Or correct the line in a copy of the file and restore that.")
                        : problem.remedy(
                                "Read what the database said and correct the cause on the server, then try again.",
                                "Or restore an older backup.");
        };
    }
}
