package recovery.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import recovery.harness.FakeTarget;
import recovery.report.ReportJson;

/** A process of its own whose restore stays in the load until it is interrupted, or for a minute. */
final class SlowRestore {
    private SlowRestore() {}

    public static void main(String[] arguments) {
        FakeTarget target = new FakeTarget();
        target.listener(operation -> {
            if (operation.equals("load")) {
                System.err.println("in the load");
                waitForTheHook();
            }
        });
        Clock clock = Clock.system(ZoneOffset.UTC);
        FakeServices services = new FakeServices(Path.of(arguments[0]), target, clock);
        Screen screen = new Screen(System.in, System.out, System.err, false, false, 100);
        ObjectMapper json = ReportJson.configure(new ObjectMapper());
        int code = new RecoveryCli(services, () -> json, screen, clock).run("restore", "good.sql", "--force");
        System.exit(code);
    }

    private static void waitForTheHook() {
        try {
            for (int i = 0; i < 600 && !hookRuns(); i++) {
                Thread.sleep(100);
            }
            // the hook asks for the end right after it began
            Thread.sleep(300);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static boolean hookRuns() {
        return Thread.getAllStackTraces().keySet().stream()
                .anyMatch(thread -> thread.getName().equals("interruption") && thread.isAlive());
    }
}
