package recovery.core.target.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static recovery.core.target.OnConflict.ADD_MISSING;
import static recovery.core.target.OnConflict.REPLACE;
import static recovery.core.target.sqlite.Merging.note;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import recovery.core.target.OnConflict;

/** Rows, definitions, indexes and triggers of single tables that come into a live file. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TableWriteTest {
    private static final String NUMBERS =
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1234) ";
    private static final String[] TICKETS = {
        "CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT)",
        "INSERT INTO customers VALUES (1, 'Ann'), (2, 'Bea')",
        "CREATE TABLE tickets (id INTEGER PRIMARY KEY AUTOINCREMENT, customer INT REFERENCES customers, text TEXT UNIQUE)",
        "CREATE INDEX tickets_customer ON tickets (customer)",
        "CREATE TABLE log (what)",
        "CREATE TRIGGER tickets_new AFTER INSERT ON tickets BEGIN INSERT INTO log VALUES (NEW.id); END",
        "CREATE TRIGGER tickets_gone AFTER DELETE ON tickets BEGIN SELECT RAISE(ABORT, 'never'); END",
        NUMBERS + "INSERT INTO tickets SELECT i, i % 2 + 1, 'ticket ' || i FROM n",
        "DELETE FROM log"
    };

    @TempDir
    Path folder;

    /** Somebody deleted 200 tickets, and others were written and changed since. */
    private Merging lostTickets() throws Exception {
        return new Merging(folder, TICKETS)
                .live(
                        "DROP TRIGGER tickets_gone",
                        "DELETE FROM tickets WHERE id BETWEEN 501 AND 700",
                        "CREATE TRIGGER tickets_gone AFTER DELETE ON tickets BEGIN SELECT RAISE(ABORT, 'never'); END",
                        "UPDATE tickets SET text = 'changed' WHERE id = 3",
                        "INSERT INTO tickets VALUES (2000, 1, 'new')",
                        "DELETE FROM log");
    }

    @Test
    void addsTheDeletedTicketsAndKeepsEverythingElse() throws Exception {
        Merging shop = lostTickets();
        List<String> schema = shop.inLive("SELECT type || name || sql FROM sqlite_schema WHERE sql <> '' ORDER BY 1");

        assertThat(shop.restore(ADD_MISSING, "TICKETS"))
                .containsExactly(
                        note("TABLE_RESTORED", "Table 'tickets': 200 rows added, 1,035 rows kept."),
                        note(
                                "TRIGGERS_OFF",
                                "Triggers did not run, so what they would have written into other tables is missing there: 'log'."));

        assertThat(shop.inLive("SELECT count(*) FROM tickets")).containsExactly("1235");
        assertThat(shop.inLive("SELECT text FROM tickets WHERE id IN (3, 501, 700, 2000)"))
                .containsExactly("changed", "ticket 501", "ticket 700", "new");
        assertThat(shop.inLive("SELECT count(*) FROM log")).containsExactly("0");
        assertThat(shop.inLive("SELECT seq FROM sqlite_sequence")).containsExactly("2000");
        assertThat(shop.inLive("SELECT type || name || sql FROM sqlite_schema WHERE sql <> '' ORDER BY 1"))
                .isEqualTo(schema);
        assertThat(Shop.names(folder)).containsExactly("backup.db", "live.db");
    }

    @Test
    void makesTheTableTheOneOfTheBackup() throws Exception {
        Merging shop = lostTickets();
        assertThat(shop.restore(REPLACE, "tickets"))
                .contains(note(
                        "TABLE_RESTORED", "Table 'tickets': 1,035 rows gone, 1,234 rows of the backup there instead."));

        assertThat(shop.inLive("SELECT * FROM tickets")).isEqualTo(shop.inBackup("SELECT * FROM tickets"));
        assertThat(shop.inLive("SELECT seq FROM sqlite_sequence")).containsExactly("1234");
        assertThat(Shop.dump(shop.live)).containsExactlyInAnyOrderElementsOf(Shop.dump(shop.backup));
        assertThat(Shop.shell(shop.live, "PRAGMA integrity_check")).containsExactly("ok");
    }

    @Test
    void theSequenceIsNeverBehindItsTable() throws Exception {
        Merging shop = lostTickets().backup("UPDATE sqlite_sequence SET seq = 5");
        shop.restore(REPLACE, "tickets");
        assertThat(shop.inLive("SELECT seq FROM sqlite_sequence")).containsExactly("1234");
    }

    @Test
    void rowsThatBreakAnotherRuleOfTheLiveTableAreNotAddedButCounted() throws Exception {
        Merging shop = lostTickets().live("UPDATE tickets SET text = 'ticket 600' WHERE id = 7");
        assertThat(shop.restore(ADD_MISSING, "tickets"))
                .startsWith(
                        note("TABLE_RESTORED", "Table 'tickets': 199 rows added, 1,035 rows kept."),
                        note(
                                "ROWS_NOT_ADDED",
                                "Table 'tickets': 1 rows whose key is gone were not added, since they break another rule of the live table (UNIQUE, NOT NULL or CHECK)."));
    }

    @Test
    void rowsThatWouldLoseTheirParentsAreRefusedAndNothingIsWritten() throws Exception {
        Merging shop = lostTickets().backup("DELETE FROM customers WHERE id = 2");
        byte[] before = Files.readAllBytes(shop.live);
        assertThatThrownBy(() -> shop.restore(REPLACE, "customers"))
                .hasMessage(
                        "517 rows of table 'tickets' would point to rows of table 'customers' that are not there (rowid 1, 3, 5, 7, 9, …)")
                .hasFieldOrPropertyWithValue(
                        "remedies",
                        List.of(
                                "Restore the tables together: --table customers --table tickets.",
                                "Or add only the rows that are gone: --on-conflict add-missing."));
        assertThat(Files.readAllBytes(shop.live)).isEqualTo(before);
    }

    @Test
    void rowsThatHadNoParentBeforeOrHaveNoneInTheBackupAreLetThrough() throws Exception {
        Merging shop = new Merging(folder, TICKETS)
                .backup("UPDATE tickets SET customer = 77 WHERE id = 1")
                .live("UPDATE tickets SET customer = 88 WHERE id = 2", "UPDATE tickets SET text = 'x' WHERE id = 9");
        assertThat(shop.restore(REPLACE, "tickets"))
                .contains(note(
                        "ORPHANS_IN_BACKUP",
                        "1 restored rows point to rows that do not exist; it is so in the backup itself."));
        assertThat(shop.restore(REPLACE, "customers")).hasSize(1);
    }

    @Test
    void childAndParentComeTogether() throws Exception {
        Merging shop = new Merging(folder, TICKETS)
                .live(
                        "DROP TRIGGER tickets_gone",
                        "DELETE FROM tickets WHERE customer = 2",
                        "DELETE FROM customers WHERE id = 2");
        assertThatThrownBy(() -> shop.restore(ADD_MISSING, "tickets"))
                .hasMessageStartingWith("617 rows of table 'tickets' would point to rows of table 'customers'");
        assertThat(shop.restore(ADD_MISSING, "tickets", "customers"))
                .startsWith(
                        note("TABLE_RESTORED", "Table 'customers': 1 row added, 1 row kept."),
                        note("TABLE_RESTORED", "Table 'tickets': 617 rows added, 617 rows kept."));
        assertThat(shop.inLive("PRAGMA foreign_key_check")).isEmpty();
    }

    @Test
    void aTableThatIsGoneIsMadeWithItsIndexesAndTriggers() throws Exception {
        Merging shop = new Merging(folder, TICKETS).live("DROP TABLE tickets");
        assertThat(shop.restore(ADD_MISSING, "tick*"))
                .containsExactly(note(
                        "TABLE_RESTORED",
                        "Table 'tickets' was not there and was made as in the backup, with 1,234 rows."));
        assertThat(Shop.dump(shop.live)).containsExactlyInAnyOrderElementsOf(Shop.dump(shop.backup));
    }

    @Test
    void aTableOfAnotherDefinitionIsMadeAnewAndWhatNoLongerFitsIsNamed() throws Exception {
        Merging shop = new Merging(folder, TICKETS)
                .live(
                        "DROP TRIGGER tickets_gone",
                        "ALTER TABLE tickets ADD COLUMN urgent INT DEFAULT 0",
                        "DROP INDEX tickets_customer",
                        "CREATE INDEX tickets_customer ON tickets (customer, text)",
                        "CREATE INDEX tickets_text ON tickets (lower(text))",
                        "CREATE INDEX tickets_urgent ON tickets (urgent)",
                        "CREATE TRIGGER tickets_u AFTER UPDATE ON tickets BEGIN INSERT INTO log VALUES (NEW.urgent); END",
                        "CREATE TRIGGER tickets_v AFTER UPDATE ON tickets BEGIN INSERT INTO log VALUES (my_own(NEW.id)); END",
                        "CREATE VIEW urgent AS SELECT * FROM tickets WHERE urgent = 1",
                        "CREATE VIEW others AS SELECT * FROM tickets");
        assertThat(shop.restore(REPLACE, "tickets"))
                .containsExactly(
                        note(
                                "TABLE_PARTS",
                                "The index 'tickets_text' of table 'tickets' stays, though the backup has none of that name."),
                        note(
                                "TABLE_PARTS",
                                "The index 'tickets_urgent' of table 'tickets' is gone: the backup has none of that name, and it does not fit to the table of the backup."),
                        note(
                                "TABLE_PARTS",
                                "The trigger 'tickets_u' of table 'tickets' is gone: the backup has none of that name, and it does not fit to the table of the backup."),
                        note(
                                "TABLE_PARTS",
                                "The trigger 'tickets_v' of table 'tickets' stays, though the backup has none of that name."),
                        note(
                                "TABLE_PARTS",
                                "The index 'tickets_customer' of table 'tickets' is defined as in the backup again."),
                        note(
                                "TABLE_RESTORED",
                                "Table 'tickets' was defined otherwise and is as in the backup again: 1,234 rows gone, 1,234 rows of the backup there instead."),
                        note(
                                "TRIGGERS_OFF",
                                "Triggers did not run, so what they would have written into other tables is missing there: 'log'."),
                        note(
                                "VIEW_BROKEN",
                                "The view 'urgent' of the live file no longer works with the restored tables."));
        assertThat(shop.inLive("SELECT sql FROM sqlite_schema WHERE name = 'tickets'"))
                .isEqualTo(shop.inBackup("SELECT sql FROM sqlite_schema WHERE name = 'tickets'"));
        assertThat(shop.inLive("SELECT name FROM sqlite_schema WHERE type = 'trigger' ORDER BY 1"))
                .containsExactly("tickets_gone", "tickets_new", "tickets_v");
    }

    @Test
    void aUniqueIndexThatTheRowsOfTheBackupBreakGoes() throws Exception {
        Merging shop = new Merging(folder, "CREATE TABLE t (a, b)", "INSERT INTO t VALUES (1, 2), (1, 3)")
                .live(
                        "DELETE FROM t WHERE b = 3",
                        "CREATE UNIQUE INDEX one ON t (a)",
                        "CREATE UNIQUE INDEX two ON t (b)");
        assertThat(shop.restore(REPLACE, "t"))
                .containsExactly(
                        note(
                                "TABLE_PARTS",
                                "The index 'one' of table 't' is gone: the backup has none of that name, and it does not fit to the table of the backup."),
                        note(
                                "TABLE_PARTS",
                                "The index 'two' of table 't' stays, though the backup has none of that name."),
                        note("TABLE_RESTORED", "Table 't': 1 row gone, 2 rows of the backup there instead."));
    }

    @ParameterizedTest
    @EnumSource(OnConflict.class)
    void rowidsStayWhereTheyAreNoColumn(OnConflict policy) throws Exception {
        Merging shop = new Merging(
                        folder,
                        "CREATE TABLE loose (a)",
                        "INSERT INTO loose (rowid, a) VALUES (-7, 'x'), (5, 'y'), (90000000000, 'z')",
                        "CREATE TABLE named (rowid TEXT, oid TEXT PRIMARY KEY, b)",
                        "INSERT INTO named (_rowid_, rowid, oid, b) VALUES (11, 'p', 'q', 1), (22, 'r', 's', 2)")
                .live("DELETE FROM loose WHERE a <> 'y'", "DELETE FROM named WHERE b = 2");
        shop.restore(policy, "loose", "named");
        assertThat(shop.inLive("SELECT rowid || a FROM loose")).containsExactly("-7x", "5y", "90000000000z");
        assertThat(shop.inLive("SELECT _rowid_ || rowid || oid || b FROM named"))
                .containsExactly("11pq1", "22rs2");
    }

    @Test
    void aRowWhoseNumberIsTakenGetsAnotherOne() throws Exception {
        Merging shop = new Merging(
                        folder,
                        "CREATE TABLE codes (code TEXT PRIMARY KEY, n)",
                        "INSERT INTO codes VALUES ('a', 1), ('b', 2), ('c', 3), (NULL, 4)")
                .live(
                        "DELETE FROM codes WHERE code IN ('a', 'b') OR code IS NULL",
                        "INSERT INTO codes (rowid, code, n) VALUES (1, 'new', 9)");
        assertThat(shop.restore(ADD_MISSING, "codes"))
                .containsExactly(note("TABLE_RESTORED", "Table 'codes': 3 rows added, 2 rows kept."));
        assertThat(shop.inLive("SELECT rowid || ifnull(code, '-') || n FROM codes ORDER BY rowid"))
                .containsExactly("1new9", "2b2", "3c3", "4-4", "5a1");
        assertThat(shop.restore(ADD_MISSING, "codes"))
                .containsExactly(note("TABLE_RESTORED", "Table 'codes': 0 rows added, 5 rows kept."));
    }

    @ParameterizedTest
    @EnumSource(OnConflict.class)
    void tablesOfEveryKindComeBack(OnConflict policy) throws Exception {
        Merging shop = new Merging(
                        folder,
                        "CREATE TABLE \"odd \"\"name\" (a INT, b TEXT, c AS (a * 2), d AS (b || '!') STORED, PRIMARY KEY (b, a)) WITHOUT ROWID",
                        "INSERT INTO \"odd \"\"name\" VALUES (1, 'x'), (2, 'y')",
                        "CREATE TABLE strict_one (i INTEGER PRIMARY KEY, t TEXT NOT NULL CHECK (t <> ''), v ANY) STRICT",
                        "INSERT INTO strict_one VALUES (1, 'a', x'00ff'), (2, 'b' || char(0) || 'c', 1.5), (3, 'd', NULL)",
                        "CREATE VIRTUAL TABLE area USING rtree (id, x0, x1)",
                        "INSERT INTO area VALUES (1, 0, 1), (2, 5, 6)",
                        "CREATE VIRTUAL TABLE notes USING fts5 (title, body, tokenize = 'porter')",
                        "INSERT INTO notes (rowid, title, body) VALUES (10, 'one', 'running'), (20, 'two', 'walking')",
                        "CREATE VIRTUAL TABLE papers USING fts4 (text)",
                        "INSERT INTO papers (docid, text) VALUES (3, 'alpha'), (4, 'beta')")
                .live(
                        "DELETE FROM \"odd \"\"name\" WHERE a = 2",
                        "DELETE FROM strict_one WHERE i > 1",
                        "DELETE FROM area WHERE id = 2",
                        "DELETE FROM notes WHERE rowid = 20",
                        "DELETE FROM papers WHERE docid = 3");
        shop.restore(policy, "\"odd \"\"NAME\"", "strict_*", "area", "notes", "papers");

        assertThat(Shop.rows(shop.live)).isEqualTo(Shop.rows(shop.backup));
        assertThat(shop.inLive("SELECT rowid FROM notes WHERE notes MATCH 'walk'"))
                .containsExactly("20");
        assertThat(shop.inLive("SELECT docid FROM papers WHERE papers MATCH 'alpha'"))
                .containsExactly("3");
        assertThat(shop.inLive("SELECT id FROM area WHERE x0 > 4")).containsExactly("2");
        assertThat(shop.inLive("PRAGMA integrity_check")).containsExactly("ok");
    }

    @ParameterizedTest
    @ValueSource(strings = {"fts5(body, content='docs', content_rowid='id')", "fts4(content=docs, body)"})
    void aSearchTableOverTheRestoredOneIsBuiltAnew(String module) throws Exception {
        Merging shop = new Merging(
                        folder,
                        "CREATE TABLE docs (id INTEGER PRIMARY KEY, body TEXT)",
                        "CREATE VIRTUAL TABLE search USING " + module,
                        "INSERT INTO docs VALUES (1, 'apple'), (2, 'pear')",
                        "INSERT INTO search (search) VALUES ('rebuild')")
                .live("DELETE FROM docs WHERE id = 2", "INSERT INTO search (search) VALUES ('rebuild')");
        assertThat(shop.inLive("SELECT rowid FROM search WHERE search MATCH 'pear'"))
                .isEmpty();
        assertThat(shop.restore(ADD_MISSING, "docs"))
                .containsExactly(
                        note("TABLE_RESTORED", "Table 'docs': 1 row added, 1 row kept."),
                        note("SEARCH_REBUILT", "The search table 'search' was built anew from the rows of 'docs'."));
        assertThat(shop.inLive("SELECT rowid FROM search WHERE search MATCH 'pear'"))
                .containsExactly("2");
    }

    @Test
    void columnsThatOnlyOneSideHasAreFilledOrNamed() throws Exception {
        Merging shop = new Merging(folder, "CREATE TABLE t (id INTEGER PRIMARY KEY, old TEXT, kept TEXT)")
                .backup("INSERT INTO t VALUES (1, 'o', 'k')")
                .live("ALTER TABLE t DROP COLUMN old", "ALTER TABLE t ADD COLUMN new TEXT NOT NULL DEFAULT 'd'");
        assertThat(shop.restore(ADD_MISSING, "t"))
                .containsExactly(
                        note("TABLE_RESTORED", "Table 't': 1 row added, 0 rows kept."),
                        note(
                                "COLUMNS_LOST",
                                "The live table 't' has no column 'old': what the backup holds there was not restored."));
        assertThat(shop.inLive("SELECT id || kept || new FROM t")).containsExactly("1kd");
    }

    @Test
    void aColumnThatNeedsAValueIsRefused() throws Exception {
        Merging shop = new Merging(folder, "CREATE TABLE t (id INTEGER PRIMARY KEY)", "INSERT INTO t VALUES (1)")
                .live("DROP TABLE t", "CREATE TABLE t (id INTEGER PRIMARY KEY, need TEXT NOT NULL)");
        assertThatThrownBy(() -> shop.restore(ADD_MISSING, "t"))
                .hasMessage(
                        "the missing rows of table 't' cannot be added: the live table needs a value in column 'need', which the backup lacks")
                .hasFieldOrPropertyWithValue(
                        "remedies", List.of("Let the table become what it is in the backup: --on-conflict replace."));
    }

    @Test
    void namesThatFitNoTableAreRefusedWithThoseThatAreNear() throws Exception {
        Merging shop = new Merging(folder, TICKETS)
                .backup("CREATE VIEW v AS SELECT 1", "CREATE VIRTUAL TABLE n USING fts5(b)");
        assertThatThrownBy(() -> shop.restore(REPLACE, "tikets"))
                .hasMessage("the backup holds no table that 'tikets' fits")
                .hasFieldOrPropertyWithValue("remedies", List.of("Choose among what it holds, for example: tickets."));
        assertThatThrownBy(() -> shop.restore(REPLACE, "v")).hasMessage("'v' is a view, which holds no rows");
        assertThatThrownBy(() -> shop.restore(REPLACE, "n_data")).hasMessage("'n_data' is a part of a virtual table");
        assertThatThrownBy(() -> shop.restore(REPLACE, "sqlite_sequence"))
                .hasMessage("'sqlite_sequence' is a table of SQLite itself, which is restored by itself");
        assertThatThrownBy(() -> shop.restore(REPLACE, "other.tickets"))
                .hasMessage("the backup holds no table that 'other.tickets' fits");
        assertThat(shop.restore(ADD_MISSING, "main.Tickets")).isNotEmpty();
    }

    @Test
    void aNameThatIsSomethingElseInTheLiveFileIsRefused() throws Exception {
        Merging shop = new Merging(folder, TICKETS)
                .live(
                        "DROP TABLE customers",
                        "CREATE VIEW customers AS SELECT 1 AS id",
                        "DROP INDEX tickets_customer",
                        "CREATE INDEX tickets_customer ON log (what)");
        assertThatThrownBy(() -> shop.restore(REPLACE, "customers"))
                .hasMessage("in the live file 'customers' is a view and no table of its own");
        assertThatThrownBy(() -> shop.restore(REPLACE, "tickets"))
                .hasMessage(
                        "the index 'tickets_customer' of table 'tickets' cannot be made: in the live file that is the name of an index of 'log'");
    }

    @Test
    void anotherTextEncodingIsRefused() throws Exception {
        Merging shop = new Merging(folder, "PRAGMA encoding = 'UTF-16le'", "CREATE TABLE t (a)");
        Files.delete(shop.backup);
        shop.backup("CREATE TABLE t (a)");
        assertThatThrownBy(() -> shop.restore(REPLACE, "t"))
                .hasMessage(
                        "the restored file keeps its text in another encoding than 'live.db', so single tables cannot be brought over");
    }
}
