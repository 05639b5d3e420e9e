package recovery.cli;

import static recovery.core.error.ErrorCode.BUG;
import static recovery.core.error.RecoveryException.problem;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import recovery.core.restore.LoadSettings;
import recovery.core.restore.RestoreService;

/** What the commands of one call share. */
final class Session {
    private static final Duration FINDINGS_LIMIT = Duration.ofSeconds(5);

    private final Services services;
    private final Supplier<ObjectMapper> json;
    private final Screen screen;
    private Place place = Place.OF_THE_SETTINGS;
    private Optional<String> targetName = Optional.empty();

    Session(Services services, Supplier<ObjectMapper> json, Screen screen) {
        this.services = services;
        this.json = json;
        this.screen = screen;
    }

    void useEnvFile(Path file) {
        place = new Place(Optional.of(file), place.database(), place.file());
    }

    void useDatabase(String name) {
        place = new Place(place.envFile(), Optional.of(name), place.file());
    }

    void useFile(Path file) {
        place = new Place(place.envFile(), place.database(), Optional.of(file));
    }

    Screen screen() {
        return screen;
    }

    /** The command line names another target than the settings. */
    boolean isElsewhere() {
        return place.database().isPresent() || place.file().isPresent();
    }

    /** The target's name if it was opened. */
    Optional<String> targetName() {
        return targetName;
    }

    /** The caller closes it. */
    RestoreService open() {
        return opened(services.open(place));
    }

    /** The caller closes it. */
    RestoreService openFor(Path backupFolder) {
        return opened(services.openFor(place, backupFolder));
    }

    int serve() {
        return services.serve(place);
    }

    LoadSettings loadSettings() {
        return services.loadSettings(place);
    }

    private RestoreService opened(RestoreService service) {
        targetName = Optional.of(service.targetName());
        return service;
    }

    /** Where people's text goes: standard output belongs to the document if there is one. */
    PrintStream people(boolean asJson) {
        return asJson ? screen.err() : screen.out();
    }

    /** Before something is changed: where it will be changed, and what earlier restores left. */
    void announce(RestoreService service, boolean asJson) {
        people(asJson).println(screen.bold("Target: " + service.targetAddress()));
        // waits, because the look at what was left holds the lock for a moment
        service.findings(FINDINGS_LIMIT).forEach(screen.err()::println);
    }

    void print(List<String> lines, boolean asJson) {
        lines.forEach(people(asJson)::println);
    }

    void printJson(Object document) {
        try {
            screen.out().println(json.get().writerWithDefaultPrettyPrinter().writeValueAsString(document));
        } catch (JsonProcessingException e) {
            throw problem(BUG, "the result cannot be written as JSON: %s", e.getOriginalMessage())
                    .causedBy(e)
                    .remedy("Call the command without --json.");
        }
    }

    ObjectMapper json() {
        return json.get();
    }
}
