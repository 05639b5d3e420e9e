package recovery.core.restore;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TimingsTest {
    @Test
    void saysOnOneLineWhatTookLongEnough() {
        Map<String, Double> busy = new LinkedHashMap<>();
        busy.put("copy", 7300.0);
        busy.put("define", 0.01);
        busy.put("verify", 12.34);
        Map<String, Double> wall = new LinkedHashMap<>();
        wall.put("planning", 0.04);
        wall.put("loading", 3599.0);
        wall.put("verifying", 9.96);

        assertThat(new Timings(busy, wall).words())
                .isEqualTo("loading 59 min 59 s, checking 10.0 s;"
                        + " busy, all connections together: rows 2 h 1 min, checks 12.3 s");
        assertThat(new Timings(Map.of(), Map.of("swapping", 0.1)).words()).isEqualTo("swapping 0.1 s");
        assertThat(new Timings(Map.of(), Map.of()).words()).isEmpty();
    }
}
