package recovery.core.target.postgres;

import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What becomes of one statement of the dump.
 *
 * @param sql what to run, as in the dump or changed; empty if nothing is to run
 * @param note what to write down at once, because the statement is skipped or changed
 * @param done what to write down when it has run
 * @param forgiven SQLSTATEs with which the statement may fail without failing the load
 * @param forgivenNote what to write down when it failed so
 * @param instead what to run when it failed so
 * @param named only a message with this name in it is forgiven; empty for all
 */
record Ruling(
        Optional<String> sql,
        Consumer<LoadNotes> note,
        Consumer<LoadNotes> done,
        Set<String> forgiven,
        Consumer<LoadNotes> forgivenNote,
        Optional<String> instead,
        String named) {

    static Ruling run(String sql) {
        return changed(sql, notes -> {});
    }

    static Ruling changed(String sql, Consumer<LoadNotes> note) {
        return new Ruling(Optional.of(sql), note, notes -> {}, Set.of(), notes -> {}, Optional.empty(), "");
    }

    static Ruling skip(Consumer<LoadNotes> note) {
        return new Ruling(Optional.empty(), note, notes -> {}, Set.of(), notes -> {}, Optional.empty(), "");
    }

    Ruling forgiving(Set<String> states, Consumer<LoadNotes> noteThen) {
        return new Ruling(sql, note, done, states, noteThen, instead, named);
    }

    Ruling orElse(String otherSql) {
        return new Ruling(sql, note, done, forgiven, forgivenNote, Optional.of(otherSql), named);
    }

    /** Forgives only failures whose message names this. */
    Ruling onlyIfNamed(String name) {
        return new Ruling(sql, note, done, forgiven, forgivenNote, instead, name);
    }

    Ruling whenDone(Consumer<LoadNotes> noteThen) {
        return new Ruling(sql, note, noteThen, forgiven, forgivenNote, instead, named);
    }

    /** The same for a statement from which a part was taken out. */
    Ruling with(Optional<String> otherSql, Consumer<LoadNotes> noteNow) {
        return new Ruling(otherSql, noteNow, done, forgiven, forgivenNote, instead, named);
    }

    boolean forgives(String state, String message) {
        return forgiven.contains(state) && (named.isEmpty() || message.contains(named));
    }
}
