package recovery.web;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What the web door has to know.
 *
 * @param bindAddress the address to listen on
 * @param port 0 takes any free one
 * @param token that every request but {@code /health} has to carry; empty on loopback
 * @param hostNames further names by which browsers may call this machine
 * @param maxUploadBytes the largest upload that is taken
 * @param demo there are no settings at all, so the database is the made-up one
 * @param logFile named in the answer to an unexpected error
 */
public record WebSettings(
        String bindAddress,
        int port,
        Optional<char[]> token,
        List<String> hostNames,
        long maxUploadBytes,
        String version,
        boolean demo,
        Path logFile) {
    public WebSettings {
        hostNames = List.copyOf(hostNames);
    }
}
