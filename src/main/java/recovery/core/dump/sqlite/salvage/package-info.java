/** Reads what can be read of a damaged SQLite database file, without SQLite. */
package recovery.core.dump.sqlite.salvage;
