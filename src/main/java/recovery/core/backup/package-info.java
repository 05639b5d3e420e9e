/** Backups: what lies in the backup folder and what each file is, by its first bytes and by its sidecars. */
package recovery.core.backup;
