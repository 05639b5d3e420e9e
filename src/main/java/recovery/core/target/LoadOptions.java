package recovery.core.target;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import recovery.core.dump.DumpChoice;

/**
 * How a backup is to be loaded.
 *
 * @param skippedExtensions not created; what cannot be made without them is left out and listed
 * @param schemaFile definitions for a backup that holds rows only
 * @param jobs over how many connections at once, 1 to {@link #MOST_JOBS}; empty for as many as suit this host and the
 *     server. A target that works on one connection takes no notice.
 * @param files for SQLite
 */
public record LoadOptions(
        DumpChoice choice,
        RoleOptions roles,
        Set<String> skippedExtensions,
        Optional<Path> schemaFile,
        OptionalInt jobs,
        FileOptions files) {
    public static final LoadOptions USUAL =
            new LoadOptions(DumpChoice.EVERYTHING, RoleOptions.AS_THEY_ARE, Set.of(), Optional.empty());

    public static final int MOST_JOBS = 64;

    public LoadOptions {
        skippedExtensions = Set.copyOf(skippedExtensions);
        if (jobs.isPresent() && (jobs.getAsInt() < 1 || jobs.getAsInt() > MOST_JOBS)) {
            throw new IllegalArgumentException("jobs " + jobs.getAsInt());
        }
    }

    public LoadOptions(DumpChoice choice, RoleOptions roles, Set<String> skippedExtensions, Optional<Path> schemaFile) {
        this(choice, roles, skippedExtensions, schemaFile, OptionalInt.empty(), FileOptions.USUAL);
    }

    public LoadOptions with(DumpChoice otherChoice) {
        return new LoadOptions(otherChoice, roles, skippedExtensions, schemaFile, jobs, files);
    }

    public LoadOptions withoutSchemaFile() {
        return new LoadOptions(choice, roles, skippedExtensions, Optional.empty(), jobs, files);
    }

    public LoadOptions with(OptionalInt otherJobs) {
        return new LoadOptions(choice, roles, skippedExtensions, schemaFile, otherJobs, files);
    }

    public LoadOptions with(FileOptions otherFiles) {
        return new LoadOptions(choice, roles, skippedExtensions, schemaFile, jobs, otherFiles);
    }
}
