package recovery.web;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.ServerConnector;

/**
 * How many connections the server takes at once. Each is an open file, and a restore needs some too: without a limit
 * idle clients could use them up, and a restore would fail in its middle.
 */
final class ConnectionRoom {
    private static final Path LIMITS = Path.of("/proc/self/limits");
    private static final Pattern OPEN_FILES = Pattern.compile("Max open files +(\\d+)");
    private static final int LEAST = 16;
    private static final int MOST = 1000;
    private static final long IDLE_WHEN_FULL_MS = 3_000;

    private ConnectionRoom() {}

    /** When it is used up, others wait until one of the idle ones is closed, which then happens sooner than usual. */
    static NetworkConnectionLimit limit(ServerConnector connector) {
        NetworkConnectionLimit limit = new NetworkConnectionLimit(connections(), connector);
        limit.setEndPointIdleTimeout(IDLE_WHEN_FULL_MS);
        return limit;
    }

    /** Half of the files that this process may open; other systems than Linux do not tell. */
    private static int connections() {
        try {
            Matcher found = OPEN_FILES.matcher(Files.readString(LIMITS));
            return found.find() ? (int) Math.min(MOST, Math.max(LEAST, Long.parseLong(found.group(1)) / 2)) : MOST;
        } catch (IOException | NumberFormatException unknown) {
            return MOST;
        }
    }
}
