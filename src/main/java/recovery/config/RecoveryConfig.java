package recovery.config;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * All settings, read once and checked together; immutable.
 *
 * @param target the database to restore; in the demo the SQLite file {@code demo.db} of the state folder
 * @param demo no setting names a database
 * @param bind address without brackets
 * @param token given whenever {@code bind} can be reached from elsewhere
 * @param maxContentBytes how much a backup may unpack to
 * @param maxCompressionRatio bytes of content per byte of the file
 * @param schemaFile definitions for backups that hold rows only
 * @param restoreJobs connections that load at once, 1 to 64; empty for as many as suit
 * @param publicKey to whom safety copies are encrypted, as it was written
 * @param databaseKey of encrypted SQLite files: a passphrase, or {@code x'…'}
 * @param memoryLimit up to how many bytes decrypted databases are looked at in memory; empty for what suits the heap
 * @param verifyTables names as SQL that must exist in a copy and hold rows
 * @param keeping what prune leaves alone
 * @param passFile a file in the format of {@code .pgpass}
 * @param notices sentences for the start: what was set and has no effect
 * @param describe one line per setting that has an effect, with its source; secrets are {@code ***}
 */
public record RecoveryConfig(
        TargetSettings target,
        boolean demo,
        int port,
        String bind,
        Optional<Secret> token,
        Path backupDir,
        Path logDir,
        Path stateDir,
        long maxUploadBytes,
        long maxContentBytes,
        long maxCompressionRatio,
        Optional<Path> schemaFile,
        OptionalInt restoreJobs,
        Optional<String> publicKey,
        Optional<Secret> databaseKey,
        OptionalLong memoryLimit,
        List<String> verifyTables,
        Keeping keeping,
        Optional<Path> passFile,
        List<String> notices,
        List<String> describe) {
    /** The name of the settings file in the home of the recovery server. */
    public static final String FILE_NAME = ".env.recovery";

    public RecoveryConfig {
        verifyTables = List.copyOf(verifyTables);
        notices = List.copyOf(notices);
        describe = List.copyOf(describe);
    }

    /** The folder in which relative paths of the settings lie: {@code RECOVERY_HOME}, else the working directory. */
    public static Path home(Map<String, String> environment) {
        return Path.of(environment.getOrDefault(RawSettings.HOME, ""))
                .toAbsolutePath()
                .normalize();
    }

    /** Reads {@code named} (from {@code --env-file}), else {@code .env.recovery} of {@link #home} if there is one. */
    public static RecoveryConfig load(Optional<Path> named, Map<String, String> environment) {
        return load(named.orElseGet(() -> home(environment).resolve(FILE_NAME)), named.isPresent(), environment);
    }

    /**
     * Reads the file and the environment, which wins.
     *
     * @throws recovery.core.error.RecoveryException SETTINGS_INVALID with everything that is wrong
     */
    public static RecoveryConfig load(Path envFile, boolean envFileRequired, Map<String, String> environment) {
        Problems problems = new Problems();
        List<String> notices = new ArrayList<>();
        RawSettings raws = new RawSettings(problems, notices);
        raws.takeFile(envFile, envFileRequired);
        raws.takeEnvironment(environment);
        String userHome = environment.getOrDefault("HOME", System.getProperty("user.home"));
        ValueReader values = new ValueReader(raws, problems, home(environment), Path.of(userHome));
        TargetReader targets = new TargetReader(raws, values, problems, notices, System.getProperty("user.name"));

        boolean demo = raws.present().stream().noneMatch(RecoveryConfig::namesADatabase);
        Path stateDir = values.path(Setting.STATE_DIR);
        TargetSettings target = targets.read().orElseGet(() -> new TargetSettings.Sqlite(stateDir.resolve("demo.db")));
        warnOfOpenFile(envFile, raws, notices);
        tellOfLaterOnes(raws, notices);
        RecoveryConfig config = new RecoveryConfig(
                target,
                demo,
                values.port(Setting.RECOVERY_PORT),
                values.bind(),
                values.token(),
                values.path(Setting.BACKUP_DIR),
                values.path(Setting.LOG_DIR),
                stateDir,
                values.size(Setting.MAX_UPLOAD_SIZE),
                values.size(Setting.MAX_CONTENT_SIZE),
                values.count(Setting.MAX_COMPRESSION_RATIO),
                raws.get(Setting.SCHEMA_FILE).map(raw -> values.path(Setting.SCHEMA_FILE)),
                values.jobs(),
                raws.get(Setting.PGP_PUBLIC_KEY_BASE64).map(RawSettings.Raw::text),
                values.secret(Setting.DB_KEY),
                values.memoryLimit(),
                values.tables(Setting.VERIFY_TABLES),
                Keeping.of(values),
                raws.get(Setting.PGPASSFILE).map(raw -> values.path(Setting.PGPASSFILE)),
                notices,
                Description.lines(raws, target, demo));
        problems.throwIfAny();
        return config;
    }

    /**
     * The same settings for another target: another database of their server, or another file of SQLite.
     *
     * @throws recovery.core.error.RecoveryException REQUEST_UNUSABLE if both are named, or a database without a server
     */
    public RecoveryConfig on(Optional<String> database, Optional<Path> file) {
        if (database.isEmpty() && file.isEmpty()) {
            return this;
        }
        TargetSettings other = OtherTarget.of(target, database, file);
        List<String> described = new ArrayList<>(describe);
        described.set(0, "target = %s (command line)".formatted(other.address()));
        return new RecoveryConfig(
                other,
                false,
                port,
                bind,
                token,
                backupDir,
                logDir,
                stateDir,
                maxUploadBytes,
                maxContentBytes,
                maxCompressionRatio,
                schemaFile,
                restoreJobs,
                publicKey,
                databaseKey,
                memoryLimit,
                verifyTables,
                keeping,
                passFile,
                notices,
                described);
    }

    private static void tellOfLaterOnes(RawSettings raws, List<String> notices) {
        raws.present().stream()
                .filter(setting -> !setting.hasEffect())
                .forEach(setting -> notices.add("%s has no effect in this version.".formatted(raws.place(setting))));
    }

    private static boolean namesADatabase(Setting setting) {
        return setting == Setting.DATABASE_URL || setting == Setting.SQLITE_PATH || Setting.SERVER.contains(setting);
    }

    private static void warnOfOpenFile(Path file, RawSettings raws, List<String> notices) {
        boolean secretInFile = raws.present().stream()
                .anyMatch(setting -> (setting.isSecret() || setting == Setting.DATABASE_URL)
                        && raws.source(setting).equals("file"));
        try {
            PosixFileAttributeView rights = Files.getFileAttributeView(file, PosixFileAttributeView.class);
            if (secretInFile
                    && rights != null
                    && rights.readAttributes().permissions().contains(PosixFilePermission.OTHERS_READ)) {
                notices.add("Every user of this host can read the secrets in '%s'; 'chmod 600' on it changes that."
                        .formatted(file.toAbsolutePath().normalize()));
            }
        } catch (java.io.IOException e) {
            // the file was read a moment ago; its rights are only worth a notice
            notices.add("The rights of '%s' cannot be read.".formatted(file));
        }
    }
}
