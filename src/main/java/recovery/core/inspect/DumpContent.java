package recovery.core.inspect;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import recovery.core.backup.Contents;
import recovery.core.dump.DumpPart;
import recovery.core.dump.SqlTokens;
import recovery.core.dump.StatementFacts;
import recovery.core.inspect.Inspection.TableContent;

/** Gathers what the parts of a dump say about its content. For one thread. */
final class DumpContent {
    private static final int TOKENS_OF_INSERT = 16;

    /** By the parts of the name, since the same table may be written in different ways. */
    private final Map<List<String>, Table> tables = new LinkedHashMap<>();

    private final NavigableSet<String> roles = new TreeSet<>();
    private final NavigableSet<String> extensions = new TreeSet<>();
    private final Set<String> schemas = new LinkedHashSet<>();
    private final Set<String> databases = new LinkedHashSet<>();
    private final ExtensionUse extensionUse = new ExtensionUse();
    private final Risks risks = new Risks();
    private boolean anyTableCreated;
    private boolean anyRows;
    private String lastInsert = "";
    private Table lastTable = new Table("");

    /** Rows of one table, as far as they can be counted. */
    private static final class Table {
        private final String name;
        private long rows;
        private boolean counted = true;

        Table(String name) {
            this.name = name;
        }

        void add(OptionalLong more) {
            counted &= more.isPresent();
            rows += more.orElse(0);
        }
    }

    void statement(DumpPart.Statement statement) {
        statement.entry().owner().ifPresent(roles::add);
        if (!lastInsert.isEmpty() && statement.sql().startsWith(lastInsert)) {
            lastTable.add(statement.rows());
            return;
        }
        if (statement.sql().regionMatches(true, 0, "insert", 0, 6)) {
            insert(statement);
            return;
        }
        StatementFacts facts = StatementFacts.of(statement.sql());
        roles.addAll(facts.roles());
        facts.extension().ifPresent(extensions::add);
        facts.schema().ifPresent(schemas::add);
        facts.database().ifPresent(databases::add);
        extensionUse.look(statement, facts);
        facts.createdTable().ifPresent(name -> created(statement.sql(), name));
        risks.look(statement);
    }

    private void created(String sql, SqlTokens.Name name) {
        anyTableCreated = true;
        table(name, SqlTokens.of(sql, TOKENS_OF_INSERT), sql);
    }

    /** Thousands of INSERTs for one table follow each other: the beginning of one is remembered up to a blank. */
    private void insert(DumpPart.Statement statement) {
        SqlTokens tokens = SqlTokens.of(statement.sql(), TOKENS_OF_INSERT);
        tokens.name(2).filter(name -> tokens.begins("insert into")).ifPresent(name -> {
            anyRows = true;
            lastTable = table(name, tokens, statement.sql());
            lastTable.add(statement.rows());
            int end = tokens.get(name.next() - 1).end();
            lastInsert = statement.sql().startsWith(" ", end) ? statement.sql().substring(0, end + 1) : "";
        });
    }

    private Table table(SqlTokens.Name name, SqlTokens tokens, String sql) {
        int last = name.next() - 1;
        int first = last - 2 * (name.parts().size() - 1);
        String text = sql.substring(tokens.get(first).begin(), tokens.get(last).end());
        return tables.computeIfAbsent(name.parts(), parts -> new Table(text));
    }

    void rows(DumpPart.Rows part, OptionalLong count) {
        anyRows = true;
        part.entry().owner().ifPresent(roles::add);
        SqlTokens tokens = SqlTokens.of(part.table(), TOKENS_OF_INSERT);
        tokens.name(0).ifPresent(name -> table(name, tokens, part.table()).add(count));
    }

    /** Rows of any table were met. */
    boolean anyRows() {
        return anyRows;
    }

    Contents contents(boolean complete) {
        if (anyRows) {
            return anyTableCreated ? Contents.COMPLETE : Contents.DATA;
        }
        return complete ? Contents.SCHEMA : Contents.UNKNOWN;
    }

    /** With their rows only if all of the dump was read. */
    List<TableContent> tables(boolean complete) {
        List<TableContent> list = new ArrayList<>();
        for (Table table : tables.values()) {
            boolean known = complete && table.counted;
            list.add(new TableContent(table.name, known ? OptionalLong.of(table.rows) : OptionalLong.empty()));
        }
        return list;
    }

    List<String> roles() {
        return List.copyOf(roles);
    }

    List<String> extensions() {
        return List.copyOf(extensions);
    }

    List<String> schemas() {
        return List.copyOf(schemas);
    }

    /** Created ones and {@code connected} ones. */
    List<String> databases(List<String> connected) {
        Set<String> all = new LinkedHashSet<>(databases);
        all.addAll(connected);
        return List.copyOf(all);
    }

    Map<String, List<String>> extensionTables() {
        return extensionUse.tables();
    }

    List<String> risks() {
        return risks.sentences();
    }
}
