package recovery.web;

import java.util.LinkedHashMap;
import java.util.Map;
import recovery.core.restore.Progress;

/** Progress in words: the page without and with script shows the same. */
final class ProgressWords {
    private ProgressWords() {}

    static Map<String, String> of(Progress progress) {
        Map<String, String> words = new LinkedHashMap<>();
        words.put("phase", progress.phase());
        words.put("stages", progress.stages().isEmpty() ? "–" : progress.stages());
        words.put("read", read(progress));
        words.put("rows", Words.number(progress.rows()));
        words.put("object", progress.object() == null || progress.object().isEmpty() ? "–" : progress.object());
        words.put("rate", progress.bytesPerSecond() > 0 ? Words.size(progress.bytesPerSecond()) + " per second" : "–");
        words.put("left", progress.remaining().isEmpty() ? "cannot be said yet" : progress.remaining());
        return words;
    }

    /** Of the whole, 0 to 100. */
    static int percent(Progress progress) {
        return (int) Math.min(100, progress.overall() * 100);
    }

    /** Of the file, 0 to 100; 0 if its size is unknown. */
    private static int percentRead(Progress progress) {
        return progress.bytesTotal() <= 0
                ? 0
                : (int) Math.min(100, progress.bytesDone() * 100.0 / progress.bytesTotal());
    }

    private static String read(Progress progress) {
        if (progress.bytesTotal() <= 0) {
            return Words.size(progress.bytesDone());
        }
        return "%s of %s (%d %%)"
                .formatted(Words.size(progress.bytesDone()), Words.size(progress.bytesTotal()), percentRead(progress));
    }
}
