/** Encrypted database files of SQLite (SQLCipher): the key, how a file was written, its pages one by one. */
package recovery.core.dump.sqlite.cipher;
