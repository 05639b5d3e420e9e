package recovery.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Option;

/** A command whose result can be had as one JSON document on standard output. */
abstract class JsonCommand implements Callable<Integer> {
    @Option(
            names = "--json",
            description = "Print one JSON document on standard output, everything else on standard error.")
    private boolean json;

    boolean asJson() {
        return json;
    }

    /** True if a failure of this command has to be told with a sentence on the live database. */
    boolean changesTheTarget() {
        return false;
    }
}
