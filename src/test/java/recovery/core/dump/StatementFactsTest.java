package recovery.core.dump;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatementFactsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ALTER TABLE s.t OWNER TO \"The Owner\" | The Owner",
                "ALTER FUNCTION f(owner to) OWNER TO me | me",
                "ALTER TABLE t OWNER TO CURRENT_USER |",
                "ALTER DATABASE shop OWNER TO me |",
                "GRANT SELECT(a,b),INSERT ON TABLE t TO a,PUBLIC,\"B b\" WITH GRANT OPTION | a,B b",
                "GRANT ALL ON t TO GROUP g GRANTED BY x | g,x",
                "GRANT a, b TO c | c,a,b",
                "REVOKE ALL ON SCHEMA s FROM PUBLIC |",
                "REVOKE ALL ON SCHEMA s FROM r | r",
                "ALTER DEFAULT PRIVILEGES FOR ROLE o IN SCHEMA s GRANT SELECT ON TABLES TO r | o,r",
                "ALTER ROLE r IN DATABASE d SET a TO 'b' | r",
                "CREATE SCHEMA s AUTHORIZATION r | r",
                "CREATE POLICY p ON s.t FOR SELECT TO a, b USING (owner = 'to c') | a,b",
                "CREATE USER MAPPING FOR u SERVER x | u",
                "SET SESSION AUTHORIZATION 'r' | r",
                "SET ROLE r | r",
                "REASSIGN OWNED BY a TO b | a,b",
                "COMMENT ON TABLE t IS 'OWNER TO x' |",
            })
    void namesTheRolesAStatementNeeds(String sql, String roles) {
        assertThat(String.join(",", StatementFacts.of(sql).roles())).isEqualTo(roles == null ? "" : roles);
    }

    @Test
    void namesWhatAStatementCreates() {
        assertThat(StatementFacts.of("CREATE EXTENSION IF NOT EXISTS \"uuid-ossp\" WITH SCHEMA public")
                        .extension())
                .contains("uuid-ossp");
        assertThat(StatementFacts.of("create schema IF NOT EXISTS Sales").schema())
                .contains("sales");
        assertThat(StatementFacts.of("create schema authorization me").schema()).contains("me");
        assertThat(StatementFacts.of("CREATE DATABASE shop WITH ENCODING = 'UTF8'")
                        .database())
                .contains("shop");
    }

    @Test
    void namesTablesThatHoldRowsOfTheirOwn() {
        assertThat(StatementFacts.of("CREATE UNLOGGED TABLE IF NOT EXISTS s.\"T t\" (a int)")
                        .createdTable()
                        .orElseThrow()
                        .sql())
                .isEqualTo("s.\"T t\"");
        assertThat(StatementFacts.of("CREATE TABLE t (a int) PARTITION BY RANGE (a)")
                        .createdTable())
                .isEmpty();
        assertThat(StatementFacts.of("CREATE FOREIGN TABLE t (a int) SERVER s").createdTable())
                .isEmpty();
        assertThat(StatementFacts.of("ALTER TABLE t ADD a int").createdTable()).isEmpty();
    }
}
