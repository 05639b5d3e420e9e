package recovery.web;

import io.javalin.http.Context;
import java.util.Optional;
import recovery.core.backup.Backup;
import recovery.core.error.RecoveryException;
import recovery.core.inspect.Inspection;
import recovery.core.restore.LoadSettings;
import recovery.core.restore.RestorePlan;
import recovery.core.restore.RestoreRequest;

/** Looks into backups and plans for pages; what is missing to do so is asked for by a page as well. */
final class Looking {
    private final Restores restores;
    private final Pages pages;
    private final LoadSettings settings;

    Looking(Restores restores, Pages pages, LoadSettings settings) {
        this.restores = restores;
        this.pages = pages;
        this.settings = settings;
    }

    Inspection into(Backup backup, RestoreFields fields) {
        return restores.inspect(
                backup.name(), fields.secrets(), fields.load().whole(Optional.of(restores.targetName())));
    }

    void show(Context context, Backup backup, RestoreFields fields) {
        try {
            Pages.send(context, 200, pages.backup(backup, into(backup, fields), fields.load()));
        } catch (RecoveryException refusal) {
            ask(context, backup, fields, refusal);
        }
    }

    /** {@code problem}: why the last try was not accepted; the answer has {@code status}. */
    void confirm(Context context, int status, RestoreFields fields, Backup backup, Optional<String> problem) {
        try {
            RestoreRequest request = fields.asked(backup.name(), restores.targetName(), settings);
            RestorePlan plan = restores.plan(request);
            Pages.send(context, status, pages.confirm(plan, problem, fields.load()));
        } catch (RecoveryException refusal) {
            ask(context, backup, fields, refusal);
        }
    }

    /** Throws {@code refusal} again if a page cannot ask for what is missing. */
    void ask(Context context, Backup backup, RestoreFields fields, RecoveryException refusal) {
        if (!Opening.canBeAsked(refusal)) {
            throw refusal;
        }
        boolean first = context.method().name().equals("GET");
        Pages.send(
                context,
                first ? 200 : StatusCodes.of(refusal.code()),
                pages.open(backup, Optional.of(refusal), fields.load()));
    }
}
