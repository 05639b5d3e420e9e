package recovery.core.target.postgres;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import recovery.core.dump.DumpReader;
import recovery.core.error.Note;
import recovery.core.layer.Cancellation;
import recovery.core.target.LoadOptions;
import recovery.core.target.LoadResult;
import recovery.core.target.LoadWatch;
import recovery.harness.RealPostgres;

/** Loads a dump into a fresh database of a real server and keeps what the loader told on the way. */
final class LoadProbe implements LoadWatch {
    final RealPostgres server;
    final String database;
    final List<String> objects = new ArrayList<>();
    final Cancellation cancellation = new Cancellation();
    long rows;
    private String user;
    private String password;
    private boolean liveExists = true;

    LoadProbe(int version) {
        this(RealPostgres.version(version), RealPostgres.version(version).newDatabase());
    }

    private LoadProbe(RealPostgres server, String database) {
        this.server = server;
        this.database = database;
        user = server.user();
        password = server.password();
    }

    /** Into a database that is there already. */
    static LoadProbe into(RealPostgres server, String database) {
        return new LoadProbe(server, database);
    }

    /** Loads as a new role, returned, without any rights but on the database itself. */
    String asPlainRole() {
        String role = database + "_owner";
        server.execute(
                "postgres",
                "CREATE ROLE " + role + " LOGIN PASSWORD 'secret'",
                "ALTER DATABASE " + database + " OWNER TO " + role);
        user = role;
        password = "secret";
        return role;
    }

    LoadProbe withoutLive() {
        liveExists = false;
        return this;
    }

    LoadResult load(DumpReader dump) {
        return load(dump, LoadOptions.USUAL);
    }

    LoadResult load(DumpReader dump, LoadOptions options) {
        try (Connection connection = connect()) {
            return new PostgresLoader(connection, "shop", liveExists, options).load(dump, this);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Connection connect() throws SQLException {
        Properties login = new Properties();
        login.setProperty("user", user);
        login.setProperty("password", password);
        login.setProperty("preferQueryMode", "simple");
        return DriverManager.getConnection(
                "jdbc:postgresql://" + server.host() + ":" + server.port() + "/" + database, login);
    }

    List<String> query(String sql) {
        return server.query(database, sql);
    }

    static List<String> texts(LoadResult result) {
        return result.notes().stream().map(LoadProbe::text).toList();
    }

    static String text(Note note) {
        return note.code() + ": " + note.text();
    }

    static List<String> tables(LoadResult result) {
        return result.tables().stream()
                .map(table -> table.table() + " "
                        + (table.expected().isPresent() ? table.expected().getAsLong() : "?"))
                .toList();
    }

    @Override
    public void object(String name) {
        if (!name.isEmpty()) {
            objects.add(name);
        }
    }

    @Override
    public void rows(long more) {
        rows += more;
    }

    @Override
    public Cancellation cancellation() {
        return cancellation;
    }
}
