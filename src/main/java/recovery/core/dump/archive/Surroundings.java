package recovery.core.dump.archive;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What stands around the definition of an entry and is not in it: settings before, owner and access method behind
 * (_printTocEntry and _getObjectDescription in pg_backup_archiver.c). Remembers which settings were made. For one thread.
 */
final class Surroundings {
    /** A function's arguments may be many. */
    private static final int LONGEST_DROP = 1 << 20;

    private final Toc toc;
    private final TocText text;
    private String schema = "";
    private Optional<String> tablespace = Optional.empty();
    private Optional<String> accessMethod = Optional.empty();
    private boolean withOids;

    Surroundings(Toc toc, TocText text) {
        this.toc = toc;
        this.text = text;
    }

    /** How every restore begins. Settings that not all servers know are left out: what they prevent is switched off anyway. */
    List<String> session() {
        List<String> settings = new ArrayList<>(List.of(
                "SET statement_timeout = 0",
                "SET lock_timeout = 0",
                "SET idle_in_transaction_session_timeout = 0",
                "SET client_encoding = '" + toc.rules().encoding() + "'",
                "SET standard_conforming_strings = " + (toc.rules().standardStrings() ? "on" : "off")));
        toc.searchPath().ifPresent(settings::add);
        settings.add("SET check_function_bodies = false");
        settings.add("SET xmloption = content");
        settings.add("SET client_min_messages = warning");
        if (!toc.rules().standardStrings()) {
            settings.add("SET escape_string_warning = off");
        }
        settings.add("SET row_security = off");
        return settings;
    }

    /** Settings that the entry needs and that do not hold yet. */
    List<String> before(TocEntry entry) {
        List<String> settings = new ArrayList<>();
        String wanted = entry.schema().map(toc::text).orElse("");
        if (toc.searchPath().isEmpty() && !wanted.isEmpty() && !wanted.equals(schema)) {
            schema = wanted;
            settings.add("SET search_path = " + SqlNames.qualified(Optional.empty(), wanted)
                    + (wanted.equals("pg_catalog") ? "" : ", pg_catalog"));
        }
        if (entry.storage().tablespace().isPresent()
                && !entry.storage().tablespace().equals(tablespace)) {
            tablespace = entry.storage().tablespace();
            String name = toc.text(tablespace.get());
            settings.add("SET default_tablespace = " + (name.isEmpty() ? "''" : SqlNames.quoted(name)));
        }
        if (hasText(entry.storage().accessMethod())
                && !entry.storage().partitioned()
                && !entry.storage().accessMethod().equals(accessMethod)) {
            accessMethod = entry.storage().accessMethod();
            settings.add("SET default_table_access_method = " + SqlNames.quoted(toc.text(accessMethod.get())));
        }
        if (entry.kind().equals("TABLE") && entry.withOids() != withOids) {
            withOids = entry.withOids();
            settings.add("SET default_with_oids = " + withOids);
        }
        return settings;
    }

    /** What makes the object as it was, once it is created. */
    List<String> after(TocEntry entry) throws IOException {
        List<String> statements = new ArrayList<>();
        if (hasText(entry.owner()) && !entry.texts().drop().isEmpty()) {
            String owner = SqlNames.quoted(toc.text(entry.owner().get()));
            described(entry).ifPresent(object -> statements.add("ALTER " + object + " OWNER TO " + owner));
        }
        if (entry.storage().partitioned() && hasText(entry.storage().accessMethod())) {
            statements.add("ALTER TABLE %s SET ACCESS METHOD %s"
                    .formatted(
                            name(entry),
                            SqlNames.quoted(
                                    toc.text(entry.storage().accessMethod().get()))));
        }
        return statements;
    }

    /** The object as ALTER names it; empty if it has no owner of its own. */
    private Optional<String> described(TocEntry entry) throws IOException {
        return switch (entry.kind()) {
            case "COLLATION",
                    "CONVERSION",
                    "DOMAIN",
                    "FOREIGN TABLE",
                    "MATERIALIZED VIEW",
                    "PROPERTY GRAPH",
                    "SEQUENCE",
                    "STATISTICS",
                    "TABLE",
                    "TEXT SEARCH CONFIGURATION",
                    "TEXT SEARCH DICTIONARY",
                    "TYPE",
                    "VIEW" -> Optional.of(entry.kind() + " " + name(entry));
            case "EVENT TRIGGER",
                    "FOREIGN DATA WRAPPER",
                    "PROCEDURAL LANGUAGE",
                    "PUBLICATION",
                    "SCHEMA",
                    "SERVER",
                    "SUBSCRIPTION" -> Optional.of(entry.kind() + " " + schemaOrName(entry));
            case "BLOB" -> Optional.of("LARGE OBJECT " + toc.text(entry.tag()));
            case "AGGREGATE", "FUNCTION", "OPERATOR", "OPERATOR CLASS", "OPERATOR FAMILY", "PROCEDURE" ->
                afterDrop(entry);
            default -> Optional.empty();
        };
    }

    private String name(TocEntry entry) {
        return SqlNames.qualified(entry.schema().map(toc::text), toc.text(entry.tag()));
    }

    private String schemaOrName(TocEntry entry) {
        String name = toc.text(entry.tag());
        return entry.kind().equals("SCHEMA") && name.equals("public") ? name : SqlNames.quoted(name);
    }

    /** The types of the arguments stand only in the statement that drops the object. */
    private Optional<String> afterDrop(TocEntry entry) throws IOException {
        String drop = toc.text(text.read(entry.texts().drop(), LONGEST_DROP)).strip();
        boolean usual = drop.startsWith("DROP ") && drop.endsWith(";");
        if (!usual) {
            throw ArchiveProblems.damaged(
                    "entry %d has no statement that drops it".formatted(entry.dumpId()),
                    entry.texts().drop().at());
        }
        String object = drop.substring("DROP ".length(), drop.length() - 1);
        return Optional.of(
                object.startsWith(entry.kind() + " IF EXISTS ")
                        ? entry.kind() + object.substring(entry.kind().length() + " IF EXISTS".length())
                        : object);
    }

    private static boolean hasText(Optional<String> text) {
        return text.isPresent() && !text.get().isEmpty();
    }
}
