package recovery.core.target.postgres;

/**
 * A table whose rows go into a dump.
 *
 * @param name as SQL, with its schema
 * @param columns those that are stored, with parentheses as COPY takes them; empty if there are none
 * @param condition which rows, as {@code WHERE …}: of a table of an extension those that users added; else empty
 */
record LiveTable(String schema, String table, String owner, String name, String columns, String condition) {
    String copyOut() {
        return condition.isEmpty()
                ? "COPY " + name + " " + columns + " TO STDOUT"
                : "COPY (SELECT " + columns.replaceAll("^\\(|\\)$", "") + " FROM " + name + " " + condition
                        + ") TO STDOUT";
    }

    String count() {
        return "SELECT count(*) FROM ONLY " + name + " " + condition;
    }
}
