package recovery.core.restore;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import recovery.core.backup.Backup;
import recovery.core.backup.BackupFormat;
import recovery.core.backup.Compression;
import recovery.core.backup.Contents;
import recovery.core.backup.Engine;
import recovery.core.restore.Retention.Verdict;

class RetentionTest {
    private static final ZoneId ZONE = ZoneId.of("Europe/Berlin");
    private static final KeepRules RULES = new KeepRules(Duration.ofDays(7), 7, 4, 12, KeepRules.ALL);

    @Test
    void keepsTheNewestOfEveryDayWeekMonthAndYear() {
        List<Backup> backups = new ArrayList<>();
        for (LocalDate day = LocalDate.of(2023, 1, 1);
                !day.isAfter(LocalDate.of(2026, 11, 20));
                day = day.plusDays(1)) {
            backups.add(backup("shop-" + day + ".sql.gz", day + "T03:00:00Z"));
        }

        assertThat(kept(backups, Map.of()))
                .containsExactly(
                        "shop-2026-11-20.sql.gz: the newest, daily, weekly, monthly, yearly",
                        "shop-2026-11-19.sql.gz: daily",
                        "shop-2026-11-18.sql.gz: daily",
                        "shop-2026-11-17.sql.gz: daily",
                        "shop-2026-11-16.sql.gz: daily",
                        "shop-2026-11-15.sql.gz: daily, weekly",
                        "shop-2026-11-14.sql.gz: daily",
                        "shop-2026-11-08.sql.gz: weekly",
                        "shop-2026-11-01.sql.gz: weekly",
                        "shop-2026-10-31.sql.gz: monthly",
                        "shop-2026-09-30.sql.gz: monthly",
                        "shop-2026-08-31.sql.gz: monthly",
                        "shop-2026-07-31.sql.gz: monthly",
                        "shop-2026-06-30.sql.gz: monthly",
                        "shop-2026-05-31.sql.gz: monthly",
                        "shop-2026-04-30.sql.gz: monthly",
                        "shop-2026-03-31.sql.gz: monthly",
                        "shop-2026-02-28.sql.gz: monthly",
                        "shop-2026-01-31.sql.gz: monthly",
                        "shop-2025-12-31.sql.gz: monthly, yearly",
                        "shop-2024-12-31.sql.gz: yearly",
                        "shop-2023-12-31.sql.gz: yearly");
    }

    @Test
    void daysWithoutABackupDoNotCountSoABrokenBackupJobMakesNothingDisappear() {
        List<Backup> backups = new ArrayList<>();
        for (int day = 1; day <= 7; day++) {
            backups.add(backup("shop-2026010" + day + ".dump", "2026-01-0" + day + "T12:00:00Z"));
        }
        assertThat(kept(backups, Map.of())).hasSize(7);
    }

    @Test
    void theNewestStaysWhateverTheRulesSay() {
        KeepRules none = new KeepRules(Duration.ZERO, 0, 0, 0, 0);
        List<Backup> backups =
                List.of(backup("shop-1.sql", "2026-01-01T00:00:00Z"), backup("shop-2.sql", "2026-01-02T00:00:00Z"));
        assertThat(kept(new Retention(none, ZONE).judge(backups, Map.of()))).containsExactly("shop-2.sql: the newest");
    }

    @Test
    void backupsOfAnotherDatabaseNeverCountAsThoseOfThisOne() {
        KeepRules one = new KeepRules(Duration.ZERO, 1, 0, 0, 0);
        List<Backup> backups = List.of(
                backup("shop_20260103_0300.sql.gz", "2026-01-03T03:00:00Z"),
                backup("shop_20260102_0300.sql.gz", "2026-01-02T03:00:00Z"),
                backup("crm_20260101_0300.sql.gz", "2026-01-01T03:00:00Z"));
        assertThat(kept(new Retention(one, ZONE).judge(backups, Map.of())))
                .containsExactly(
                        "shop_20260103_0300.sql.gz: the newest, daily", "crm_20260101_0300.sql.gz: the newest, daily");
    }

