package recovery.core.target.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import recovery.core.dump.Entry;
import recovery.core.dump.Section;
import recovery.core.target.Work;

class WorkOfTest {
    @ParameterizedTest
    @CsvSource({
        "POST_DATA, INDEX, INDEX",
        "POST_DATA, CONSTRAINT, INDEX",
        "POST_DATA, FK CONSTRAINT, CONSTRAINT",
        "POST_DATA, TRIGGER, CONSTRAINT",
        "PRE_DATA, TABLE, DEFINE",
        "DATA, SEQUENCE SET, DEFINE",
        "NONE, INDEX, DEFINE",
    })
    void theEntrySaysWhatItIs(Section section, String kind, Work work) {
        assertThat(WorkOf.entry(new Entry(section, kind, Optional.empty(), "x", Optional.empty())))
                .isEqualTo(work);
    }
}
