package recovery.core.restore;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.Optional;
import recovery.core.target.ReplaceableTarget;
import recovery.core.target.Strategy;
import recovery.core.target.Target;
import recovery.core.target.postgres.PostgresSettings;
import recovery.core.target.postgres.PostgresTarget;
import recovery.harness.RestoreBench;

/** A process of its own that begins a restore by strategy replace and dies in the middle, as by kill -9. */
final class CrashingReplace {
    private CrashingReplace() {}

    /**
     * @param arguments folder, host, port, user, password, database, backup, and where to die: {@code before dropLive},
     *     {@code behind dropLive} and so on, with a number if it is not the first call
     */
    public static void main(String[] arguments) throws InterruptedException {
        PostgresSettings settings = PostgresSettings.of(
                arguments[1],
                Integer.parseInt(arguments[2]),
                arguments[3],
                arguments[4].toCharArray(),
                arguments[5],
                "");
        Target target =
                new PostgresTarget(settings, Optional.empty(), new recovery.appcontrol.PgDump(System.getenv("PATH")));
        try (RestoreBench bench = new RestoreBench(Path.of(arguments[0]), dying(target, arguments[7]))) {
            bench.service()
                    .start(RestoreRequest.replacing(arguments[6], "terminal"))
                    .await();
        }
    }

    private static Target dying(Target target, String where) {
        ReplaceableTarget mortal = proxy(ReplaceableTarget.class, target.by(Strategy.REPLACE), null, where);
        return proxy(Target.class, target, mortal, "");
    }

    private static <T> T proxy(Class<T> type, Target real, Target replacing, String where) {
        String[] place = (where + " x x").split(" ", -1);
        int[] calls = {place[2].matches("\\d") ? Integer.parseInt(place[2]) : 1};
        return type.cast(Proxy.newProxyInstance(
                CrashingReplace.class.getClassLoader(), new Class<?>[] {type}, (self, method, values) -> {
                    if (replacing != null && method.getName().equals("by") && values[0] == Strategy.REPLACE) {
                        return replacing;
                    }
                    boolean here = method.getName().equals(place[1]) && --calls[0] == 0;
                    if (here && place[0].equals("before")) {
                        Runtime.getRuntime().halt(137);
                    }
                    try {
                        Object result = method.invoke(real, values);
                        if (here) {
                            Runtime.getRuntime().halt(137);
                        }
                        return result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                }));
    }
}
