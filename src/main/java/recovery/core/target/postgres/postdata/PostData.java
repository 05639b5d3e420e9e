package recovery.core.target.postgres.postdata;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import recovery.core.dump.DumpPart;
import recovery.core.dump.Section;
import recovery.core.dump.SqlTokens;

/**
 * Tells of the statements after the rows what each needs and locks, and divides those that work long under a strong lock
 * into one that works and one that locks. Runs nothing, and asks nothing but {@link Relations}.
 *
 * <p>The statements decide; a comment above a statement that says something else makes it a statement not understood.
 *
 * <p>Remembers to which tables the indexes belong that it has seen, so it wants all statements of one load in their
 * order. For one thread.
 */
public final class PostData {
    private final Relations relations;
    private final int version;
    private final Map<String, Relation> tablesOfIndexes = new HashMap<>();

    /** @param version the server's major version */
    public PostData(Relations relations, int version) {
        this.relations = relations;
        this.version = version;
    }

    /**
     * The steps that give together what the statement gives, in their order; they need not run at once behind each
     * other. Empty for what is not understood: that is to run alone, after all before it and before all behind it.
     *
     * @param statement in the words in which it is to run
     * @param tokens all of its tokens
     */
    public Optional<List<Step>> steps(DumpPart.Statement statement, SqlTokens tokens) {
        boolean comment = tokens.begins("comment on");
        if (!comment && statement.entry().section() != Section.POST_DATA) {
            return Optional.empty();
        }
        String kind = statement.entry().kind();
        return understood(statement.sql(), tokens)
                .filter(family -> kind.isEmpty() || family.kinds().contains(kind))
                .map(Understood::steps)
                .filter(steps -> !steps.isEmpty());
    }

    private Optional<Understood> understood(String sql, SqlTokens tokens) {
        Words words = new Words(sql, tokens);
        Understood steps = switch (tokens.get(0).text()) {
            case "create" -> create(words);
            case "alter" -> alter(words);
            case "comment" -> CommentSteps.read(words);
            default -> Understood.NOTHING;
        };
        return words.isWhole() ? Optional.of(steps) : Optional.empty();
    }

    private Understood create(Words words) {
        words.need("create");
        return words.has("index") || words.has("unique index")
                ? new IndexSteps(relations, tablesOfIndexes).create(words)
                : new ObjectSteps(relations).create(words);
    }

    private Understood alter(Words words) {
        words.need("alter");
        if (words.take("index")) {
            return new IndexSteps(relations, tablesOfIndexes).alter(words);
        }
        if (words.take("statistics")) {
            return new ObjectSteps(relations).alterStatistics(words);
        }
        words.need("table");
        return new TableSteps(relations, tablesOfIndexes, version).read(words);
    }

    /**
     * @param kinds of entries under which such a statement stands
     * @param steps empty if the statement has to run alone
     */
    record Understood(Set<String> kinds, List<Step> steps) {
        static final Understood NOTHING = new Understood(Set.of(), List.of());

        Understood {
            kinds = Set.copyOf(kinds);
            steps = List.copyOf(steps);
        }
    }
}
