/** PostgreSQL: loading into a second database, measuring it, and the swap by rename. */
package recovery.core.target.postgres;
