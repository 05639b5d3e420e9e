package recovery.core.target.postgres;

import static recovery.core.target.postgres.LoadNotes.Kind.TRIGGERS_ADAPTED;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import recovery.core.dump.DumpPart;
import recovery.core.dump.SqlTokens;

/**
 * Scripts that switch all triggers off while rows are loaded. A plain owner may not switch off foreign keys; then the
 * triggers of users are switched off, and foreign keys are checked row by row.
 */
final class TriggerRules implements StatementRule {
    /** Remembers each trigger that is on, then switches them off. */
    private static final String USER_TRIGGERS_OFF = """
            DO $recovery$
            DECLARE one record;
            BEGIN
              CREATE TEMP TABLE IF NOT EXISTS recovery_triggers (tab oid, name text, state "char");
              FOR one IN SELECT tgrelid, tgname, tgenabled FROM pg_catalog.pg_trigger t
                         JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid
                         WHERE NOT tgisinternal AND tgenabled <> 'D'%s AND NOT EXISTS
                               (SELECT FROM pg_catalog.pg_depend d WHERE d.objid = t.oid AND d.deptype = 'P')
              LOOP
                INSERT INTO pg_temp.recovery_triggers VALUES (one.tgrelid, one.tgname, one.tgenabled);
                EXECUTE pg_catalog.format('ALTER TABLE %%s DISABLE TRIGGER %%I', one.tgrelid::pg_catalog.regclass, one.tgname);
              END LOOP;
            END $recovery$""";

    /** Switches on again what {@link #USER_TRIGGERS_OFF} switched off; harmless without it. */
    static final String USER_TRIGGERS_ON = """
            DO $recovery$
            DECLARE one record;
            BEGIN
              IF pg_catalog.to_regclass('pg_temp.recovery_triggers') IS NOT NULL THEN
                FOR one IN SELECT r.* FROM pg_temp.recovery_triggers r
                           JOIN pg_catalog.pg_trigger t ON t.tgrelid = r.tab AND t.tgname = r.name
                LOOP
                  EXECUTE pg_catalog.format('ALTER TABLE %s ENABLE %s TRIGGER %I', one.tab::pg_catalog.regclass,
                    CASE one.state WHEN 'A' THEN 'ALWAYS' WHEN 'R' THEN 'REPLICA' ELSE '' END, one.name);
                END LOOP;
                DROP TABLE pg_temp.recovery_triggers;
              END IF;
            END $recovery$""";

    private static final Set<String> NOT_ALLOWED = Set.of("42501");

    private final Neighbours neighbours;

    TriggerRules(Neighbours neighbours) {
        this.neighbours = neighbours;
    }

    @Override
    public Optional<Ruling> rule(DumpPart.Statement statement, SqlTokens tokens) {
        if (tokens.begins("alter table")) {
            return ofTable(statement, tokens);
        }
        int setting = tokens.begins("set") ? tokens.find(1, "session_replication_role") : -1;
        if (setting < 0 || setting > 2) {
            return Optional.empty();
        }
        boolean off =
                tokens.get(tokens.size() - 1).text().toLowerCase(Locale.ROOT).equals("replica");
        return Optional.of(Ruling.run(statement.sql())
                .forgiving(NOT_ALLOWED, note(statement))
                .orElse(off ? USER_TRIGGERS_OFF.formatted(neighbours.without("c.relnamespace")) : USER_TRIGGERS_ON));
    }

    private static Optional<Ruling> ofTable(DumpPart.Statement statement, SqlTokens tokens) {
        int trigger = Math.max(tokens.find(3, "disable trigger all"), tokens.find(3, "enable trigger all"));
        if (trigger < 0) {
            return Optional.empty();
        }
        String sql = statement.sql();
        String users = sql.substring(0, tokens.get(trigger + 2).begin())
                + "USER"
                + sql.substring(tokens.get(trigger + 2).end());
        return Optional.of(
                Ruling.run(sql).forgiving(NOT_ALLOWED, note(statement)).orElse(users));
    }

    private static Consumer<LoadNotes> note(DumpPart.Statement statement) {
        return notes ->
                notes.add(TRIGGERS_ADAPTED, "statement", "statements", SqlTokens.summary(statement.sql()), statement);
    }
}
