package recovery.core.target.postgres;

import static recovery.core.error.ErrorCode.DUMP_DANGEROUS;
import static recovery.core.error.RecoveryException.problem;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import recovery.core.dump.DumpPart;
import recovery.core.dump.SqlTokens;
import recovery.core.error.RecoveryException;

/** A backup is data, not a program: refuses what would reach files, programs or other servers. */
final class DangerRules {
    private static final Set<String> FUNCTIONS = Set.of(
            "pg_read_file",
            "pg_read_binary_file",
            "pg_stat_file",
            "pg_ls_dir",
            "pg_ls_logdir",
            "pg_ls_waldir",
            "pg_ls_tmpdir",
            "pg_ls_archive_statusdir",
            "pg_file_write",
            "pg_file_rename",
            "pg_file_unlink",
            "pg_file_sync",
            "pg_logdir_ls",
            "lo_import",
            "lo_export",
            "dblink",
            "dblink_connect",
            "dblink_connect_u",
            "dblink_exec",
            "dblink_open",
            "dblink_send_query",
            "pg_reload_conf",
            "pg_rotate_logfile",
            "pg_switch_wal",
            "pg_promote",
            "pg_create_physical_replication_slot",
            "pg_create_logical_replication_slot",
            "pg_drop_replication_slot");

    /** A SELECT of these is left out elsewhere; in anything else they would end sessions of the live database. */
    private static final Set<String> ENDS_SESSIONS = Set.of("pg_terminate_backend", "pg_cancel_backend");

    /** Definitions may name such functions, they do not call them. */
    private static final Set<String> DEFINITIONS = Set.of("create", "alter", "comment", "grant", "revoke", "drop");

    private static final Pattern COPY_PROGRAM =
            Pattern.compile("\\bcopy\\b.*\\b(program|from\\s+'|to\\s+')", Pattern.DOTALL);

    private static final Pattern SERVER_CHANGE = Pattern.compile("\\b(?:(?:alter|drop)\\s+database|alter\\s+system"
            + "|(?:update|into|delete\\s+from)\\s+(?:pg_catalog\\s*\\.\\s*)?(?:pg_database|pg_authid)"
            + "|pg_terminate_backend|pg_cancel_backend)\\b");
    private static final Pattern UNTRUSTED = Pattern.compile("c|internal|pl.*u");

    void check(DumpPart.Statement statement, SqlTokens tokens, StatementScan scan) {
        if (tokens.begins("alter system")) {
            throw refused(statement, "would change the configuration of the whole server");
        }
        if (tokens.begins("load")) {
            throw refused(statement, "would load a program library into the server");
        }
        if (tokens.begins("copy")) {
            throw refused(statement, "would read or write a file of the server, or run a program on it");
        }
        if (SharedCatalogs.areWrittenBy(tokens) && !SharedCatalogs.isUpdateOfDatabases(tokens)) {
            throw refused(statement, "would write to a table of the whole server");
        }
        if (tokens.begins("prepare transaction")
                || tokens.begins("commit prepared")
                || tokens.begins("rollback prepared")) {
            throw refused(statement, "would leave a transaction open on the server");
        }
        if (tokens.begins("create foreign table") || tokens.begins("alter foreign table")) {
            checkProgram(statement, tokens);
        }
        if (tokens.begins("do")) {
            checkBlock(statement, tokens);
        }
        if (!DEFINITIONS.contains(tokens.get(0).text()) || makesRows(tokens)) {
            checkCalls(statement, tokens, scan);
        }
    }

    /** A table of file_fdw runs its program whenever it is read. */
    private static void checkProgram(DumpPart.Statement statement, SqlTokens tokens) {
        int options = tokens.find(1, "options");
        if (options > 0 && tokens.find(options + 2, "program") > 0) {
            throw refused(statement, "would run a program on the server");
        }
    }

    /** {@code CREATE TABLE … AS} and {@code CREATE MATERIALIZED VIEW} run their query. */
    private static boolean makesRows(SqlTokens tokens) {
        return tokens.begins("create materialized view")
                || (tokens.begins("create") && tokens.find(1, "table") > 0 && tokens.find(1, "as") > 0);
    }

    private static void checkCalls(DumpPart.Statement statement, SqlTokens tokens, StatementScan scan) {
        for (String call : scan.calls()) {
            if (FUNCTIONS.contains(call) || (ENDS_SESSIONS.contains(call) && !tokens.begins("select"))) {
                throw refused(statement, "calls '" + call + "', which reaches out of the database");
            }
        }
    }

    private static void checkBlock(DumpPart.Statement statement, SqlTokens tokens) {
        for (int i = 1; i < tokens.size(); i++) {
            SqlTokens.Token token = tokens.get(i);
            String text = token.text().toLowerCase(Locale.ROOT);
            if (token.is("language")
                    && UNTRUSTED
                            .matcher(tokens.get(i + 1).text().toLowerCase(Locale.ROOT))
                            .matches()) {
                throw refused(statement, "runs a program in a language that may do everything on the server");
            }
            if (token.kind() == SqlTokens.Kind.STRING
                    && (COPY_PROGRAM.matcher(text).find()
                            || SERVER_CHANGE.matcher(text).find()
                            || FUNCTIONS.stream().anyMatch(text::contains))) {
                throw refused(statement, "runs a block that reaches out of the database");
            }
        }
    }

    static RecoveryException refused(DumpPart.Statement statement, String reason) {
        String beginning =
                statement.sql().substring(0, Math.min(200, statement.sql().length()));
        return refused(statement, SqlTokens.summary(beginning), reason);
    }

    static RecoveryException refused(DumpPart part, String summary, String reason) {
        return problem(DUMP_DANGEROUS, "the statement at %s, '%s', %s", DumpPlace.of(part), summary, reason)
                .remedy(
                        "Find out who wrote this into the backup; pg_dump does not.",
                        "Restore another backup, or remove the statement from a copy of the file.");
    }
}
