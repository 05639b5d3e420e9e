package recovery.web;

import java.text.Normalizer;

/** Makes the name under which an upload is kept from the name that the client gave it: never a path, never hidden. */
final class UploadName {
    /** Leaves room for a number, {@code .part} and {@code .sha256} below the 255 bytes of common file systems. */
    private static final int LONGEST_BYTES = 200;

    private UploadName() {}

    static String of(String submitted) {
        String path = submitted == null ? "" : submitted;
        String last = path.substring(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
        StringBuilder name = new StringBuilder();
        Normalizer.normalize(last, Normalizer.Form.NFC).codePoints().forEach(character -> append(name, character));
        String bare = name.toString().replaceAll("^[.\\s-]+|[.\\s]+$", "").replaceAll("(?i)(\\.part)+$", "");
        return bare.isEmpty() ? "upload" : shortened(bare);
    }

    /** {@code name} with a number before its extensions: {@code shop-2.sql.gz}. */
    static String numbered(String name, int number) {
        int dot = name.indexOf('.');
        return dot < 0 ? name + "-" + number : name.substring(0, dot) + "-" + number + name.substring(dot);
    }

    /** Control characters and those that only turn the direction of text would let one name look like another. */
    private static void append(StringBuilder name, int character) {
        int type = Character.getType(character);
        if (type == Character.CONTROL
                || type == Character.FORMAT
                || type == Character.SURROGATE
                || type == Character.LINE_SEPARATOR
                || type == Character.PARAGRAPH_SEPARATOR) {
            return;
        }
        name.appendCodePoint("<>:\"|?*".indexOf(character) >= 0 ? '_' : character);
    }

    /** Cuts the middle, so that the beginning and the extensions stay. */
    private static String shortened(String name) {
        if (bytes(name) <= LONGEST_BYTES) {
            return name;
        }
        int dot = name.indexOf('.', Math.max(0, name.length() - 20));
        String extensions = dot < 0 || bytes(name.substring(dot)) > 60 ? "" : name.substring(dot);
        StringBuilder head = new StringBuilder(name.substring(0, name.length() - extensions.length()));
        while (bytes(head.toString()) + bytes(extensions) > LONGEST_BYTES) {
            head.setLength(head.offsetByCodePoints(head.length(), -1));
        }
        return head + extensions;
    }

    private static int bytes(String text) {
        return text.getBytes(java.nio.charset.StandardCharsets.UTF_8).length;
    }
}
