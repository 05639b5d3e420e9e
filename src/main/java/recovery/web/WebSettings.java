package recovery.web;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import recovery.core.restore.LoadSettings;

/**
 * What the web door has to know.
 *
 * @param bindAddress the address to listen on
 * @param port 0 takes any free one
 * @param token that every request but {@code /health} has to carry; empty on loopback
 * @param hostNames further names by which browsers may call this machine
 * @param maxUploadBytes the largest upload that is taken
 * @param load what is to be done at every load unless a request says otherwise
 * @param demo there are no settings at all, so the database is the made-up one
 * @param logFile named in the answer to an unexpected error
 */
public record WebSettings(
        String bindAddress,
        int port,
        Optional<char[]> token,
        List<String> hostNames,
        long maxUploadBytes,
        LoadSettings load,
        String version,
        boolean demo,
        Path logFile) {
    public WebSettings {
        hostNames = List.copyOf(hostNames);
    }

    /** Where the page is, for whoever started the server. */
    public String invitation() {
        boolean everywhere = bindAddress.equals("0.0.0.0") || bindAddress.equals("::");
        String host = bindAddress.contains(":") ? "[" + bindAddress + "]" : bindAddress;
        return "Open http://%s:%d in a browser%s. Ctrl-C ends this server."
                .formatted(
                        everywhere || bindAddress.equals("127.0.0.1") ? "localhost" : host,
                        port,
                        everywhere ? " (from another machine: its name in place of localhost)" : "");
    }
}
