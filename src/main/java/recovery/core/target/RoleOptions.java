package recovery.core.target;

import java.util.Map;
import java.util.Optional;

/**
 * What becomes of the roles a dump names. Roles belong to the whole server, so none is made unless it was asked for.
 *
 * @param owner everything belongs to this role, whatever the dump says
 * @param create missing roles are created, without login, password or superuser
 * @param createAsDumped with {@code create}: with everything that a pg_dumpall file says of them, also passwords and superuser
 * @param renamed role of the dump to role of this server
 */
public record RoleOptions(Optional<String> owner, boolean create, boolean createAsDumped, Map<String, String> renamed) {
    public static final RoleOptions AS_THEY_ARE = new RoleOptions(Optional.empty(), false, false, Map.of());

    public RoleOptions {
        renamed = Map.copyOf(renamed);
    }
}
