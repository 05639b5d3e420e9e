package recovery.web;

import static recovery.core.error.ErrorCode.HOST_FORBIDDEN;
import static recovery.core.error.RecoveryException.problem;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Lets in requests that call this machine by one of its own names, and no others: a foreign name that resolves to this
 * machine is how a web page elsewhere would reach it (DNS rebinding). Any thread may use it.
 */
final class HostCheck {
    private final Set<String> names = new HashSet<>(List.of("localhost", "127.0.0.1", "::1"));
    private Set<String> ofThisMachine;

    HostCheck(String bindAddress, List<String> configured) {
        names.add(plain(bindAddress));
        configured.forEach(name -> names.add(plain(name)));
    }

    /** Throws HOST_FORBIDDEN. No {@code Host} at all is no browser, and let in. */
    void check(String header) {
        if (header == null) {
            return;
        }
        String name = plain(withoutPort(header));
        if (!names.contains(name) && !namesOfThisMachine().contains(name)) {
            throw problem(HOST_FORBIDDEN, "'%s' is not a name of this machine", header)
                    .remedy("Open the page by 'localhost' or by the address that this server listens on.");
        }
    }

    static String withoutPort(String header) {
        int colon = header.lastIndexOf(':');
        return colon > header.lastIndexOf(']') ? header.substring(0, colon) : header;
    }

    private static String plain(String name) {
        String lower = name.strip().toLowerCase(Locale.ROOT);
        boolean bracketed = lower.startsWith("[") && lower.endsWith("]");
        String bare = bracketed ? lower.substring(1, lower.length() - 1) : lower;
        return bare.endsWith(".") ? bare.substring(0, bare.length() - 1) : bare;
    }

    /** Looked up when first needed, because asking for the own name may take seconds. */
    private synchronized Set<String> namesOfThisMachine() {
        if (ofThisMachine == null) {
            Set<String> found = new HashSet<>();
            try {
                found.add(plain(InetAddress.getLocalHost().getHostName()));
                found.add(plain(InetAddress.getLocalHost().getCanonicalHostName()));
            } catch (UnknownHostException nameless) {
                found.remove("");
            }
            try {
                for (NetworkInterface card : Collections.list(NetworkInterface.getNetworkInterfaces())) {
                    Collections.list(card.getInetAddresses()).forEach(address -> found.add(literal(address)));
                }
            } catch (SocketException closed) {
                found.remove("");
            }
            ofThisMachine = Set.copyOf(found);
        }
        return ofThisMachine;
    }

    private static String literal(InetAddress address) {
        String text = plain(address.getHostAddress());
        int zone = text.indexOf('%');
        return zone < 0 ? text : text.substring(0, zone);
    }
}
