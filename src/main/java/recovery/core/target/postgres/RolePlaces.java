package recovery.core.target.postgres;

import java.util.ArrayList;
import java.util.List;
import recovery.core.dump.SqlTokens;
import recovery.core.dump.SqlTokens.Kind;

/** Finds where a statement names roles. For one statement. */
final class RolePlaces {
    private final SqlTokens tokens;
    private final List<Place> found = new ArrayList<>();

    /**
     * @param token index of the name
     * @param owner the role is to own something, or is taken on to make it
     */
    record Place(int token, boolean owner) {}

    private RolePlaces(SqlTokens tokens) {
        this.tokens = tokens;
    }

    /** In the order of the statement. */
    static List<Place> of(SqlTokens tokens) {
        RolePlaces places = new RolePlaces(tokens);
        switch (tokens.get(0).text()) {
            case "alter" -> places.alter();
            case "create", "drop" -> places.create();
            case "grant", "revoke" -> places.grant(0);
            case "set" -> places.set();
            default -> {}
        }
        places.found.sort(java.util.Comparator.comparingInt(Place::token));
        return places.found;
    }

    private void alter() {
        if (tokens.begins("alter default privileges")) {
            list(tokens.find(3, "for role"), 2, false);
            list(tokens.find(3, "for user"), 2, false);
            grant(Math.max(tokens.find(3, "grant"), tokens.find(3, "revoke")));
        } else if (tokens.begins("alter policy")) {
            int to = tokens.find(4, "to");
            list(to > 0 && tokens.get(to - 1).is("rename") ? -1 : to, 1, false);
        } else if (tokens.has(1, "user mapping")) {
            list(tokens.find(3, "for"), 1, false);
        } else if (tokens.has(3, "in database")
                && (tokens.get(1).is("role") || tokens.get(1).is("user"))) {
            list(1, 1, false);
        } else {
            list(tokens.find(1, "owner to"), 2, true);
        }
    }

    private void create() {
        if (tokens.begins("create schema")) {
            list(tokens.find(2, "authorization"), 1, true);
        } else if (tokens.begins("create policy")) {
            list(tokens.find(tokens.find(2, "on") + 2, "to"), 1, false);
        } else if (tokens.has(1, "user mapping")) {
            list(tokens.find(3, "for"), 1, false);
        }
    }

    /** {@code GRANT … ON … TO a, b GRANTED BY c}; without ON it is a membership, which is not for the copy. */
    private void grant(int begin) {
        if (begin < 0 || tokens.find(begin, "on") < 0) {
            return;
        }
        int to = Math.max(tokens.find(begin, "to"), tokens.find(begin, "from"));
        list(to, 1, false);
        list(tokens.find(Math.max(to, begin), "granted by"), 2, false);
    }

    private void set() {
        int name = tokens.has(1, "session") || tokens.has(1, "local") ? 2 : 1;
        if (tokens.get(name).is("role")) {
            list(name, tokens.get(name + 1).is("to") || tokens.get(name + 1).isSymbol('=') ? 2 : 1, true);
        } else if (tokens.get(name).is("authorization")) {
            list(name, 1, true);
        }
    }

    private void list(int place, int ahead, boolean owner) {
        int at = place + ahead;
        while (place >= 0 && (tokens.get(at).isName() || tokens.get(at).kind() == Kind.STRING)) {
            if (tokens.get(at).is("group") && tokens.get(at + 1).isName()) {
                at++;
            }
            found.add(new Place(at, owner));
            if (!tokens.get(at + 1).isSymbol(',')) {
                return;
            }
            at += 2;
        }
    }
}
