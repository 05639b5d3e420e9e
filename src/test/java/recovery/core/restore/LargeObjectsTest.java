package recovery.core.restore;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import recovery.core.verify.Verification;
import recovery.harness.PostgresTools;
import recovery.harness.RealPostgres;
import recovery.harness.RestoreBench;

/** Large objects of several owners come back with content, owners, privileges and comments, whoever dumped them. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LargeObjectsTest {
    private static final String STATE =
            "SELECT concat_ws('|', m.oid, rolname, lomacl, obj_description(m.oid, 'pg_largeobject'),"
                    + " length(lo_get(m.oid)), md5(lo_get(m.oid)), id) FROM pg_largeobject_metadata m JOIN pg_roles r ON"
                    + " r.oid = lomowner LEFT JOIN pictures ON picture = m.oid ORDER BY m.oid";

    @TempDir
    private Path folder;

    /** Version 1.16 has one entry for several objects with the same owner and privileges. */
    @ParameterizedTest
    @CsvSource({
        "by-13.dump, 12",
        "by-13.dump, 15",
        "by-13.dump, 18",
        "by-18.dump, 12",
        "by-18.dump, 15",
        "by-18.dump, 18",
        "by-18.tar, 12",
        "by-18.tar, 15",
        "by-18.tar, 18",
    })
    void comeBackAsTheyWere(String backup, int version) {
        RealPostgres server = RealPostgres.version(version).withShopRoles();
        String original = server.newDatabase();
        new PostgresTools(server).psql(original, RestoreBench.sample("largeobjects/largeobjects.sql"));
        String live = server.newDatabase();
        RestoreReport report;
        try (RestoreBench bench = RestoreBench.postgres(folder, server, live)) {
            report = bench.put(backup, RestoreBench.sample("largeobjects/" + backup))
                    .restore(backup);
        }

        assertThat(report.error()).isEmpty();
        assertThat(report.verification().status()).isEqualTo(Verification.Status.PASSED);
        List<String> expected = server.query(original, STATE);
        assertThat(server.query(live, STATE)).hasSize(5).isEqualTo(expected);
        assertThat(expected.get(0)).startsWith("910001|shop_owner|{").contains("shop_audit=r/", "|the 'first' one|5|");
    }
}
