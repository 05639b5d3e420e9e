package recovery.config;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The parts of a URL such as {@code postgresql://user:password@host:5432/shop?sslmode=require}, decoded.
 *
 * <p>Not java.net.URI: people paste passwords that are not encoded, and its error texts repeat them. No text of this class
 * shows a part of the URL that may be a password that went astray.
 */
final class PostgresUrl {
    private static final Pattern URL =
            Pattern.compile("(?i)(jdbc:)?postgres(?:ql)?:(?://([^/?]*)/?)?([^?]*)(?:\\?(.*))?");
    private static final Pattern HOST = Pattern.compile("(?:\\[([^]]*)]|([^:\\[\\]]*))(?::(.*))?");
    private static final String ENCODE =
            "Percent-encode special characters in user and password: %40 for '@', %2F for '/', %3A for ':', %3F for '?', %23 for '#', %25 for '%'.";

    private final String place;
    private final Map<String, String> parts = new LinkedHashMap<>();
    private final Set<String> ignored = new TreeSet<>();

    private PostgresUrl(String place) {
        this.place = place;
    }

    /** What is wrong with the URL: nothing of it is used then. */
    static final class Unusable extends Exception {
        private static final long serialVersionUID = 1;
        private final String remedy;

        Unusable(String message, String remedy) {
            super(message);
            this.remedy = remedy;
        }

        String remedy() {
            return remedy;
        }
    }

    static boolean fits(String text) {
        return text.matches("(?is)(jdbc:)?postgres(ql)?:.*");
    }

    /** {@code place} says where the URL stands, e.g. {@code DATABASE_URL in the environment}. */
    static PostgresUrl parse(String text, String place) throws Unusable {
        Matcher url = URL.matcher(text.trim());
        if (!url.matches() || text.indexOf('#') >= 0) {
            throw new Unusable(place + " has a character that a URL cannot hold, such as '#'", ENCODE);
        }
        PostgresUrl parsed = new PostgresUrl(place);
        parsed.takeAuthority(Optional.ofNullable(url.group(2)).orElse(""));
        parsed.takeDatabase(url.group(3));
        parsed.takeParameters(Optional.ofNullable(url.group(4)).orElse(""), url.group(1) != null);
        parsed.refuseSockets();
        return parsed;
    }

    /** {@code host}, {@code port}, {@code user}, {@code password}, {@code dbname}, {@code sslmode}; empty if not given. */
    Optional<String> part(String name) {
        return Optional.ofNullable(parts.get(name)).filter(value -> !value.isEmpty());
    }

    /** Names of parameters that change nothing. */
    Set<String> ignored() {
        return ignored;
    }

    private void takeAuthority(String authority) throws Unusable {
        int at = authority.lastIndexOf('@');
        if (at >= 0) {
            String[] user = authority.substring(0, at).split(":", 2);
            put("user", user[0]);
            put("password", user.length > 1 ? user[1] : "");
        }
        String hosts = authority.substring(at + 1);
        if (hosts.indexOf(',') >= 0) {
            throw new Unusable(place + " names several hosts", "Name the one host that takes writes (the primary).");
        }
        Matcher host = HOST.matcher(hosts);
        if (!host.matches()) {
            throw new Unusable(
                    place + " has a host that cannot be read",
                    "Put an IPv6 address into brackets, as in [::1]. " + ENCODE);
        }
        put("host", Optional.ofNullable(host.group(1)).orElseGet(() -> host.group(2)));
        put("port", Optional.ofNullable(host.group(3)).orElse(""));
    }

    private void takeDatabase(String path) throws Unusable {
        if (path.indexOf('@') >= 0 || path.indexOf('/') >= 0) {
            throw new Unusable(place + " has an '@' or a '/' in the name of the database", ENCODE);
        }
        put("dbname", path);
    }

    private void takeParameters(String query, boolean jdbc) throws Unusable {
        for (String pair : query.split("&")) {
            String[] parameter = pair.split("=", 2);
            String name = parameter[0];
            String value = parameter.length > 1 ? parameter[1] : "";
            switch (name) {
                case "" -> {}
                case "host", "port", "user", "password", "dbname", "sslmode" -> put(name, value);
                case "ssl" -> {
                    if (value.equals("true") && !parts.containsKey("sslmode")) {
                        put("sslmode", jdbc ? "verify-full" : "require");
                    }
                }
                default -> ignored.add(name.matches("[A-Za-z0-9_.-]{1,40}") ? name : "?");
            }
        }
    }

    private void refuseSockets() throws Unusable {
        if (part("host")
                .filter(host -> host.startsWith("/") || host.startsWith("@"))
                .isPresent()) {
            throw new Unusable(
                    place + " names a Unix socket, and only TCP is supported",
                    "Name the host and the port on which the server listens, such as localhost:5432.");
        }
        if (part("host").filter(host -> host.indexOf(',') >= 0).isPresent()) {
            throw new Unusable(place + " names several hosts", "Name the one host that takes writes (the primary).");
        }
        if (part("port").filter(port -> ValueReader.port(port).isEmpty()).isPresent()) {
            throw new Unusable(place + " has a port that is no number from 1 to 65535", "Correct the port. " + ENCODE);
        }
    }

    private void put(String name, String encoded) throws Unusable {
        parts.put(name, decode(encoded));
    }

    private String decode(String encoded) throws Unusable {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int index = 0; index < encoded.length(); ) {
            int code = encoded.codePointAt(index);
            if (code != '%') {
                bytes.writeBytes(Character.toString(code).getBytes(StandardCharsets.UTF_8));
                index += Character.charCount(code);
            } else if (encoded.startsWith("%00", index)
                    || !encoded.substring(index).matches("(?s)%[0-9A-Fa-f]{2}.*")) {
                throw new Unusable(place + " has a '%' that is not followed by two hexadecimal digits", ENCODE);
            } else {
                bytes.write(Integer.parseInt(encoded.substring(index + 1, index + 3), 16));
                index += 3;
            }
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes.toByteArray()))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new Unusable(place + " has percent-encoded bytes that are not UTF-8", ENCODE);
        }
    }
}
