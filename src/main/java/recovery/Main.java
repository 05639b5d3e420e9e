package recovery;

/** Reads the settings, builds the objects and opens the door that was asked for: the only class that sees all. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        System.err.println("nothing to start yet");
        System.exit(2);
    }
}
