package recovery.core.target.sqlite;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import recovery.core.error.Note;
import recovery.core.layer.VolumeFile;

/** Gives files rights, owner and time as an archive says them, as far as this program's user may. For one load. */
final class VolumeTraits {
    /** For a folder that the archive does not describe. */
    static final VolumeFile.Traits USUAL_FOLDER = new VolumeFile.Traits(
            VolumeFile.Kind.FOLDER,
            "",
            OptionalInt.of(0755),
            OptionalLong.empty(),
            OptionalInt.empty(),
            OptionalInt.empty());

    private static final PosixFilePermission[] FROM_LOWEST_BIT = {
        PosixFilePermission.OTHERS_EXECUTE,
        PosixFilePermission.OTHERS_WRITE,
        PosixFilePermission.OTHERS_READ,
        PosixFilePermission.GROUP_EXECUTE,
        PosixFilePermission.GROUP_WRITE,
        PosixFilePermission.GROUP_READ,
        PosixFilePermission.OWNER_EXECUTE,
        PosixFilePermission.OWNER_WRITE,
        PosixFilePermission.OWNER_READ
    };

    private long ownersLost;

    /** Owner first: giving a file away may take rights from it. */
    void set(Path file, VolumeFile.Traits traits) throws IOException {
        if (Files.getFileAttributeView(file, PosixFileAttributeView.class) != null) {
            setOwner(file, "unix:gid", traits.group());
            setOwner(file, "unix:uid", traits.owner());
            Files.setPosixFilePermissions(
                    file, rights(traits.mode().orElse(traits.kind() == VolumeFile.Kind.FOLDER ? 0755 : 0644)));
        }
        if (traits.modifiedSeconds().isPresent()) {
            Files.setLastModifiedTime(
                    file, FileTime.from(traits.modifiedSeconds().getAsLong(), TimeUnit.SECONDS));
        }
    }

    private void setOwner(Path file, String attribute, OptionalInt wanted) {
        try {
            if (wanted.isPresent()
                    && !Files.getAttribute(file, attribute, LinkOption.NOFOLLOW_LINKS)
                            .equals(wanted.getAsInt())) {
                Files.setAttribute(file, attribute, wanted.getAsInt(), LinkOption.NOFOLLOW_LINKS);
            }
        } catch (IOException | UnsupportedOperationException onlyRootMay) {
            ownersLost++;
        }
    }

    private static Set<PosixFilePermission> rights(int mode) {
        Set<PosixFilePermission> rights = EnumSet.noneOf(PosixFilePermission.class);
        for (int bit = 0; bit < FROM_LOWEST_BIT.length; bit++) {
            if ((mode & 1 << bit) != 0) {
                rights.add(FROM_LOWEST_BIT[bit]);
            }
        }
        return rights;
    }

    Optional<Note> note() {
        return ownersLost == 0
                ? Optional.empty()
                : Optional.of(
                        new Note(
                                "VOLUME_OWNERS_LOST",
                                "The files belong to the user of this program, who may not give them to the owners that the archive names."));
    }
}
