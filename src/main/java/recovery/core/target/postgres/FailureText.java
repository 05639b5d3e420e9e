package recovery.core.target.postgres;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** What the server said to attempts that failed, as text that gives the same errors again. Stateless. */
final class FailureText {
    private static final char FIELD = '\u0001';
    private static final char FAILURE = '\u0002';

    private FailureText() {}

    static String of(List<SQLException> failures) {
        StringBuilder text = new StringBuilder();
        for (SQLException failure : failures) {
            ServerErrorMessage said = failure instanceof PSQLException known ? known.getServerErrorMessage() : null;
            if (said == null) {
                field(text, 'C', failure.getSQLState());
                field(text, 'M', failure.getMessage());
            } else {
                field(text, 'S', said.getSeverity());
                field(text, 'C', said.getSQLState());
                field(text, 'M', said.getMessage());
                field(text, 'D', said.getDetail());
                field(text, 'H', said.getHint());
                field(text, 'P', said.getPosition() == 0 ? null : Integer.toString(said.getPosition()));
            }
            text.append(FAILURE);
        }
        return text.toString();
    }

    private static void field(StringBuilder text, char kind, String value) {
        if (value != null) {
            text.append(kind)
                    .append(value.replace(FIELD, '?').replace(FAILURE, '?'))
                    .append(FIELD);
        }
    }

    static List<SQLException> failures(String text) {
        List<SQLException> failures = new ArrayList<>();
        for (int from = 0, end = text.indexOf(FAILURE); end >= 0; from = end + 1, end = text.indexOf(FAILURE, from)) {
            String fields = text.substring(from, end).replace(FIELD, '\0');
            failures.add(new PSQLException(new ServerErrorMessage(fields)));
        }
        return failures;
    }
}
