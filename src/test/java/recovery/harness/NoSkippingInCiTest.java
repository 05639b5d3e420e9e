package recovery.harness;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Test;
import org.opentest4j.TestAbortedException;

class NoSkippingInCiTest {
    private final TestAbortedException skipped = new TestAbortedException("no pg_dump");

    @Test
    void aSkippedTestFailsInCiOnly() {
        assertThat(NoSkippingInCi.judged(skipped, true))
                .isInstanceOf(AssertionError.class)
                .hasMessage("skipped although CI=true: no pg_dump");
        assertThat(NoSkippingInCi.judged(skipped, false)).isSameAs(skipped);
    }

    @Test
    void nothingIsDisabled() {
        JavaClasses code = new ClassFileImporter().importPackages("recovery");
        noMethods().should().beAnnotatedWith(Disabled.class).check(code);
        ArchRuleDefinition.noClasses().should().beAnnotatedWith(Disabled.class).check(code);
    }
}
