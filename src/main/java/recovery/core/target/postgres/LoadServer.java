package recovery.core.target.postgres;

import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import recovery.core.dump.SqlTokens;
import recovery.core.target.RoleOptions;

/**
 * What the rules have to know of the server the copy is on.
 *
 * @param user the role that loads; what a missing role should own belongs to it
 * @param superuser whether that role may do everything
 * @param version major version, e.g. 15
 * @param copy name of the database that is filled
 * @param live name of the live database, whose own settings will be carried over to the copy; empty without one
 * @param settings all parameters of the server, in lower case
 * @param maintenanceKilobytes memory that an index build may take
 * @param neighbours what is in the database besides the copy
 */
record LoadServer(
        String user,
        boolean superuser,
        int version,
        String copy,
        Optional<String> live,
        ServerRoles roles,
        Set<String> settings,
        long maintenanceKilobytes,
        Neighbours neighbours) {
    /** Known to every server but not listed in {@code pg_settings}. */
    private static final Set<String> UNLISTED = Set.of("role", "session_authorization", "seed", "is_superuser");

    /** With a copy that is a database of its own. */
    LoadServer(
            String user,
            boolean superuser,
            int version,
            String copy,
            Optional<String> live,
            ServerRoles roles,
            Set<String> settings,
            long maintenanceKilobytes) {
        this(user, superuser, version, copy, live, roles, settings, maintenanceKilobytes, Neighbours.NONE);
    }

    static LoadServer ask(LoadConnection connection, Optional<String> live, RoleOptions options, int jobs)
            throws SQLException {
        int version =
                Integer.parseInt(connection.value("SHOW server_version_num").orElseThrow()) / 10_000;
        Set<String> existing = Set.copyOf(connection.values("SELECT rolname FROM pg_catalog.pg_roles"));
        return new LoadServer(
                connection.value("SELECT current_user").orElseThrow(),
                connection.value("SHOW is_superuser").orElse("").equals("on"),
                version,
                connection.value("SELECT current_database()").orElseThrow(),
                live,
                new ServerRoles(existing, options, version, connection::run),
                Set.copyOf(connection.values("SELECT lower(name) FROM pg_catalog.pg_settings")),
                ServerMemory.maintenanceKilobytes(connection, jobs),
                connection.neighbours());
    }

    /** Whether the role named by {@code token} exists or is a word for one. */
    boolean hasRole(SqlTokens.Token token) {
        return roles.has(token);
    }

    /** Parameters with a dot belong to extensions or applications; any server takes them. */
    boolean knowsSetting(String lowerCaseName) {
        return lowerCaseName.contains(".") || settings.contains(lowerCaseName) || UNLISTED.contains(lowerCaseName);
    }

    List<String> missing(List<SqlTokens.Token> roleTokens) {
        return roles.missing(roleTokens);
    }
}
