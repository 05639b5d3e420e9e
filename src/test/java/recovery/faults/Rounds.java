package recovery.faults;

/** How thorough a run is: {@code -Drecovery.test.faults=50}, as {@code mvn -P faults} says, or a quick one. */
final class Rounds {
    private static final Integer ASKED_FOR = Integer.getInteger("recovery.test.faults");

    private Rounds() {}

    /** How often what happens at random is to happen. */
    static int count(int usually) {
        return ASKED_FOR == null ? usually : ASKED_FOR;
    }

    /** Every combination, not only those that differ most. */
    static boolean areAll() {
        return ASKED_FOR != null;
    }
}
