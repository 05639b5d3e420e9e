package recovery.core.target.sqlite;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import recovery.core.dump.Section;
import recovery.core.dump.Selection;
import recovery.core.error.Note;
import recovery.core.target.OnConflict;

/** A live file and a backup of it in one folder, for tests of restores of single tables. */
final class Merging {
    static final TableWrite.Moments NONE = () -> {};

    final Path live;
    final Path backup;

    /** Both are made alike; {@code common} are the statements. */
    Merging(Path folder, String... common) throws Exception {
        live = Shop.database(folder.resolve("live.db"), common);
        backup = folder.resolve("backup.db");
        Files.copy(live, backup);
    }

    Merging live(String... statements) throws SQLException {
        Shop.database(live, statements);
        return this;
    }

    Merging backup(String... statements) throws SQLException {
        Shop.database(backup, statements);
        return this;
    }

    List<String> restore(OnConflict policy, String... tables) {
        return write(policy, NONE, tables).notes().stream().map(Note::toString).toList();
    }

    TableWrite.Result write(OnConflict policy, TableWrite.Moments moments, String... tables) {
        return new TableWrite(live, backup, Duration.ofMillis(200)).run(chosen(tables), policy, moments);
    }

    static Selection chosen(String... tables) {
        return new Selection(
                List.of(tables), List.of(), List.of(), Set.of(Section.PRE_DATA, Section.DATA, Section.POST_DATA));
    }

    List<String> inLive(String sql) throws SQLException {
        return Shop.query(live, sql);
    }

    List<String> inBackup(String sql) throws SQLException {
        return Shop.query(backup, sql);
    }

    static String note(String code, String text) {
        return new Note(code, text).toString();
    }
}
