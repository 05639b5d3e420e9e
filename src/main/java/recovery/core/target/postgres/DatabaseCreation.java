package recovery.core.target.postgres;

import static recovery.core.error.ErrorCode.NAME_TAKEN;
import static recovery.core.error.RecoveryException.problem;
import static recovery.core.target.postgres.PostgresNames.quoted;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** Creates empty databases. What the dump says about locales is ignored on purpose: it may name another system's. */
final class DatabaseCreation {
    private static final int TRIES = 20;

    private final PostgresSession session;

    DatabaseCreation(PostgresSession session) {
        this.session = session;
    }

    /** As {@link #createLike}; NAME_TAKEN if there is one of that name. Returns the name. */
    String createNew(String live, String name) throws SQLException {
        if (DatabaseRow.find(session, name).isPresent()) {
            throw problem(NAME_TAKEN, "there is a database '%s' already", name)
                    .remedy("Drop it if it is a leftover, or start the restore again.");
        }
        createLike(live, name);
        return name;
    }

    /** With the encoding, locale and tablespace of {@code live}; if that is gone, UTF-8 and the server's locale. */
    void createLike(String live, String name) throws SQLException {
        Optional<DatabaseRow> row = DatabaseRow.find(session, live);
        if (row.isPresent()) {
            create(row.get().createLike(name, session.version()));
            return;
        }
        String sql = "CREATE DATABASE " + quoted(name) + " TEMPLATE template0 ENCODING 'UTF8'";
        try {
            create(sql);
        } catch (SQLException e) {
            if (!PostgresErrors.state(e).equals("22023")) {
                throw e;
            }
            // the server's locale belongs to another encoding; C goes with all
            create(sql + " LC_COLLATE 'C' LC_CTYPE 'C'");
        }
    }

    /** Another session may be using template0 for a moment. */
    private void create(String sql) throws SQLException {
        for (int attempt = 1; ; attempt++) {
            try {
                session.execute(sql);
                return;
            } catch (SQLException e) {
                if (!PostgresErrors.state(e).equals("55006") || attempt == TRIES) {
                    throw e;
                }
                LockSupport.parkNanos(Duration.ofMillis(250).toNanos());
            }
        }
    }
}
