package recovery.core.target.postgres.postdata;

/** A table or index with its schema, without quotes. */
record Relation(String schema, String name) {
    String key() {
        return Step.name(schema, name);
    }

    /** Another one of its schema, such as an index of a table. */
    Relation beside(String other) {
        return new Relation(schema, other);
    }

    String part(String kind, String part) {
        return Step.part(kind, schema, name, part);
    }
}
