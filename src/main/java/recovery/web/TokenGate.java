package recovery.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static recovery.core.error.ErrorCode.TOKEN_REQUIRED;
import static recovery.core.error.RecoveryException.problem;

import io.javalin.http.Context;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import recovery.core.error.RecoveryException;

/**
 * Asks for the token where one is set: as {@code Authorization: Bearer}, or as the cookie that the login form gives.
 *
 * <p>The cookie holds a random value of this process and not the token, so it ends with the process.
 */
final class TokenGate {
    static final String COOKIE = "recovery_session";

    private final Optional<byte[]> token;
    private final byte[] session;

    TokenGate(Optional<char[]> token) {
        this.token = token.map(TokenGate::bytes);
        byte[] random = new byte[32];
        if (token.isPresent()) {
            new SecureRandom().nextBytes(random);
        }
        this.session = HexFormat.of().formatHex(random).getBytes(UTF_8);
    }

    /** Throws TOKEN_REQUIRED. */
    void check(Context context) {
        if (token.isEmpty() || isOpen(context.path())) {
            return;
        }
        String authorization = context.header("Authorization");
        boolean bearer = authorization != null
                && authorization.regionMatches(true, 0, "Bearer ", 0, 7)
                && isToken(authorization.substring(7).strip());
        String cookie = context.cookie(COOKIE);
        boolean loggedIn = cookie != null && MessageDigest.isEqual(session, cookie.getBytes(UTF_8));
        if (!bearer && !loggedIn) {
            throw required("this server asks for a token");
        }
    }

    /** The value of the cookie for somebody who typed {@code typed}; throws TOKEN_REQUIRED if that is not the token. */
    String logIn(String typed) {
        if (!isToken(typed)) {
            throw required("this is not the token of this server");
        }
        return new String(session, UTF_8);
    }

    private static RecoveryException required(String text) {
        return problem(TOKEN_REQUIRED, text)
                .remedy("Use the value of RECOVERY_TOKEN, in the login form or as 'Authorization: Bearer TOKEN'.");
    }

    /** The login form and what it looks like; {@code /health} is for monitoring. */
    private static boolean isOpen(String path) {
        return path.equals("/health") || path.equals("/login") || path.startsWith("/static/");
    }

    private boolean isToken(String typed) {
        return token.isEmpty() || MessageDigest.isEqual(token.get(), typed.getBytes(UTF_8));
    }

    private static byte[] bytes(char[] secret) {
        ByteBuffer encoded = UTF_8.encode(CharBuffer.wrap(secret));
        byte[] bytes = new byte[encoded.remaining()];
        encoded.get(bytes).rewind();
        while (encoded.hasRemaining()) {
            encoded.put((byte) 0);
        }
        return bytes;
    }
}
