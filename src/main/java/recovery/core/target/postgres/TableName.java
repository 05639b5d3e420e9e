package recovery.core.target.postgres;

/** A table by its schema and name as the database holds them: without quotes, never shortened. */
record TableName(String schema, String table) {}
