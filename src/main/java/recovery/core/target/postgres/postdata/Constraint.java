package recovery.core.target.postgres.postdata;

/**
 * The beginning of {@code ALTER TABLE … ADD CONSTRAINT n …}; what ends in Sql is in the statement's own words.
 *
 * @param headSql {@code ALTER TABLE ONLY s.t}
 * @param words behind the constraint's name
 */
record Constraint(String headSql, String tableSql, Relation table, String nameSql, String name, Words words) {
    String key() {
        return table.part("constraint", name);
    }
}
