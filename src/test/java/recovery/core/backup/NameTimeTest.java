package recovery.core.backup;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NameTimeTest {
    private static final Instant NOW = Instant.parse("2026-11-20T08:00:00Z");
    private static final Instant MODIFIED = Instant.parse("2024-12-18T03:33:00Z");
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

    @ParameterizedTest
    @CsvSource({
        "shop-20241218-020000.sql.gz,             2024-12-18T01:00:00Z",
        "backup_2024-12-18_02-00-00.dump,         2024-12-18T01:00:00Z",
        "2024-12-18T020000Z,                      2024-12-18T02:00:00Z",
        "2024-12-18T02:00:00.123Z.sql,            2024-12-18T02:00:00Z",
        "2024-12-18 02.00.00 UTC.sql,             2024-12-18T02:00:00Z",
        "db_20241217.sql,                         2024-12-16T23:00:00Z",
        "db_20241218.sql,                         2024-12-18T03:33:00Z",
        "db-2024.12.17.sql,                       2024-12-16T23:00:00Z",
        "shop202412180205.sql,                    2024-12-18T01:05:00Z",
        "shop-2024-12-18-02h05.sql,               2024-12-18T01:05:00Z",
        "shop-20241217-999999.sql,                2024-12-16T23:00:00Z",
        "shop-20241399-20241217-020000.sql,       2024-12-17T01:00:00Z",
        "shop-20240704-020000.sql,                2024-07-04T00:00:00Z"
    })
    void readsTheTimeInTheName(String name, Instant time) {
        assertThat(NameTime.inName(name, MODIFIED, NOW, BERLIN)).contains(time);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "shop.sql",
                "shop-20271218-020000.sql",
                "shop-20261120-235900.sql",
                "shop-20241399.sql",
                "shop-00000000.sql",
                "shop-18991231.sql",
                "shop-1234567890.sql",
                "shop-99999999-999999.sql",
                "v1.4.2.sql"
            })
    void ignoresWhatIsNoTimeOrLiesInTheFuture(String name) {
        assertThat(NameTime.inName(name, MODIFIED, NOW, BERLIN)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "2024-12-18T02:00:00+00:00,      2024-12-18T02:00:00Z",
        "2024-12-18T02:00:00+0100,       2024-12-18T01:00:00Z",
        "2024-12-18T02:00:00.5Z,         2024-12-18T02:00:00.500Z",
        "2024-12-18 02:00:00,            2024-12-18T01:00:00Z",
        "2024-12-18 02:00:00 UTC,        2024-12-18T02:00:00Z",
        "2024-12-18 02:00:00 +0000,      2024-12-18T02:00:00Z",
        "2024-12-18,                     2024-12-17T23:00:00Z",
        "1734487200,                     2024-12-18T02:00:00Z",
        "1734487200.25,                  2024-12-18T02:00:00Z",
        "1734487200000,                  2024-12-18T02:00:00Z"
    })
    void readsTheTimesOfSidecars(String text, Instant time) {
        assertThat(NameTime.inField(text, NOW, BERLIN)).contains(time);
    }

    @Test
    void ignoresNonsenseInSidecars() {
        for (String text :
                new String[] {"", "yesterday", "2027-01-01T00:00:00Z", "2024-13-01", "0", "999999999999999"}) {
            assertThat(NameTime.inField(text, NOW, BERLIN)).as(text).isEmpty();
        }
    }
}
