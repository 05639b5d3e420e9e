package recovery.core.target.postgres.postdata;

import java.util.Map;
import recovery.core.target.Work;

/**
 * One statement that runs on its own connection, in a transaction of its own.
 *
 * @param claims by name: tables as {@code schema.name}, indexes as {@code schema.name} too, since they share their names
 *     with tables; written without quotes and joined by {@link #name}
 */
public record Step(Work work, String sql, Map<String, Claim> claims) {
    public Step {
        claims = Map.copyOf(claims);
    }

    /** The key of a table or index in {@link #claims}. */
    public static String name(String schema, String relation) {
        return schema + '\0' + relation;
    }
}
