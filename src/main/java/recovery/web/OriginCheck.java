package recovery.web;

import static recovery.core.error.ErrorCode.ORIGIN_FORBIDDEN;
import static recovery.core.error.RecoveryException.problem;

import java.util.Set;
import recovery.core.error.RecoveryException;

/**
 * A request that changes something comes from the page of this server or from no browser at all.
 *
 * <p>Browsers send {@code Origin} with every POST and {@code Sec-Fetch-Site} to addresses they trust; other clients send
 * neither. The page sends {@code Referrer-Policy: same-origin} and not {@code no-referrer}, under which browsers would
 * send {@code Origin: null} with the forms of the page itself.
 */
final class OriginCheck {
    private static final Set<String> READS = Set.of("GET", "HEAD", "OPTIONS");

    private OriginCheck() {}

    /** Throws ORIGIN_FORBIDDEN. Headers that were not sent are null. */
    static void check(String method, String host, String origin, String fetchSite) {
        if (READS.contains(method)) {
            return;
        }
        if (origin != null && !origin.equals("http://" + host) && !origin.equals("https://" + host)) {
            throw forbidden("'" + origin + "'");
        }
        if (fetchSite != null && !fetchSite.equals("same-origin") && !fetchSite.equals("none")) {
            throw forbidden("another site ('" + fetchSite + "')");
        }
    }

    private static RecoveryException forbidden(String from) {
        return problem(ORIGIN_FORBIDDEN, "the request comes from a page of %s", from)
                .remedy("Use the page that this server shows, or a client that is no browser.");
    }
}
