/** Archives of pg_dump: header, table of contents and data blocks of the custom, directory and tar format. */
package recovery.core.dump.archive;
