package recovery.core.restore;

import java.util.Optional;

/** Who holds a lock, for the one who meets it. */
final class JobHolder {
    private JobHolder() {}

    /** E.g. {@code 20261120_081500 by root, process 4711 on db-host}. */
    static String describe(String id) {
        String host = Optional.ofNullable(System.getenv("HOSTNAME"))
                .or(() -> Optional.ofNullable(System.getenv("COMPUTERNAME")))
                .or(JobHolder::hostFile)
                .orElse("this host");
        return "%s by %s, process %d on %s"
                .formatted(
                        id,
                        System.getProperty("user.name"),
                        ProcessHandle.current().pid(),
                        host);
    }

    /** Whether it was written on this host, whose name may have been cut off at its end. */
    static boolean isOfThisHost(String holder) {
        String here = describe("");
        String host = here.substring(here.lastIndexOf(" on ") + 4);
        int at = holder.lastIndexOf(" on ");
        return at >= 0 && at + 4 < holder.length() && host.startsWith(holder.substring(at + 4));
    }

    /** Core opens no sockets, so it asks no name service either. */
    private static Optional<String> hostFile() {
        try {
            return Optional.of(java.nio.file.Files.readString(java.nio.file.Path.of("/etc/hostname"))
                            .strip())
                    .filter(name -> !name.isEmpty());
        } catch (java.io.IOException e) {
            return Optional.empty();
        }
    }
}
