package recovery.core.target.postgres;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How much memory index builds and checks of foreign keys may take ({@code maintenance_work_mem}). Stateless.
 *
 * <p>A server does not tell how much memory it has. If its process is found on this host, a quarter of what is available here is
 * shared among all connections of the load. Otherwise it is half of its {@code shared_buffers}, which is about an eighth
 * of the memory of a server that was set up with care, and next to nothing on any other.
 */
final class ServerMemory {
    private static final long MOST_KILOBYTES = 1024 * 1024;
    private static final Pattern AVAILABLE = Pattern.compile("(?m)^MemAvailable: +([0-9]{1,15}) kB$");
    private static final Path MEMORY = Path.of("/proc/meminfo");

    private ServerMemory() {}

    /** For each of {@code jobs} connections; never less than the server gives by itself. */
    static long maintenanceKilobytes(LoadConnection connection, int jobs) throws SQLException {
        long own = number(connection, "SELECT setting FROM pg_catalog.pg_settings WHERE name = 'maintenance_work_mem'");
        long buffers = number(
                connection,
                "SELECT setting::bigint * 8 FROM pg_catalog.pg_settings WHERE name = 'shared_buffers' AND unit = '8kB'");
        String database =
                connection.value("SELECT pg_catalog.current_database()").orElse("");
        OptionalLong available = isHere(connection.backend(), database) ? available() : OptionalLong.empty();
        long all = available.isPresent() ? available.getAsLong() / 4 : buffers / 2;
        return Math.max(own, Math.min(MOST_KILOBYTES, all / jobs));
    }

    private static long number(LoadConnection connection, String sql) throws SQLException {
        return connection.value(sql).map(Long::parseLong).orElse(0L);
    }

    /** The address proves nothing, since it may be that of a tunnel; but a process of that title is our own. */
    private static boolean isHere(int backend, String database) {
        try {
            String title = Files.readString(Path.of("/proc", String.valueOf(backend), "cmdline"), ISO_8859_1);
            String name = new String(database.getBytes(UTF_8), ISO_8859_1);
            return title.startsWith("postgres:") && title.contains(" " + name + " ");
        } catch (IOException elsewhere) {
            return false;
        }
    }

    /** In kilobytes; empty where the system does not tell. */
    private static OptionalLong available() {
        try {
            Matcher line = AVAILABLE.matcher(Files.readString(MEMORY));
            return line.find() ? OptionalLong.of(Long.parseLong(line.group(1))) : OptionalLong.empty();
        } catch (IOException elsewhere) {
            return OptionalLong.empty();
        }
    }
}
