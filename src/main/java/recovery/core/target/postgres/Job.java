package recovery.core.target.postgres;

import java.io.IOException;
import java.sql.SQLException;

/** Work that may be done over any connection to the copy. */
interface Job {
    /**
     * Does it, or a share of it if others work on it as well.
     *
     * @param usedUp to be called as soon as there is nothing more to begin in it; at its end nothing is in any case
     *
     * @throws recovery.core.error.RecoveryException if the load has failed
     */
    void on(Worker worker, Runnable usedUp) throws SQLException, IOException;
}
