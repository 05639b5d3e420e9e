package recovery.core.target;

import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import recovery.core.dump.DumpChoice;

/**
 * How a backup is to be loaded.
 *
 * @param skippedExtensions not created; what cannot be made without them is left out and listed
 * @param schemaFile definitions for a backup that holds rows only
 */
public record LoadOptions(
        DumpChoice choice, RoleOptions roles, Set<String> skippedExtensions, Optional<Path> schemaFile) {
    public static final LoadOptions USUAL =
            new LoadOptions(DumpChoice.EVERYTHING, RoleOptions.AS_THEY_ARE, Set.of(), Optional.empty());

    public LoadOptions {
        skippedExtensions = Set.copyOf(skippedExtensions);
    }
}
