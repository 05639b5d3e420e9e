package recovery.config;

import java.util.ArrayList;
import java.util.List;

/** The effective settings for the start and the log: never a secret, always where a value came from. */
final class Description {
    private Description() {}

    static List<String> lines(RawSettings raws, TargetSettings target, boolean demo) {
        List<String> lines = new ArrayList<>();
        lines.add("target = %s%s".formatted(target.address(), demo ? " (demo: no database is set)" : ""));
        for (Setting setting : Setting.values()) {
            boolean common = setting.fallback().isPresent() && !Setting.SERVER.contains(setting);
            if (setting.hasEffect() && (common || raws.get(setting).isPresent())) {
                lines.add("%s = %s (%s)".formatted(setting, shown(setting, raws, target), raws.source(setting)));
            }
        }
        if (target instanceof TargetSettings.Postgres server
                && raws.get(Setting.DATABASE_URL).isEmpty()) {
            addDefaults(lines, raws, server);
        }
        return lines;
    }

    private static String shown(Setting setting, RawSettings raws, TargetSettings target) {
        if (setting.isSecret()) {
            return "***";
        }
        if (setting == Setting.PGP_PUBLIC_KEY_BASE64) {
            return raws.text(setting)
                            .substring(0, Math.min(20, raws.text(setting).length())) + "…";
        }
        return setting == Setting.DATABASE_URL ? url(target) : raws.text(setting);
    }

    private static void addDefaults(List<String> lines, RawSettings raws, TargetSettings.Postgres server) {
        List.of(
                        new Default(Setting.DB_HOST, server.host()),
                        new Default(Setting.DB_PORT, Integer.toString(server.port())),
                        new Default(Setting.DB_USER, server.user()),
                        new Default(Setting.DB_NAME, server.database()))
                .stream()
                .filter(fallback -> raws.get(fallback.setting()).isEmpty())
                .forEach(fallback -> lines.add("%s = %s (default)".formatted(fallback.setting(), fallback.value())));
    }

    private record Default(Setting setting, String value) {}

    /** Built anew from its parts, because what was typed may hold the password in more than one place. */
    private static String url(TargetSettings target) {
        if (target instanceof TargetSettings.Postgres server) {
            return "postgresql://%s%s@%s:%d/%s%s"
                    .formatted(
                            server.user(),
                            server.password().isPresent() ? ":***" : "",
                            TargetSettings.Postgres.bracketed(server.host()),
                            server.port(),
                            server.database(),
                            server.sslMode().map(mode -> "?sslmode=" + mode).orElse(""));
        }
        return "sqlite:" + ((TargetSettings.Sqlite) target).path();
    }
}
