package recovery.core.restore;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.IsoFields;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import recovery.core.backup.Backup;

/**
 * Which backups are kept, by age classes: of the last days, weeks, months and years that have a backup at all, the newest
 * one of each. Days without a backup do not count, so a broken backup job makes nothing disappear.
 *
 * <p>Backups whose names differ in more than digits are series of their own, so that those of one database never count as
 * those of another. What this program cannot restore is never offered: nobody knows what it is worth. Stateless.
 */
final class Retention {
    private final KeepRules rules;
    private final ZoneId zone;

    /** Days begin at midnight in {@code zone}. */
    Retention(KeepRules rules, ZoneId zone) {
        this.rules = rules;
        this.zone = zone;
    }

    /**
     * What becomes of one backup.
     *
     * @param keptBecause reasons, sentences without a full stop; empty if it is offered for deletion
     */
    record Verdict(Backup backup, List<String> keptBecause) {
        Verdict {
            keptBecause = List.copyOf(keptBecause);
        }
    }

    /**
     * One verdict for each of {@code backups}, newest first.
     *
     * @param needed names of backups that must stay, with the reason
     */
    List<Verdict> judge(List<Backup> backups, Map<String, String> needed) {
        Map<String, List<Backup>> series = new TreeMap<>();
        Map<String, List<String>> reasons = new LinkedHashMap<>();
        List<Backup> newestFirst = backups.stream()
                .sorted(Comparator.comparing(Backup::taken).reversed().thenComparing(Backup::name))
                .toList();
        for (Backup backup : newestFirst) {
            List<String> kept = new ArrayList<>();
            reasons.put(backup.name(), kept);
            if (needed.containsKey(backup.name())) {
                kept.add(needed.get(backup.name()));
            }
            if (backup.restorable()) {
                series.computeIfAbsent(series(backup.name()), none -> new ArrayList<>())
                        .add(backup);
            } else {
                kept.add("not judged: " + backup.reason().orElseThrow());
            }
        }
        series.values().forEach(members -> keep(members, reasons));
        return newestFirst.stream()
                .map(backup -> new Verdict(backup, reasons.get(backup.name())))
                .toList();
    }

    private void keep(List<Backup> members, Map<String, List<String>> reasons) {
        reasons.get(members.get(0).name()).add("the newest");
        keep(
                members,
                reasons,
                rules.daily(),
                "daily",
                time -> time.toLocalDate().toString());
        keep(
                members,
                reasons,
                rules.weekly(),
                "weekly",
                time -> time.get(IsoFields.WEEK_BASED_YEAR) + "-" + time.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR));
        keep(members, reasons, rules.monthly(), "monthly", time -> time.getYear() + "-" + time.getMonthValue());
        keep(members, reasons, rules.yearly(), "yearly", time -> Integer.toString(time.getYear()));
    }

    private void keep(
            List<Backup> members,
            Map<String, List<String>> reasons,
            int most,
            String reason,
            Function<ZonedDateTime, String> period) {
        Set<String> seen = new HashSet<>();
        for (Backup backup : members) {
            Instant taken = backup.taken();
            if (seen.size() < most && seen.add(period.apply(taken.atZone(zone)))) {
                reasons.get(backup.name()).add(reason);
            }
        }
    }

    /** The name without its digits and what stands between them. */
    static String series(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("\\d+([-_:. t]*\\d+)*", "#");
    }
}
