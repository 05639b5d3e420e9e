package recovery.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import recovery.core.error.Note;

/** Notes as people read them: those of one kind together, and of many only the first; the JSON document holds all. */
final class NoteLines {
    private static final int OF_ONE_KIND = 8;

    private NoteLines() {}

    /** One text per kind of note, of several lines if there are several notes. */
    static List<String> of(List<Note> notes) {
        Map<String, List<String>> kinds = new LinkedHashMap<>();
        notes.forEach(note ->
                kinds.computeIfAbsent(note.code(), code -> new ArrayList<>()).add(note.text()));
        return kinds.entrySet().stream()
                .map(kind -> text(kind.getKey(), kind.getValue()))
                .toList();
    }

    private static String text(String code, List<String> texts) {
        if (texts.size() == 1) {
            return "%s: %s".formatted(code, texts.get(0));
        }
        StringBuilder text = new StringBuilder("%s (%d):".formatted(code, texts.size()));
        texts.stream().limit(OF_ONE_KIND).forEach(line -> text.append('\n').append(line));
        if (texts.size() > OF_ONE_KIND) {
            text.append("\n… and %d more; --json and the record in the log folder hold all."
                    .formatted(texts.size() - OF_ONE_KIND));
        }
        return text.toString();
    }
}
