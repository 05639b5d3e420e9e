package recovery.web;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import recovery.core.error.Note;

/** Notes, those of one kind together; a long kind is closed until somebody opens it. */
final class NotesView {
    private static final int OPEN = 3;

    private NotesView() {}

    static void write(Html html, List<Note> notes) {
        if (notes.isEmpty()) {
            return;
        }
        Map<String, List<String>> kinds = new LinkedHashMap<>();
        notes.forEach(note ->
                kinds.computeIfAbsent(note.code(), code -> new ArrayList<>()).add(note.text()));
        html.begin("section", "class", "card").line("h2", "Notes").begin("ul", "class", "notes");
        kinds.forEach((code, texts) -> {
            if (texts.size() <= OPEN) {
                texts.forEach(text -> note(html, text, code));
            } else {
                many(html, code, texts);
            }
        });
        html.end().end();
    }

    private static void note(Html html, String text, String code) {
        html.begin("li").text(text + " ").line("span", code, "class", "code").end();
    }

    private static void many(Html html, String code, List<String> texts) {
        html.begin("li").begin("details").begin("summary");
        html.text(texts.get(0) + " – and " + (texts.size() - 1) + " more of this kind ");
        html.line("span", code, "class", "code").end().begin("ul");
        texts.stream().skip(1).forEach(text -> html.line("li", text));
        html.end().end().end();
    }
}
