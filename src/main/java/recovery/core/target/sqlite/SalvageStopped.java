package recovery.core.target.sqlite;

import java.sql.SQLException;

/** Carries what SQLite said through readers that know no SQL. */
final class SalvageStopped extends RuntimeException {
    private static final long serialVersionUID = 1;

    SalvageStopped(SQLException reason) {
        super(reason);
    }

    SQLException reason() {
        return (SQLException) getCause();
    }
}
