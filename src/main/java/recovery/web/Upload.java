package recovery.web;

/** A file that has arrived whole and lies in the backup directory. */
record Upload(String name, long sizeBytes, String sha256) {}
