package recovery.core.target.sqlite;

import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import recovery.core.backup.FileUsers;

/** Finds out which processes have files open. Any thread may ask. */
public interface OpenFileFinder {
    /** Asks the system's own folder of processes, which only Linux has. */
    OpenFileFinder PROC = FileUsers::others;

    /** Other processes than this one that have one of {@code files} open, as {@code name (pid 12)}; nobody if it cannot be known. */
    List<String> others(Collection<Path> files);
}
