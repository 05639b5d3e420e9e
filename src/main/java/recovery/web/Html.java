package recovery.web;

import java.util.ArrayDeque;
import java.util.Deque;

/** Writes HTML: everything that is not a tag is escaped, every element is closed in its turn. For one thread. */
final class Html {
    private final StringBuilder out = new StringBuilder(8192).append("<!DOCTYPE html>\n");
    private final Deque<String> open = new ArrayDeque<>();

    /** {@code attributes} are names and values by turns; a value of null leaves the attribute out. */
    Html begin(String tag, String... attributes) {
        tag(tag, attributes);
        open.push(tag);
        return this;
    }

    Html end() {
        out.append("</").append(open.pop()).append('>');
        return this;
    }

    Html text(String text) {
        escape(text);
        return this;
    }

    /** An element that holds only text. */
    Html line(String tag, String text, String... attributes) {
        return begin(tag, attributes).text(text).end();
    }

    /** An element that never has content. */
    Html lone(String tag, String... attributes) {
        tag(tag, attributes);
        return this;
    }

    /** All of it; every element must have been closed. */
    String done() {
        if (!open.isEmpty()) {
            throw new IllegalStateException("not closed: " + open);
        }
        return out.toString();
    }

    private void tag(String tag, String... attributes) {
        out.append('<').append(tag);
        for (int i = 0; i < attributes.length; i += 2) {
            if (attributes[i + 1] != null) {
                out.append(' ').append(attributes[i]).append("=\"");
                escape(attributes[i + 1]);
                out.append('"');
            }
        }
        out.append('>');
    }

    private void escape(String text) {
        for (int i = 0; i < text.length(); i++) {
            char character = text.charAt(i);
            switch (character) {
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '&' -> out.append("&amp;");
                case '"' -> out.append("&quot;");
                case '\'' -> out.append("&#39;");
                case '\0' -> out.append('\uFFFD');
                default -> out.append(character);
            }
        }
    }
}
