package recovery.core.backup;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Locale;
import java.util.Optional;

/** Files that end up in backup folders by mistake, named so that nobody has to wonder. */
final class Strangers {
    private Strangers() {}

    static Optional<Look> look(byte[] head) {
        if (FirstBytes.begins(head, 0x89, 'P', 'N', 'G')
                || FirstBytes.begins(head, 0xff, 0xd8, 0xff)
                || FirstBytes.begins(head, "GIF8")
                || FirstBytes.begins(head, "RIFF")) {
            return Optional.of(Look.unknown("a picture or a video, not a backup"));
        }
        if (FirstBytes.begins(head, "%PDF")) {
            return Optional.of(Look.unknown("a PDF document, not a backup"));
        }
        if (FirstBytes.begins(head, 0xff, 0xfe) || FirstBytes.begins(head, 0xfe, 0xff)) {
            return Optional.of(Look.unknown("text in UTF-16, which no database reads; convert it to UTF-8 first"));
        }
        String begin = new String(head, 0, Math.min(head.length, 200), ISO_8859_1)
                .replaceFirst("^\u00ef\u00bb\u00bf", "")
                .stripLeading()
                .toLowerCase(Locale.ROOT);
        if (begin.startsWith("<!doctype html") || begin.startsWith("<html")) {
            return Optional.of(Look.unknown("a web page (HTML), perhaps the error page of a download"));
        }
        if (begin.startsWith("<?xml")) {
            return Optional.of(Look.unknown("an XML document, not a backup"));
        }
        return Optional.empty();
    }
}
