/** SQL scripts for PostgreSQL, read by the rules of psql. */
package recovery.core.dump.plain;
