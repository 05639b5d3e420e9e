package recovery.faults;

/** Moments of a restore, known by what the program says to the server then, and says at no other time. */
enum Moment {
    PLANNING("current_setting('default_transaction_read_only')"),
    CREATING("CREATE DATABASE "),
    LOADING_ROWS("restored 1"),
    BUILDING_INDEXES("CREATE INDEX customers_by_name"),
    CHECKING_KEYS("ADD CONSTRAINT orders_customer_fkey"),
    VERIFYING("FROM pg_sequence s"),
    CLOSING_THE_GATES("ALLOW_CONNECTIONS false"),
    RENAMING(" RENAME TO ");

    private final String word;

    Moment(String word) {
        this.word = word;
    }

    String word() {
        return word;
    }

    boolean isInTheSwap() {
        return this == CLOSING_THE_GATES || this == RENAMING;
    }
}
