package recovery.core.target.postgres;

import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What becomes of one statement of the dump.
 *
 * @param sql what to run, as in the dump or changed; empty if nothing is to run
 * @param note what to write down at once, because the statement is skipped or changed
 * @param forgiven SQLSTATEs with which the statement may fail without failing the load
 * @param forgivenNote what to write down when it failed so
 * @param instead what to run when it failed so
 */
record Ruling(
        Optional<String> sql,
        Consumer<LoadNotes> note,
        Set<String> forgiven,
        Consumer<LoadNotes> forgivenNote,
        Optional<String> instead) {

    static Ruling run(String sql) {
        return changed(sql, notes -> {});
    }

    static Ruling changed(String sql, Consumer<LoadNotes> note) {
        return new Ruling(Optional.of(sql), note, Set.of(), notes -> {}, Optional.empty());
    }

    static Ruling skip(Consumer<LoadNotes> note) {
        return new Ruling(Optional.empty(), note, Set.of(), notes -> {}, Optional.empty());
    }

    Ruling forgiving(Set<String> states, Consumer<LoadNotes> noteThen) {
        return new Ruling(sql, note, states, noteThen, instead);
    }

    Ruling orElse(String otherSql) {
        return new Ruling(sql, note, forgiven, forgivenNote, Optional.of(otherSql));
    }
}
