/** SQLite: loading into a second file, measuring it, and the swap by rename. */
package recovery.core.target.sqlite;
