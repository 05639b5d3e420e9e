/** Which work of a load may run beside which, and what comes next. Knows nothing of connections and of SQL. */
package recovery.core.target.postgres.tasks;
