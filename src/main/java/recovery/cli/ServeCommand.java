package recovery.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

@Command(name = "serve", description = "Serve the page and the HTTP interface; this is what happens without a command.")
final class ServeCommand implements Callable<Integer> {
    private final Session session;

    ServeCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        return session.serve();
    }
}
