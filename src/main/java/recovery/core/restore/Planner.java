package recovery.core.restore;

import static recovery.core.error.ErrorCode.BACKUP_NOT_RECOGNISED;
import static recovery.core.error.ErrorCode.BACKUP_OTHER_ENGINE;
import static recovery.core.error.ErrorCode.BACKUP_UNPROVEN;
import static recovery.core.error.ErrorCode.CONFIRMATION_MISSING;
import static recovery.core.error.ErrorCode.FILE_NOT_ACCESSIBLE;
import static recovery.core.error.RecoveryException.problem;

import java.io.IOException;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import recovery.core.backup.Backup;
import recovery.core.backup.BackupCatalogue;
import recovery.core.backup.BackupFormat;
import recovery.core.backup.Contents;
import recovery.core.backup.Engine;
import recovery.core.backup.NotRestorable;
import recovery.core.dump.DumpChoice;
import recovery.core.error.ErrorCode;
import recovery.core.error.Note;
import recovery.core.error.RecoveryException;
import recovery.core.error.Why;
import recovery.core.inspect.Identity;
import recovery.core.inspect.Inspection;
import recovery.core.inspect.Inspector;
import recovery.core.layer.Cancellation;
import recovery.core.layer.Opening;
import recovery.core.layer.Secrets;
import recovery.core.target.LoadOptions;
import recovery.core.target.Strategy;
import recovery.core.target.Survey;
import recovery.core.target.Target;

/** Looks at the backup and at the target and says what a restore would do. Changes nothing. Any thread may use it. */
final class Planner {
    private final BackupCatalogue catalogue;
    private final Target target;
    private final Inspector inspector;
    private final PreviousNames previousNames;
    private final Surroundings here;
    private final PastRestores past;

    Planner(BackupCatalogue catalogue, Surroundings here) {
        this.past = here.past();
        this.here = here;
        this.catalogue = catalogue;
        this.target = here.target();
        this.previousNames = here.previousNames();
        this.inspector = new Inspector(target.engine());
    }

    /** Reads the whole backup of that name, also one that this target cannot take. */
    Inspection inspect(String name, Opening opening, DumpChoice choice) {
        return look(readable(name, opening), true, opening, LoadOptions.USUAL.with(choice))
                .inspection();
    }

    /** Whether the key of the settings opens an encrypted database. */
    boolean opens(Backup backup) {
        try (Secrets none = Secrets.none()) {
            return inspector
                    .head(backup, here.opening(new Cancellation(), none), DumpChoice.EVERYTHING)
                    .proven();
        } catch (IOException | RecoveryException closed) {
            return false;
        }
    }

    /** The backup of that name, opened if it is encrypted, if this server can restore it into this target. */
    private Backup restorable(String name, Opening opening) {
        Backup backup = readable(name, opening);
        refuseOtherEngine(backup);
        return backup;
    }

    private Backup readable(String name, Opening opening) {
        Backup listed = catalogue.find(name);
        refuseUnreadable(listed);
        Backup backup = read(listed, () -> Identity.of(listed, opening));
        refuseUnreadable(backup);
        return backup;
    }

    /** As it is, or taken for a database file although its first bytes are not those of one. */
    private Backup damaged(String name, Opening opening) {
        Backup listed = catalogue.find(name);
        Backup backup = listed.restorable() ? listed : SalvageOffer.taken(listed, NotRestorable.refusal(listed));
        if (backup.encrypted()) {
            Backup opened = read(listed, () -> Identity.of(listed, opening));
            backup = opened.restorable() ? opened : SalvageOffer.taken(opened, NotRestorable.refusal(opened));
        }
        refuseOtherEngine(backup);
        return backup;
    }

    private static void refuseUnreadable(Backup backup) {
        if (!backup.restorable()) {
            throw NotRestorable.refusal(backup);
        }
    }

    private void refuseOtherEngine(Backup backup) {
        if (backup.engine().isPresent() && backup.engine().get() != target.engine()) {
            refuseRandom(backup);
            throw problem(
                            BACKUP_OTHER_ENGINE,
                            "'%s' is a backup of %s, but the target is %s",
                            backup.name(),
                            backup.engine().get().title(),
                            target.address())
                    .remedy(
                            "Choose a backup of %s.".formatted(target.engine().title()),
                            "If the target is wrong, correct DATABASE_URL or SQLITE_PATH and start again.");
        }
    }

    /** That it might be a database of the other kind is too little to say so. */
    private static void refuseRandom(Backup backup) {
        if (backup.format() == BackupFormat.SQLITE_ENCRYPTED) {
            throw problem(
                            BACKUP_NOT_RECOGNISED,
                            "'%s' is not recognised: its bytes look random, as those of an encrypted SQLite file do",
                            backup.name())
                    .remedy("Choose another backup.");
        }
    }

