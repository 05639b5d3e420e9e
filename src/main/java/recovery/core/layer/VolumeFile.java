package recovery.core.layer;

import java.util.OptionalInt;
import java.util.OptionalLong;

/** One member of an archive, as it is written there: nothing of it has been checked. */
public record VolumeFile(String name, Kind kind, Traits traits) {
    public enum Kind {
        FILE,
        FOLDER,
        SYMBOLIC_LINK,
        /** A second name of a file that came before. */
        HARD_LINK,
        /** A device, a pipe and the like. */
        OTHER
    }

    /**
     * What an archive says of a member besides its name and content.
     *
     * @param link where a link leads
     * @param mode the lower nine bits, who may read, write and run it
     * @param modifiedSeconds since 1970
     */
    public record Traits(
            Kind kind,
            String link,
            OptionalInt mode,
            OptionalLong modifiedSeconds,
            OptionalInt owner,
            OptionalInt group) {
        static final Traits FILE = of(Kind.FILE);
        static final Traits FOLDER = of(Kind.FOLDER);

        private static Traits of(Kind kind) {
            return new Traits(
                    kind, "", OptionalInt.empty(), OptionalLong.empty(), OptionalInt.empty(), OptionalInt.empty());
        }
    }

    VolumeFile(String name, Traits traits) {
        this(name, traits.kind(), traits);
    }
}
