/** SQLite scripts and database files, read without SQLite. */
package recovery.core.dump.sqlite;
