package recovery.core.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(value = 10, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FlatJsonTest {
    @Test
    void flattensObjectsAndArrays() {
        assertThat(FlatJson.parse("""
                        {"name": "shop", "rows": 12, "ok": true, "none": null, "rate": -1.5e3,
                         "db": {"version": "15.2", "tables": ["a", {"b": "c"}], "empty": {}, "no": []}}
                        """))
                .isEqualTo(Map.of(
                        "name", "shop",
                        "rows", "12",
                        "ok", "true",
                        "rate", "-1.5e3",
                        "db.version", "15.2",
                        "db.tables.0", "a",
                        "db.tables.1.b", "c"));
    }

    @Test
    void readsEscapes() {
        assertThat(FlatJson.parse("{\"a\\u0041\\\"\": \"x\\n\\t\\/\\\\\\ud83d\\ude00\"}"))
                .isEqualTo(Map.of("aA\"", "x\n\t/\\😀"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{|the JSON ends too early",
                "{\"a\"|the JSON ends too early",
                "{\"a\":\"b|the JSON ends too early",
                "{\"a\":\"\\u00|four hexadecimal digits was expected at character 9",
                "{\"a\":1,}|a name in quotes was expected at character 8",
                "{\"a\" 1}|':' was expected at character 6",
                "{\"a\":tru}|a value was expected at character 6",
                "{\"a\":1} x|the end was expected at character 9",
                "[1]|an object was expected at character 1",
                "{\"a\":\"\\x\"}|an escape was expected at character 9"
            })
    void saysWhereItIsMalformed(String text, String why) {
        assertThatThrownBy(() -> FlatJson.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(why);
    }

    @Test
    void refusesEveryPrefixOfAnObject() {
        String whole = "{\"a\": {\"b\": [1, \"two\", {\"c\": false}]}, \"d\": \"\\u00e4\"}";
        for (int length = 0; length < whole.length(); length++) {
            String prefix = whole.substring(0, length);
            assertThatThrownBy(() -> FlatJson.parse(prefix)).as(prefix).isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(FlatJson.parse(whole)).hasSize(4);
    }

    @Test
    void goesEightDeepAndNoFurther() {
        assertThat(FlatJson.parse("{\"a\":".repeat(8) + "1" + "}".repeat(8))).hasSize(1);
        assertThatThrownBy(() -> FlatJson.parse("{\"a\":".repeat(9) + "1" + "}".repeat(9)))
                .hasMessage("nested more than 8 deep");
        assertThatThrownBy(() -> FlatJson.parse("{\"a\":" + "[".repeat(60_000))).hasMessage("nested more than 8 deep");
    }
}
