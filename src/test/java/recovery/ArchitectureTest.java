package recovery;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertAll;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The table is the architecture; changing it is a decision to be written down in {@code src/docs/decisions}. */
@AnalyzeClasses(packages = "recovery", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
    private static final List<String> FOR_THE_DOORS =
            List.of("core.error", "core.backup", "core.inspect", "core.verify", "core.restore");

    /** Values of a request, which a door makes and core understands. */
    private static final Set<String> IN_A_REQUEST = Set.of(
            "recovery.core.layer.Secrets",
            "recovery.core.dump.DumpChoice",
            "recovery.core.dump.Section",
            "recovery.core.dump.Selection",
            "recovery.core.target.FileOptions",
            "recovery.core.target.LoadOptions",
            "recovery.core.target.OnConflict",
            "recovery.core.target.RoleOptions",
            "recovery.core.target.Strategy");

    /** Who may use whom. A part may always use itself and the JDK. Main alone, and the target it makes, may use everything. */
    private static final Map<String, List<String>> MAY_USE = Map.ofEntries(
            Map.entry("core.error", List.of()),
            Map.entry("core.backup", List.of("core.error")),
            Map.entry("core.layer", List.of("core.error", "core.backup")),
            Map.entry("core.dump", List.of("core.error", "core.backup", "core.layer")),
            Map.entry("core.inspect", List.of("core.error", "core.backup", "core.layer", "core.dump")),
            Map.entry("core.target", List.of("core.error", "core.backup", "core.layer", "core.dump", "core.inspect")),
            Map.entry(
                    "core.verify",
                    List.of("core.error", "core.backup", "core.layer", "core.dump", "core.inspect", "core.target")),
            Map.entry(
                    "core.restore",
                    List.of(
                            "core.error",
                            "core.backup",
                            "core.layer",
                            "core.dump",
                            "core.inspect",
                            "core.target",
                            "core.verify")),
            Map.entry("appcontrol", List.of("core.error", "core.target")),
            Map.entry("config", List.of("core.error")),
            Map.entry("report", FOR_THE_DOORS),
            Map.entry("web", FOR_THE_DOORS),
            Map.entry("cli", FOR_THE_DOORS));

    private static final Map<String, List<String>> LIBRARIES = Map.of(
            "core.layer",
            List.of(
                    "org.bouncycastle..",
                    "com.github.luben.zstd..",
                    "org.apache.commons.compress..",
                    "org.tukaani.xz.."),
            "core.target",
            List.of("org.postgresql..", "org.sqlite.."),
            "config",
            List.of("io.github.cdimascio.dotenv.."),
            "report",
            List.of("com.fasterxml.jackson.."),
            "web",
            List.of(
                    "io.javalin..",
                    "jakarta.servlet..",
                    "org.eclipse.jetty..",
                    "org.apache.commons.fileupload2..",
                    "com.fasterxml.jackson..",
                    "kotlin.."),
            "cli",
            List.of("picocli..", "com.fasterxml.jackson.."));

    @ArchTest
    static void dependenciesPointOneWay(JavaClasses code) {
        assertAll(MAY_USE.keySet().stream().map(part -> () -> {
            List<String> allowed = new ArrayList<>(List.of("java..", "javax..", "recovery." + part + ".."));
            MAY_USE.get(part).forEach(used -> allowed.add("recovery." + used + ".."));
            allowed.addAll(LIBRARIES.getOrDefault(part, List.of()));
            classes()
                    .that()
                    .resideInAPackage("recovery." + part + "..")
                    .should()
                    .onlyDependOnClassesThat(resideInAnyPackage(allowed.toArray(String[]::new))
                            .or(DescribedPredicate.describe(
                                    "are values of a request", used -> isDoor(part) && isInRequest(used))))
                    .allowEmptyShould(true)
                    .check(code);
        }));
    }

    private static boolean isDoor(String part) {
        return MAY_USE.get(part).equals(FOR_THE_DOORS);
    }

    private static boolean isInRequest(JavaClass used) {
        return IN_A_REQUEST.contains(used.getFullName());
    }

    @ArchTest
    static void everyClassBelongsToAPart(JavaClasses code) {
        classes()
                .that()
                .haveNameNotMatching("recovery\\.(Main|ServedTarget)(\\$.*)?")
                .should()
                .resideInAnyPackage(MAY_USE.keySet().stream()
                        .map(part -> "recovery." + part + "..")
                        .toArray(String[]::new))
                .check(code);
    }

    @ArchTest
    static void onlyTheTargetSpeaksSql(JavaClasses code) {
        noClasses()
                .that()
                .resideOutsideOfPackage("recovery.core.target..")
                .and()
                .haveNameNotMatching("recovery\\.(Main|ServedTarget)(\\$.*)?")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.sql..", "javax.sql..")
                .check(code);
    }

    @ArchTest
    static void coreStaysOnThisMachine(JavaClasses code) {
        noClasses()
                .that()
                .resideInAPackage("recovery.core..")
                .should()
                .dependOnClassesThat()
                .haveNameMatching("java\\.net\\..*|java\\.lang\\.(Process|ProcessBuilder)")
                .check(code);
        noClasses()
                .that()
                .resideInAPackage("recovery.core..")
                .should()
                .callMethodWhere(DescribedPredicate.describe(
                        "is Runtime.exec",
                        call -> call.getTargetOwner().isEquivalentTo(Runtime.class)
                                && call.getName().equals("exec")))
                .check(code);
    }
}