    @Test
    void whatCannotBeRestoredNeitherCountsNorGoes() {
        KeepRules one = new KeepRules(Duration.ZERO, 1, 0, 0, 0);
        List<Backup> backups = List.of(
                unrestorable("shop-2026-01-03.sql", "2026-01-03T00:00:00Z"),
                backup("shop-2026-01-02.sql", "2026-01-02T00:00:00Z"),
                backup("shop-2026-01-01.sql", "2026-01-01T00:00:00Z"));
        assertThat(kept(new Retention(one, ZONE).judge(backups, Map.of())))
                .containsExactly(
                        "shop-2026-01-03.sql: not judged: the file is cut off",
                        "shop-2026-01-02.sql: the newest, daily");
    }

    @Test
    void whatIsNeededStays() {
        List<Backup> backups = List.of(
                backup("shop-2026-01-02.sql", "2026-01-02T10:00:00Z"),
                backup("shop-2026-01-01.sql", "2026-01-02T09:00:00Z"));
        assertThat(kept(backups, Map.of("shop-2026-01-01.sql", "restore 1 came from it")))
                .containsExactly(
                        "shop-2026-01-02.sql: the newest, daily, weekly, monthly, yearly",
                        "shop-2026-01-01.sql: restore 1 came from it");
    }

    @Test
    void adayEndsAtMidnightHere() {
        KeepRules two = new KeepRules(Duration.ZERO, 2, 0, 0, 0);
        // 23:30 and 00:30 in Berlin
        List<Backup> backups =
                List.of(backup("a-1.sql", "2026-06-01T22:30:00Z"), backup("a-2.sql", "2026-06-01T21:30:00Z"));
        assertThat(kept(new Retention(two, ZONE).judge(backups, Map.of())))
                .containsExactly("a-1.sql: the newest, daily", "a-2.sql: daily");
    }

    @Test
    void pruningAgainAndAgainDeletesNothingMore() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<Backup> backups = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            Instant taken = Instant.parse("2026-11-20T12:00:00Z").minusSeconds(random.nextInt(3 * 365 * 86_400));
            backups.add(backup("shop-" + i + ".sql", taken.toString()));
        }
        List<Backup> first = left(new Retention(RULES, ZONE).judge(backups, Map.of()));
        assertThat(left(new Retention(RULES, ZONE).judge(first, Map.of())))
                .as("seed " + seed)
                .isEqualTo(first);
    }

    private static List<Backup> left(List<Verdict> verdicts) {
        return verdicts.stream()
                .filter(verdict -> !verdict.keptBecause().isEmpty())
                .map(Verdict::backup)
                .toList();
    }

    private static List<String> kept(List<Backup> backups, Map<String, String> needed) {
        return kept(new Retention(RULES, ZONE).judge(backups, needed));
    }

    private static List<String> kept(List<Verdict> verdicts) {
        return verdicts.stream()
                .filter(verdict -> !verdict.keptBecause().isEmpty())
                .map(verdict -> verdict.backup().name() + ": " + String.join(", ", verdict.keptBecause()))
                .toList();
    }

    private static Backup backup(String name, String taken) {
        return backup(name, taken, Optional.empty());
    }

    private static Backup unrestorable(String name, String taken) {
        return backup(name, taken, Optional.of("the file is cut off"));
    }

    private static Backup backup(String name, String taken, Optional<String> reason) {
        return new Backup(
                name,
                Path.of(name),
                7,
                Instant.parse(taken),
                Instant.parse(taken),
                BackupFormat.SQL,
                Compression.NONE,
                false,
                Optional.of(Engine.POSTGRESQL),
                Contents.COMPLETE,
                reason.isEmpty(),
                reason,
                Optional.empty(),
                Map.of());
    }
}
