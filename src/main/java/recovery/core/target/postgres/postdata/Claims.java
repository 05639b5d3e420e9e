package recovery.core.target.postgres.postdata;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/** Collects the claims of a step; of two on the same thing the stricter one holds. */
final class Claims {
    private final Map<String, Claim> claims = new HashMap<>();

    Claims on(Relation relation, Claim claim) {
        return on(relation.key(), claim);
    }

    Claims on(String key, Claim claim) {
        claims.merge(key, claim, Claim::and);
        return this;
    }

    Claims on(Collection<String> keys, Claim claim) {
        keys.forEach(key -> on(key, claim));
        return this;
    }

    Map<String, Claim> map() {
        return claims;
    }
}
