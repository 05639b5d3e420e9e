package recovery.core.inspect;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import recovery.core.backup.BackupFormat;
import recovery.core.backup.Contents;
import recovery.core.backup.Engine;
import recovery.core.error.Note;

/**
 * What is in a backup, found without any database. The components are named as in {@code GET /backups/NAME}.
 *
 * @param complete the whole backup was read, and it proved its end or carries no proof; false if only its head was
 * @param proven the backup can prove that it is whole (see {@code DumpReader.Proof}), or is a database file
 * @param engine empty if the content does not say; then it is what the target is
 * @param tables in the order of the backup; from a head only those that were met
 * @param roles owners and grantees named in what was read, sorted
 * @param extensions created by what was read, sorted
 * @param databases that the dump creates or connects to, in order
 * @param risks sentences: what an operator should know before this backup is run
 * @param extensionTables which tables need an extension, as far as the dump tells
 */
public record Inspection(
        String backup,
        BackupFormat format,
        Optional<Engine> engine,
        Optional<String> serverVersion,
        Optional<String> dumpVersion,
        Contents contents,
        boolean complete,
        boolean proven,
        long sizeBytes,
        OptionalLong contentBytes,
        List<TableContent> tables,
        List<String> roles,
        List<String> extensions,
        List<String> schemas,
        List<String> databases,
        List<String> risks,
        List<Note> notes,
        Map<String, List<String>> extensionTables) {

    /** Rows are empty if they cannot be counted without a database. Name quoted as SQL, with its schema. */
    public record TableContent(String name, OptionalLong rows) {}

    public Inspection {
        tables = List.copyOf(tables);
        roles = List.copyOf(roles);
        extensions = List.copyOf(extensions);
        schemas = List.copyOf(schemas);
        databases = List.copyOf(databases);
        risks = List.copyOf(risks);
        notes = List.copyOf(notes);
        extensionTables = Map.copyOf(extensionTables);
    }

    /** Nothing is known of tables that need an extension. */
    public Inspection(
            String backup,
            BackupFormat format,
            Optional<Engine> engine,
            Optional<String> serverVersion,
            Optional<String> dumpVersion,
            Contents contents,
            boolean complete,
            boolean proven,
            long sizeBytes,
            OptionalLong contentBytes,
            List<TableContent> tables,
            List<String> roles,
            List<String> extensions,
            List<String> schemas,
            List<String> databases,
            List<String> risks,
            List<Note> notes) {
        this(
                backup,
                format,
                engine,
                serverVersion,
                dumpVersion,
                contents,
                complete,
                proven,
                sizeBytes,
                contentBytes,
                tables,
                roles,
                extensions,
                schemas,
                databases,
                risks,
                notes,
                Map.of());
    }

    /** Rows in all tables that could be counted. */
    public long rows() {
        return tables.stream().mapToLong(table -> table.rows().orElse(0)).sum();
    }
}
