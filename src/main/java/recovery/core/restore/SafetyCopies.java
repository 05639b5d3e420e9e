package recovery.core.restore;

import static recovery.core.error.ErrorCode.FILE_NOT_ACCESSIBLE;
import static recovery.core.error.ErrorCode.VERIFICATION_FAILED;
import static recovery.core.error.RecoveryException.problem;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import recovery.core.backup.Backup;
import recovery.core.backup.BackupCatalogue;
import recovery.core.backup.BackupFormat;
import recovery.core.backup.Compression;
import recovery.core.backup.Contents;
import recovery.core.backup.Engine;
import recovery.core.layer.Opening;
import recovery.core.layer.openpgp.EncryptionKey;
import recovery.core.target.LoadResult.TableRows;
import recovery.core.target.SafetySource;
import recovery.core.target.Target;
import recovery.core.verify.Verification;

/** Writes the live database into a file of the backup directory and reads that back. Any thread may use it. */
final class SafetyCopies {
    private final BackupCatalogue catalogue;
    private final LastRestored last;
    private final Optional<String> publicKey;

    /** {@code publicKey}: to whom the files are encrypted. */
    SafetyCopies(BackupCatalogue catalogue, JournalFolder journals, Optional<String> publicKey) {
        this.catalogue = catalogue;
        this.last = new LastRestored(catalogue, journals);
        this.publicKey = publicKey;
    }

    /** A copy that is in its place, and what reading it back has shown, which has not failed. */
    record Made(SafetyCopy copy, Verification verification, List<TableRows> counted) {}

    /** What is known before anything is written. */
    interface Look {
        /** May throw to stop it. */
        void at(SafetySource source);
    }

    /**
     * Makes one in the name of {@code job}; on failure no file is left. The lock of the target must be held.
     *
     * @param opening with what it can be read back if it is encrypted; what cannot be opened is incomplete
     * @param look sees what the copy will bring back
     */
    Made make(JobTrack job, Target target, Opening opening, Look look) {
        job.enter(RestoreState.SAVING);
        Path folder = folder();
        Instant taken = Instant.now();
        Optional<EncryptionKey> key = publicKey.map(text -> EncryptionKey.read(text, taken));
        SafetySource opened = target.safetySource(job.id(), last.of(target, opening), job.meter());
        String name = free(folder, nameOf(job, target), opened.ending() + (key.isPresent() ? ".gpg" : ""));
        try (SafetySource source = opened;
                SafetyFile file = new SafetyFile(folder, name)) {
            look.at(source);
            // the history of a backup names its file
            job.note(
                    job.kind().equals(JobKind.BACKUP)
                            ? Map.of(Replacements.SAFETY_COPY, name, "backup", name)
                            : Map.of(Replacements.SAFETY_COPY, name));
            List<TableRows> counted = new ArrayList<>();
            file.write(key, out -> counted.addAll(source.write(out, job.meter())));
            source.close();
            job.enter(RestoreState.READING_BACK);
            Verification verification =
                    proven(unproven(file, target.engine(), source), file, target.engine(), opening, counted);
            SafetyCopy copy = copy(source, file, key.isPresent());
            file.publish(SafetyMetadata.of(copy, target.name(), taken, verification, counted));
            job.note(Map.of("safetyCopySha256", copy.sha256()));
            return new Made(copy, verification, counted);
        }
    }

    /** The file of a copy that was made; CHECKSUM_MISMATCH if it has changed since. */
    Backup found(SafetyCopy copy) throws IOException {
        Backup backup = catalogue.find(copy.file());
        BackupHash.begin(backup, () -> {}).close();
        return backup;
    }

    private SafetyCopy copy(SafetySource source, SafetyFile file, boolean encrypted) {
        return new SafetyCopy(
                file.name(),
                file.sizeBytes(),
                file.hash(),
                encrypted,
                source.method(),
                source.bringsBack().isExact(),
                source.bringsBack().extent().toString(),
                source.bringsBack().sentences());
    }

    private Verification proven(
            Backup written, SafetyFile file, Engine engine, Opening opening, List<TableRows> counted) {
        try {
            Verification verification = new SafetyProof(written, engine, opening).of(file.hash(), counted);
            if (verification.status() == Verification.Status.FAILED) {
                String wrong = verification.checks().stream()
                        .filter(check -> check.status() == Verification.Status.FAILED)
                        .map(check -> check.name() + ": " + check.detail())
                        .collect(Collectors.joining("; "));
                throw problem(VERIFICATION_FAILED, "%s", "the safety copy is not what was written: " + wrong)
                        .remedy(
                                "Check the disk of the backup directory, then start again.",
                                "Or point BACKUP_DIR to another disk.");
            }
            return verification;
        } catch (IOException e) {
            throw file.failed(e);
        }
    }

    /** It has not got its name yet, so the catalogue would call it unfinished. */
    private static Backup unproven(SafetyFile file, Engine engine, SafetySource source) {
        String name = file.name();
        BackupFormat format = name.contains(".dump")
                ? BackupFormat.PG_CUSTOM
                : source.isEncryptedDatabase()
                        ? BackupFormat.SQLITE_ENCRYPTED
                        : engine == Engine.SQLITE ? BackupFormat.SQLITE_DATABASE : BackupFormat.SQL;
        return new Backup(
                name,
                file.part(),
                file.sizeBytes(),
                Instant.EPOCH,
                Instant.EPOCH,
                format,
                Compression.NONE,
                name.endsWith(".gpg"),
                Optional.of(engine),
                Contents.UNKNOWN,
                true,
                Optional.empty(),
                Optional.empty(),
                Map.of());
    }

    private Path folder() {
        Path folder = catalogue.directory();
        if (!Files.isDirectory(folder)) {
            throw problem(FILE_NOT_ACCESSIBLE, "the backup directory '%s' does not exist", folder)
                    .remedy("Make the folder, or point BACKUP_DIR to another one.");
        }
        return folder;
    }

    /** {@code safety_shop_20261120_081500}; what is no plain character of a file's name becomes a low line. */
    private static String nameOf(JobTrack job, Target target) {
        return Backup.SAFETY + "%s_%s".formatted(target.name().replaceAll("[^A-Za-z0-9.-]", "_"), job.id());
    }

    private static String free(Path folder, String base, String ending) {
        String name = base + ending;
        for (int number = 2; Files.exists(folder.resolve(name)) || Files.exists(folder.resolve(name + ".part")); ) {
            name = base + "_" + number++ + ending;
        }
        return name;
    }
}
