package recovery.core.dump.plain;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.Timeout;
import recovery.core.dump.DumpBytes;
import recovery.core.dump.DumpPart;
import recovery.core.dump.DumpReader;
import recovery.core.dump.RowBlock;
import recovery.core.dump.SqlTokens;
import recovery.core.dump.Subject;
import recovery.core.dump.sqlite.SqliteScriptReader;
import recovery.core.error.RecoveryException;

/**
 * Whatever bytes a script has, it is read or refused, and the tokens of what was found stand where they say. As in the
 * other fuzz tests the normal build tries the seeds only.
 */
@Timeout(value = 600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SqlLexerFuzzTest {
    @FuzzTest(maxDuration = "3m")
    void readsOrRefuses(byte[] script) throws IOException {
        read(new PlainDumpReader(new DumpBytes(new ByteArrayInputStream(script))));
        read(new SqliteScriptReader(new ByteArrayInputStream(script)));
    }

    private static void read(DumpReader reader) throws IOException {
        try {
            for (Optional<DumpPart> part = reader.next(); part.isPresent(); part = reader.next()) {
                if (part.get() instanceof DumpPart.Statement statement) {
                    checkTokens(statement.sql(), true);
                    checkTokens(statement.sql(), false);
                    Subject.of(statement.sql());
                } else if (part.get() instanceof DumpPart.Rows rows) {
                    RowBlock block = new RowBlock(64);
                    boolean more = true;
                    while (more) {
                        more = rows.rows().read(block);
                    }
                }
            }
        } catch (RecoveryException refused) {
            if (!refused.code()
                    .name()
                    .matches("DUMP_TRUNCATED|DUMP_DAMAGED|DUMP_DANGEROUS|BACKUP_UNSUPPORTED|BACKUP_NOT_RECOGNISED"
                            + "|BACKUP_OTHER_ENGINE|DATABASE_NOT_CHOSEN")) {
                throw refused;
            }
        }
    }

    private static void checkTokens(String sql, boolean standardStrings) {
        SqlTokens tokens = SqlTokens.of(sql, Integer.MAX_VALUE, standardStrings);
        int behind = 0;
        for (int i = 0; i < tokens.size(); i++) {
            SqlTokens.Token token = tokens.get(i);
            assertThat(token.begin()).isGreaterThanOrEqualTo(behind);
            assertThat(token.end()).isGreaterThan(token.begin()).isLessThanOrEqualTo(sql.length());
            behind = token.end();
        }
    }
}
