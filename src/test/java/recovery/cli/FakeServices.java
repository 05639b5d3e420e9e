package recovery.cli;

import static recovery.core.error.ErrorCode.SETTINGS_INVALID;
import static recovery.core.error.RecoveryException.problem;

import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import recovery.core.backup.BackupCatalogue;
import recovery.core.layer.Layers;
import recovery.core.restore.LoadSettings;
import recovery.core.restore.RestoreReport;
import recovery.core.restore.RestoreService;
import recovery.core.target.Target;
import recovery.core.verify.Verifier;

/** Real services on a folder of a test and a target of its choice; remembers what was asked for. */
final class FakeServices implements Services {
    final List<String> calls = new ArrayList<>();
    final List<RestoreReport> recorded = new ArrayList<>();
    LoadSettings loadSettings = LoadSettings.NONE;
    private final Path backups;
    private final Path state;
    private final Target target;
    private final Clock clock;

    FakeServices(Path folder, Target target, Clock clock) {
        this.backups = folder.resolve("backups");
        this.state = folder.resolve("state");
        this.target = target;
        this.clock = clock;
    }

    @Override
    public RestoreService open(Place place) {
        calls.add("open" + place.envFile().map(file -> " " + file).orElse(""));
        place.envFile().filter(file -> file.endsWith("broken.env")).ifPresent(file -> {
            throw problem(SETTINGS_INVALID, "DB_PORT is 'x', which is no port")
                    .remedy("Set DB_PORT to a number from 1 to 65535.");
        });
        return service(backups);
    }

    @Override
    public RestoreService openFor(Place place, Path backupFolder) {
        calls.add("openFor " + backupFolder);
        return service(backupFolder);
    }

    @Override
    public int serve(Place place) {
        calls.add("serve" + place.envFile().map(file -> " " + file).orElse(""));
        return 0;
    }

    @Override
    public LoadSettings loadSettings(Place place) {
        return loadSettings;
    }

    private RestoreService service(Path folder) {
        return new RestoreService(
                new BackupCatalogue(folder, Layers::behind),
                target,
                new Verifier(List.of()),
                recorded::add,
                state,
                clock,
                "java -jar emergency.jar");
    }
}
