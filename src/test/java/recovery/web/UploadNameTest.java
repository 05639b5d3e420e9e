package recovery.web;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UploadNameTest {
    @ParameterizedTest
    @CsvSource({
        "shop.sql.gz, shop.sql.gz",
        "../../etc/passwd, passwd",
        "C:\\Users\\me\\shop.dump, shop.dump",
        ".env.recovery, env.recovery",
        "...., upload",
        "'', upload",
        "'/', upload",
        "-rf, rf",
        "'  a b.sql ', a b.sql",
        "Größe 目.sql, Größe 目.sql",
        "a:b*c?.sql, a_b_c_.sql",
        "shop.sql.part, shop.sql",
        "shop.PART.part, shop"
    })
    void keepsTheLastComponentWithoutWhatCouldHideOrMislead(String submitted, String kept) {
        assertThat(UploadName.of(submitted)).isEqualTo(kept);
    }

    @Test
    void dropsControlAndDirectionCharacters() {
        assertThat(UploadName.of("a\0b\nc\u202Egz.sql\u200B")).isEqualTo("abcgz.sql");
        assertThat(UploadName.of(null)).isEqualTo("upload");
    }

    @Test
    void putsTheNumberBeforeTheExtensions() {
        assertThat(UploadName.numbered("shop.sql.gz", 2)).isEqualTo("shop-2.sql.gz");
        assertThat(UploadName.numbered("shop", 3)).isEqualTo("shop-3");
    }
}
