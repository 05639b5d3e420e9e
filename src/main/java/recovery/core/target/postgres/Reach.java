package recovery.core.target.postgres;

import java.sql.SQLException;

/**
 * How a copy is reached to measure it. Any thread may use it if there are several connections.
 *
 * @param opener gives a session, to be closed after use
 * @param jobs over how many sessions at once; with one, each is closed before the next is opened
 */
record Reach(Opener opener, int jobs) {
    interface Opener {
        PostgresSession open() throws SQLException;
    }

    /** By connections of its own. */
    static Reach over(PostgresConnections connections, String database, int jobs) {
        return new Reach(() -> PostgresSession.measuring(connections, database), jobs);
    }

    /** Asks again for some seconds if the server has no connection left: it may not have seen the end of the last one yet. */
    PostgresSession open() throws SQLException {
        return Rush.outlasted(opener::open);
    }

    /** One that can be done without. */
    PostgresSession another() throws SQLException {
        return opener.open();
    }
}
