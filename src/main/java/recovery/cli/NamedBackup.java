package recovery.cli;

import static recovery.core.error.ErrorCode.BACKUP_NOT_FOUND;
import static recovery.core.error.ErrorCode.FILE_NOT_ACCESSIBLE;
import static recovery.core.error.RecoveryException.problem;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.stream.Stream;
import recovery.core.backup.Backup;
import recovery.core.error.RecoveryException;
import recovery.core.error.Why;
import recovery.core.restore.RestoreService;

/**
 * A backup that the operator named: by its name in the list, or by a path, because whoever types here may read any file
 * anyway. A name of the list wins over a file of that name in the working directory. Closing closes the service.
 */
record NamedBackup(RestoreService service, String name) implements AutoCloseable {

    /** BACKUP_NOT_FOUND if it is neither. */
    static NamedBackup find(Session session, String argument) {
        boolean path = argument.indexOf('/') >= 0 || argument.indexOf('\\') >= 0;
        return path ? atPath(session, argument) : inList(session, argument);
    }

    private static NamedBackup inList(Session session, String argument) {
        RestoreService service = session.open();
        try {
            return new NamedBackup(service, service.catalogue().find(argument).name());
        } catch (RecoveryException e) {
            service.close();
            if (e.code() == BACKUP_NOT_FOUND && (isFile(argument) || isArchive(argument))) {
                return atPath(session, argument);
            }
            throw e;
        }
    }

    private static NamedBackup atPath(Session session, String argument) {
        if (isFolder(argument) && !isArchive(argument)) {
            throw problem(
                            BACKUP_NOT_FOUND,
                            "'%s' is a folder that pg_dump did not write: no 'toc.dat' lies in it",
                            argument)
                    .remedy(
                            "Name the backup itself, with its path.",
                            "Of a directory archive name the folder in which 'toc.dat' lies.");
        }
        if (!isFile(argument) && !isArchive(argument)) {
            throw problem(BACKUP_NOT_FOUND, "there is no file '%s'", argument)
                    .remedy("Check the path, or choose a name that the command 'list' shows.");
        }
        try {
            // a link was named on purpose, so it is followed
            Path file = Path.of(argument).toRealPath();
            String name = file.getFileName().toString();
            if (name.startsWith(".") || name.equals("README.md")) {
                throw problem(BACKUP_NOT_FOUND, "'%s' has a name under which no backup is looked for", argument)
                        .remedy("Copy or rename it, to a name that does not begin with a dot and is not README.md.");
            }
            return new NamedBackup(session.openFor(file.getParent()), name);
        } catch (IOException e) {
            throw problem(FILE_NOT_ACCESSIBLE, "'%s' cannot be reached: %s", argument, Why.of(e))
                    .causedBy(e)
                    .remedy("Check the rights of the file and of the folders above it.");
        }
    }

    Backup backup() {
        return service.catalogue().find(name);
    }

    private static boolean isFolder(String argument) {
        try {
            return Files.isDirectory(Path.of(argument));
        } catch (InvalidPathException e) {
            return false;
        }
    }

    private static boolean isArchive(String argument) {
        return isFolder(argument)
                && Stream.of("toc.dat", "toc.glo")
                        .anyMatch(contents ->
                                Files.isRegularFile(Path.of(argument).resolve(contents)));
    }

    private static boolean isFile(String argument) {
        try {
            return Files.isRegularFile(Path.of(argument));
        } catch (InvalidPathException e) {
            return false;
        }
    }

    @Override
    public void close() {
        service.close();
    }
}
