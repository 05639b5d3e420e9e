package recovery.core.target.postgres;

import static recovery.core.error.ErrorCode.LOAD_FAILED;
import static recovery.core.error.RecoveryException.problem;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Optional;
import recovery.core.dump.DumpPart;
import recovery.core.dump.SqlTokens;
import recovery.core.error.RecoveryException;
import recovery.core.target.LoadWatch;
import recovery.core.target.postgres.FinishedWork.Kind;

/**
 * Writes the content of large objects, which exist already. Small ones go to the server together, because a round trip
 * for each would cost more than the work; of a large one never more than a slice is held. For one thread.
 */
final class LargeObjects {
    private static final int SLICE_BYTES = 512 * 1024;
    private static final int MAX_BATCH_BYTES = 1024 * 1024;
    private static final int MAX_BATCH_OBJECTS = 500;
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private static final String CREATE_AGAIN = "SELECT pg_catalog.lo_create(%1$s)"
            + " WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_largeobject_metadata WHERE oid = %1$s)";

    private final LoadConnection connection;
    private final LoadLedger ledger;
    private final LoadWatch watch;
    private final byte[] slice = new byte[SLICE_BYTES];
    private final StringBuilder batch = new StringBuilder();
    private int batched;
    private long firstPart;
    private long lastPart;
    private long written;

    LargeObjects(LoadConnection connection, LoadLedger ledger, LoadWatch watch) {
        this.connection = connection;
        this.ledger = ledger;
        this.watch = watch;
    }

    /** How many were written. */
    long written() {
        return written;
    }

    /** Writes the content of one, or passes it over if an earlier run of the load has written it. */
    void write(DumpPart.LargeObject object, long part) throws SQLException, IOException {
        watch.object("large object " + object.oid());
        InputStream content = object.content();
        int length = content.readNBytes(slice, 0, SLICE_BYTES);
        if (ledger.before().hasObject(part)) {
            while (length > 0) {
                watch.cancellation().check();
                length = content.readNBytes(slice, 0, SLICE_BYTES);
            }
        } else if (length < SLICE_BYTES) {
            add(object.oid(), length, part);
        } else {
            flush();
            inSlices(object, length, part);
        }
        written++;
    }

    /** Creates a large object only if it is not there, since an earlier run of the load may have created it. */
    static Ruling again(SqlTokens tokens, Ruling ruling) {
        int call = tokens.has(1, "pg_catalog") ? 3 : 1;
        SqlTokens.Token oid = tokens.get(call + 2);
        boolean creates = tokens.begins("select")
                && tokens.get(call).is("lo_create")
                && oid.text().matches("\\d{1,10}")
                && tokens.size() == call + 4;
        return creates && ruling.sql().isPresent()
                ? ruling.with(Optional.of(CREATE_AGAIN.formatted(oid.text())), ruling.note())
                : ruling;
    }

    /** Sends what was taken and not yet sent. */
    void flush() throws SQLException {
        if (batched > 0) {
            watch.cancellation().check();
            LoadLedger.Entry entry = ledger.parts(Kind.OBJECTS, firstPart, lastPart);
            String sql = batch.append(entry.sql()).toString();
            boolean inside = connection.inTransaction();
            batch.setLength(0);
            batched = 0;
            try {
                connection.runTogether(sql);
                if (!inside) {
                    ledger.written(entry);
                }
            } catch (SQLException e) {
                watch.cancellation().check();
                throw PostgresErrors.surroundings(e, connection.server()).orElseGet(() -> failure("several", e));
            }
        }
    }

    private void add(long oid, int length, long part) throws SQLException {
        if (batched == MAX_BATCH_OBJECTS || batch.length() + 2 * length > MAX_BATCH_BYTES) {
            flush();
        }
        firstPart = batched == 0 ? part : firstPart;
        lastPart = part;
        batch.append("SELECT pg_catalog.lo_put(").append(oid).append(", 0, pg_catalog.decode('");
        for (int i = 0; i < length; i++) {
            batch.append((char) HEX[(slice[i] >> 4) & 15]).append((char) HEX[slice[i] & 15]);
        }
        batch.append("', 'hex'));\n");
        batched++;
    }

    private void inSlices(DumpPart.LargeObject object, int first, long part) throws SQLException, IOException {
        try (LoadConnection.LargeObjectWriter writer = connection.largeObject(object.oid())) {
            long total = 0;
            int length = first;
            while (length > 0) {
                watch.cancellation().check();
                writer.write(slice, length);
                total += length;
                length = object.content().readNBytes(slice, 0, SLICE_BYTES);
            }
            writer.finish(total, ledger.parts(Kind.OBJECTS, part, part).sql());
        } catch (SQLException e) {
            watch.cancellation().check();
            throw PostgresErrors.surroundings(e, connection.server())
                    .orElseGet(() -> failure(String.valueOf(object.oid()), e));
        }
    }

    private static RecoveryException failure(String oid, SQLException e) {
        return problem(LOAD_FAILED, "the content of large object %s cannot be written: %s", oid, PostgresErrors.said(e))
                .causedBy(e)
                .remedy(
                        "Read what the database said and correct the cause on the server, then try again.",
                        "If it is for lack of rights, restore with the owner of the large objects or a superuser.");
    }
}
