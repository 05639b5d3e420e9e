package recovery.core.dump;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SqlTokensTest {
    @Test
    void cutsAStatementIntoItsTokens() {
        assertThat(texts("ALTER TABLE ONLY Sales.\"Odd \"\"T\"\"\" ADD c int DEFAULT E'it\\'s'::text, 'a''b' -- end"))
                .containsExactly(
                        "WORD alter",
                        "WORD table",
                        "WORD only",
                        "WORD sales",
                        "SYMBOL .",
                        "QUOTED Odd \"T\"",
                        "WORD add",
                        "WORD c",
                        "WORD int",
                        "WORD default",
                        "STRING it's",
                        "SYMBOL :",
                        "SYMBOL :",
                        "WORD text",
                        "SYMBOL ,",
                        "STRING a'b");
    }

    @Test
    void skipsCommentsAlsoNestedOnes() {
        assertThat(texts("/* a /* b */ c */ SELECT -- x\n 1.5e3 /* open"))
                .containsExactly("WORD select", "NUMBER 1.5e3");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "$$a;b$$ | STRING a;b",
                "$täg$a $$ b$täg$ | STRING a $$ b",
                "$1 | SYMBOL $",
                "U&\"d\\0061t\\+000061\" | QUOTED data",
                "B'01' | STRING 01",
                "n'x' | STRING x",
                "TÄBLE | WORD tÄble",
                "'a\\' | STRING a\\",
            })
    void knowsEveryKindOfQuotes(String sql, String first) {
        assertThat(texts(sql).get(0)).isEqualTo(first);
    }

    @Test
    void aBackslashEscapesWhereStringsAreNotStandard() {
        assertThat(SqlTokens.of("'it\\'s'", 5, false).get(0).text()).isEqualTo("it's");
    }

    @Test
    void stopsAtTheLimit() {
        SqlTokens tokens = SqlTokens.of("a b c d", 2);

        assertThat(tokens.size()).isEqualTo(2);
        assertThat(tokens.get(2).kind()).isEqualTo(SqlTokens.Kind.END);
    }

    @Test
    void findsWordsOutsideOfParentheses() {
        SqlTokens tokens = SqlTokens.of("CREATE TABLE t (owner to int) owner to me", 50);

        assertThat(tokens.begins("create table")).isTrue();
        assertThat(tokens.begins("create tab")).isFalse();
        assertThat(tokens.find(2, "owner to")).isEqualTo(8);
        assertThat(tokens.find(2, "owner for")).isEqualTo(-1);
    }

    @Test
    void readsQualifiedNamesAndWritesThemBack() {
        SqlTokens.Name name =
                SqlTokens.of("Db.\"Odd; \"\"x\"\"\".Täble next", 50).name(0).orElseThrow();

        assertThat(name.parts()).containsExactly("db", "Odd; \"x\"", "täble");
        assertThat(name.sql()).isEqualTo("db.\"Odd; \"\"x\"\"\".\"täble\"");
        assertThat(name.qualifier()).contains("Odd; \"x\"");
        assertThat(name.last()).isEqualTo("täble");
        assertThat(name.next()).isEqualTo(5);
        assertThat(SqlTokens.of("a.'b'", 9).name(0)).isEmpty();
        assertThat(SqlTokens.of("'a'", 9).name(0)).isEmpty();
    }

    @Test
    void summarisesAStatementOnOneShortLine() {
        assertThat(SqlTokens.summary("CREATE\n  TABLE t")).isEqualTo("CREATE TABLE t");
        assertThat(SqlTokens.summary("😀".repeat(70))).isEqualTo("😀".repeat(60) + "…");
    }

    private static List<String> texts(String sql) {
        SqlTokens tokens = SqlTokens.of(sql, 100);
        return IntStream.range(0, tokens.size())
                .mapToObj(tokens::get)
                .map(token -> token.kind() + " " + token.text())
                .toList();
    }
}
