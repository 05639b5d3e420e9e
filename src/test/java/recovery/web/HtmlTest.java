package recovery.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class HtmlTest {
    @Test
    void escapesTextAndAttributes() {
        String page = new Html()
                .begin("p", "title", "\"><script>'&")
                .text("<script>alert(\"1\")</script>&'\0")
                .end()
                .done();
        assertThat(page)
                .isEqualTo("<!DOCTYPE html>\n<p title=\"&quot;&gt;&lt;script&gt;&#39;&amp;\">"
                        + "&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;&#39;\uFFFD</p>");
    }

    @Test
    void leavesOutAttributesWithoutAValueAndTellsWhatIsStillOpen() {
        Html html = new Html().begin("p").lone("input", "checked", null, "required", "");
        assertThatThrownBy(html::done).hasMessage("not closed: [p]");
        assertThat(html.end().done()).isEqualTo("<!DOCTYPE html>\n<p><input required=\"\"></p>");
    }
}
