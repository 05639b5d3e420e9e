package recovery.core.target.postgres;

/**
 * What of a dump a piece of work is: the same one in every run of the same load.
 *
 * @param part which one in the order in which the reader hands them out, counted from 1
 * @param step which step of a statement that is divided, counted from 1; or {@link #WHOLE} or {@link #HELD}
 */
record Place(long part, int step) {
    static final int WHOLE = 0;

    /** Of a statement that runs when everything else is done, wherever it stands. */
    static final int HELD = -1;

    /** For what has to be done in every run, such as the settings of a session. */
    static final Place NOWHERE = new Place(0, WHOLE);

    static Place of(long part) {
        return new Place(part, WHOLE);
    }

    boolean isNowhere() {
        return part == 0;
    }

    Place step(int number) {
        return new Place(part, number);
    }
}
