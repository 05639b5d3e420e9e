package recovery.cli;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import recovery.core.restore.Progress;

/**
 * How far a job is: on a terminal one line that is drawn again at most five times a second, elsewhere one line every few
 * seconds. An estimate is called one, and nothing moves by itself. For one thread.
 */
final class ProgressLine {
    private static final long NANOS_ON_TERMINAL = 200_000_000L;
    private static final long NANOS_ELSEWHERE = 5_000_000_000L;
    private static final int BAR = 20;

    private final PrintStream where;
    private final boolean terminal;
    private final int width;
    private String phase = "";
    private long lastDrawn;
    private boolean drawn;

    ProgressLine(PrintStream where, boolean terminal, int width) {
        this.where = where;
        this.terminal = terminal;
        this.width = width;
    }

    /** Shows {@code progress} if it is time to; {@code nanos} is the time now. A new phase is told at once. */
    void show(Progress progress, long nanos) {
        if (!progress.phase().equals(phase)) {
            clear();
            phase = progress.phase();
            where.println(phase);
            where.flush();
            lastDrawn = nanos;
        } else if (nanos - lastDrawn >= (terminal ? NANOS_ON_TERMINAL : NANOS_ELSEWHERE)) {
            lastDrawn = nanos;
            draw(text(progress));
        }
    }

    /** Takes the line off the terminal. */
    void clear() {
        if (drawn) {
            where.print("\r" + " ".repeat(width - 1) + "\r");
            where.flush();
            drawn = false;
        }
    }

    private void draw(String text) {
        if (text.isEmpty()) {
            return;
        }
        if (!terminal) {
            where.println("  " + text);
        } else {
            String cut = text.length() < width ? text : text.substring(0, width - 1);
            where.print("\r" + cut + " ".repeat(width - 1 - cut.length()));
            drawn = true;
        }
        where.flush();
    }

    private String text(Progress progress) {
        List<String> parts = new ArrayList<>();
        long percent = (long) Math.min(100, progress.overall() * 100);
        if (percent > 0 || progress.bytesTotal() > 0) {
            int filled = (int) (percent * BAR / 100);
            String bar = terminal ? "[" + "#".repeat(filled) + "-".repeat(BAR - filled) + "] " : "";
            parts.add("%s%d %%".formatted(bar, percent));
        }
        if (!progress.remaining().isEmpty()) {
            parts.add(progress.remaining());
        }
        if (!progress.stages().isEmpty()) {
            parts.add(progress.stages());
        }
        if (progress.bytesTotal() > 0) {
            parts.add("%s of %s".formatted(Words.size(progress.bytesDone()), Words.size(progress.bytesTotal())));
        }
        if (progress.bytesPerSecond() > 0) {
            parts.add(Words.size(progress.bytesPerSecond()) + "/s");
        }
        if (progress.rows() > 0) {
            parts.add(Words.count(progress.rows()) + " rows");
        }
        if (!progress.object().isEmpty()) {
            parts.add(progress.object());
        }
        return String.join("  ", parts);
    }
}
