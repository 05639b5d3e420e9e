/** What is in a backup, found without a database. */
package recovery.core.inspect;