    /** The plan of a restore {@code id} that begins at {@code now}. A dry run reads the whole backup. */
    RestorePlan plan(RestoreRequest request, String id, LocalDateTime now, Cancellation cancellation) {
        Opening opening = here.opening(cancellation, request.secrets());
        SalvageOffer.refuse(target.engine(), request.options(), request.strategy());
        boolean salvage = request.options().files().salvage();
        Backup backup = salvage ? damaged(request.backup(), opening) : restorable(request.backup(), opening);
        Optional<Strategy> asked = StrategyChoice.asked(target, request.strategy());
        BackupChoice.refuseForSqlite(target.engine(), request.options());
        Looked looked = look(backup, request.dryRun(), opening, request.options());
        Inspection inspection = looked.inspection();
        SalvageOffer.refuse(inspection, request.options());
        BackupChoice.refuseOpen(inspection);
        LoadOptions options = BackupChoice.forContents(looked.options(), inspection);
        BackupChoice.refuseRowsAlone(inspection, options);
        options.schemaFile().ifPresent(file -> Definitions.check(file, target.engine(), cancellation));
        StrategyChoice chosen = StrategyChoice.of(target, asked, inspection, options);
        BackupChoice.refuseTables(
                target.engine(), options, inspection, chosen.survey().liveExists());
        List<Note> notes = Stream.of(
                        inspection.notes(),
                        BackupChoice.notes(request.options(), options),
                        BackupChoice.skippedSafetyCopy(
                                request.options(), chosen.target().strategy()),
                        chosen.survey().notes())
                .flatMap(List::stream)
                .toList();
        RestorePlan plan = plan(id, now, new Looked(backup, inspection, options), chosen, notes);
        return plan.strategy() == Strategy.REPLACE
                ? ReplacePlan.of(plan, past.weights(plan), catalogue.directory())
                : plan;
    }

    private RestorePlan plan(String id, LocalDateTime now, Looked looked, StrategyChoice chosen, List<Note> notes) {
        Survey survey = chosen.survey();
        String copyName = chosen.target().copyName(id);
        Optional<String> previous =
                survey.liveExists() ? Optional.of(previousNames.free(chosen.target(), now)) : Optional.empty();
        return new RestorePlan(
                id,
                looked.backup(),
                looked.inspection(),
                target.name(),
                target.address(),
                chosen.target().strategy(),
                survey.serverVersion(),
                survey.liveExists(),
                survey.liveSizeBytes(),
                survey.spaceNeededBytes(),
                survey.freeBytes(),
                survey.sessions(),
                copyName,
                previous,
                PlanSteps.of(chosen.target(), looked.backup(), copyName, previous, looked.options()),
                PlanSteps.checks(target.engine()),
                questions(looked.inspection(), looked.options(), previous),
                notes,
                looked.options(),
                survey.refusals());
    }

    /** Throws the first reason why the plan must not be carried out, unless a reason was given to ignore it. */
    static void refuse(RestorePlan plan, RestoreRequest request) {
        for (RecoveryException refusal : plan.refusals()) {
            if (refusal.code().kind() == ErrorCode.Kind.BACKUP
                    || request.overrideReason().isEmpty()) {
                throw refusal;
            }
        }
    }

    /** Throws what the operator has to agree to first, unless that was done. */
    static void ask(RestorePlan plan, RestoreRequest request) {
        if (!plan.questions().isEmpty() && !request.confirmed()) {
            throw problem(
                            plan.inspection().proven() ? CONFIRMATION_MISSING : BACKUP_UNPROVEN,
                            String.join("; ", plan.questions()))
                    .remedy("Look at the plan, then confirm by the name of the target: '%s'.".formatted(plan.target()));
        }
    }

    /** What was seen, and with which options: what the request left open may follow from the backup. */
    private record Looked(Backup backup, Inspection inspection, LoadOptions options) {}

    private Looked look(Backup backup, boolean whole, Opening opening, LoadOptions asked) {
        LoadOptions options = BackupChoice.preferring(asked, target.name());
        if (options.files().salvage()) {
            return new Looked(backup, lookAtDamaged(backup, opening, options.choice()), options);
        }
        Inspection first = look(backup, whole, opening, options.choice());
        if (!BackupChoice.isOpen(first) || first.databases().size() != 1) {
            return new Looked(backup, first, options);
        }
        LoadOptions only = BackupChoice.naming(options, first.databases().get(0));
        return new Looked(backup, look(backup, whole, opening, only.choice()), only);
    }

    private Inspection lookAtDamaged(Backup backup, Opening opening, DumpChoice choice) {
        try {
            return look(backup, false, opening, choice);
        } catch (RecoveryException damaged) {
            return SalvageOffer.unseen(backup, damaged);
        }
    }

    private Inspection look(Backup backup, boolean whole, Opening opening, DumpChoice choice) {
        return read(
                backup,
                () -> whole ? inspector.whole(backup, opening, choice) : inspector.head(backup, opening, choice));
    }

    private interface Reading<T> {
        T read() throws IOException;
    }

    private static <T> T read(Backup backup, Reading<T> reading) {
        try {
            return reading.read();
        } catch (IOException e) {
            throw problem(FILE_NOT_ACCESSIBLE, "'%s' cannot be read: %s", backup.name(), Why.of(e))
                    .causedBy(e)
                    .remedy("Check the rights of the file and the disk it lies on, or choose another backup.");
        }
    }

    private List<String> questions(Inspection inspection, LoadOptions options, Optional<String> previous) {
        List<String> questions = new ArrayList<>();
        if (target.engine() != Engine.SQLITE) {
            BackupChoice.question(options, target.name(), previous).ifPresent(questions::add);
        }
        SalvageOffer.question(options, target.name()).ifPresent(questions::add);
        if (inspection.format() == BackupFormat.SQLITE_ENCRYPTED && !inspection.proven()) {
            questions.add(
                    "the backup may be an encrypted SQLite database (SQLCipher), and there is no key (DB_KEY) to look"
                            + " into it, so nobody can tell whether it is one, whose it is, and whether it is whole");
        } else if (!inspection.proven()) {
            questions.add("the backup was not written by a program that marks the end of its file, so nobody can tell"
                    + " whether a part of it is missing");
        }
        if (inspection.contents() == Contents.SCHEMA) {
            questions.add("the backup holds definitions without rows: every table will be empty");
        }
        return questions;
    }
}
