package recovery.core.target.postgres;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import recovery.core.backup.BackupFormat;
import recovery.core.backup.Contents;
import recovery.core.backup.Engine;
import recovery.core.error.Note;
import recovery.core.inspect.Inspection;
import recovery.core.target.LoadResult;
import recovery.core.target.LoadWatch;
import recovery.harness.QuietWatch;
import recovery.harness.RealPostgres;

/** Targets and small values for the tests of this package. */
final class Targets {
    private Targets() {}

    static PostgresSettings settings(RealPostgres server, String database) {
        return PostgresSettings.of(
                server.host(), server.port(), server.user(), server.password().toCharArray(), database, "");
    }

    /** As a login role that tests created with the password {@code secret}. */
    static PostgresSettings settings(RealPostgres server, String database, String role) {
        return PostgresSettings.of(server.host(), server.port(), role, "secret".toCharArray(), database, "");
    }

    static PostgresTarget target(RealPostgres server, String database) {
        return new PostgresTarget(settings(server, database));
    }

    static Inspection backup(List<String> roles, List<String> extensions, String serverVersion, long contentBytes) {
        return new Inspection(
                "shop.sql",
                BackupFormat.SQL,
                Optional.of(Engine.POSTGRESQL),
                Optional.of(serverVersion),
                Optional.of(serverVersion),
                Contents.COMPLETE,
                true,
                true,
                contentBytes,
                OptionalLong.of(contentBytes),
                List.of(),
                roles,
                extensions,
                List.of(),
                List.of(),
                List.of(),
                List.of());
    }

    static LoadResult loaded(boolean foreignKeysProven) {
        return new LoadResult(List.of(), List.<Note>of(), foreignKeysProven, false);
    }

    static LoadWatch watch() {
        return new QuietWatch();
    }
}
