package recovery.core.target.postgres;

import static recovery.core.target.postgres.PostgresNames.literal;
import static recovery.core.target.postgres.PostgresNames.quoted;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/**
 * What {@code pg_database} says of one database, in the words of the server's own version.
 *
 * @param provider {@code c} libc, {@code i} ICU, {@code b} built in
 * @param locale of ICU or the built-in provider; empty for libc
 * @param closedBy the transaction that wrote the row; two databases closed by one swap have the same
 */
record DatabaseRow(
        long oid,
        String name,
        String owner,
        boolean mayBeOwner,
        String encoding,
        String collate,
        String ctype,
        String provider,
        Optional<String> locale,
        Optional<String> icuRules,
        String tablespace,
        boolean open,
        boolean template,
        long connectionLimit,
        String closedBy) {
    static final String DEFAULT_TABLESPACE = "pg_default";

    static Optional<DatabaseRow> find(PostgresSession session, String name) throws SQLException {
        return session.first(DatabaseRow::read, select(session.version()) + " WHERE d.datname = ?", name);
    }

    private static String select(int version) {
        String provider = version >= 15 ? "d.datlocprovider" : "'c'";
        String locale = version >= 17 ? "d.datlocale" : version >= 15 ? "d.daticulocale" : "NULL";
        String rules = version >= 16 ? "d.daticurules" : "NULL";
        return "SELECT d.oid, d.datname, pg_get_userbyid(d.datdba), pg_has_role(d.datdba, 'USAGE'),"
                + " pg_encoding_to_char(d.encoding), d.datcollate, d.datctype, " + provider + ", " + locale + ", "
                + rules + ", t.spcname, d.datallowconn, d.datistemplate, d.datconnlimit, d.xmin::text"
                + " FROM pg_database d JOIN pg_tablespace t ON t.oid = d.dattablespace";
    }

    private static DatabaseRow read(ResultSet row) throws SQLException {
        return new DatabaseRow(
                row.getLong(1),
                row.getString(2),
                row.getString(3),
                row.getBoolean(4),
                row.getString(5),
                row.getString(6),
                row.getString(7),
                row.getString(8),
                Optional.ofNullable(row.getString(9)),
                Optional.ofNullable(row.getString(10)),
                row.getString(11),
                row.getBoolean(12),
                row.getBoolean(13),
                row.getLong(14),
                row.getString(15));
    }

    /** The statement that creates an empty database {@code newName} with the same encoding, locale and tablespace. */
    String createLike(String newName, int version) {
        StringBuilder sql = new StringBuilder("CREATE DATABASE ")
                .append(quoted(newName))
                .append(" TEMPLATE template0 ENCODING ")
                .append(literal(encoding))
                .append(" LC_COLLATE ")
                .append(literal(collate))
                .append(" LC_CTYPE ")
                .append(literal(ctype));
        if (version >= 15) {
            switch (provider) {
                case "i" -> sql.append(" LOCALE_PROVIDER icu ICU_LOCALE ").append(literal(locale.orElse("und")));
                case "b" ->
                    sql.append(" LOCALE_PROVIDER builtin BUILTIN_LOCALE ").append(literal(locale.orElse("C")));
                default -> sql.append(" LOCALE_PROVIDER libc");
            }
            icuRules.ifPresent(rules -> sql.append(" ICU_RULES ").append(literal(rules)));
        }
        if (!tablespace.equals(DEFAULT_TABLESPACE)) {
            // naming the default one would need a privilege that leaving it out does not
            sql.append(" TABLESPACE ").append(quoted(tablespace));
        }
        return sql.toString();
    }
}
