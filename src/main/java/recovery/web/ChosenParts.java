package recovery.web;

import java.util.ArrayList;
import java.util.List;
import recovery.core.dump.DumpChoice;
import recovery.core.dump.Section;
import recovery.core.dump.Selection;
import recovery.core.target.LoadOptions;
import recovery.core.target.RoleOptions;

/** What was chosen beyond an ordinary restore, in sentences. */
final class ChosenParts {
    private ChosenParts() {}

    static List<String> sentences(LoadOptions options) {
        List<String> sentences = new ArrayList<>();
        DumpChoice choice = options.choice();
        choice.database().ifPresent(name -> sentences.add("Of the databases in the file only '%s'.".formatted(name)));
        Selection selection = choice.selection();
        named(sentences, "Only these tables: %s.", selection.tables());
        named(sentences, "Only these schemas: %s.", selection.schemas());
        named(sentences, "Without these tables: %s.", selection.excludedTables());
        without(sentences, selection, Section.PRE_DATA, "No definitions of tables, types, functions and views.");
        without(sentences, selection, Section.DATA, "No rows.");
        without(sentences, selection, Section.POST_DATA, "No indexes, constraints and triggers.");
        roles(sentences, options.roles());
        named(
                sentences,
                "Without these extensions and what needs them: %s.",
                options.skippedExtensions().stream().sorted().toList());
        options.jobs().ifPresent(jobs -> sentences.add("Loaded over %s.".formatted(Words.plural(jobs, "connection"))));
        return sentences;
    }

    private static void roles(List<String> sentences, RoleOptions roles) {
        roles.owner().ifPresent(owner -> sentences.add("Everything belongs to '%s'.".formatted(owner)));
        if (roles.create()) {
            sentences.add(
                    roles.createAsDumped()
                            ? "Missing roles are created as the backup describes them, with passwords and superuser."
                            : "Missing roles are created, without login, password or superuser.");
        }
        roles.renamed().entrySet().stream()
                .sorted(java.util.Map.Entry.comparingByKey())
                .forEach(role -> sentences.add(
                        "What '%s' had in the backup, '%s' gets here.".formatted(role.getKey(), role.getValue())));
    }

    private static void named(List<String> sentences, String sentence, List<String> names) {
        if (!names.isEmpty()) {
            sentences.add(sentence.formatted(String.join(", ", names)));
        }
    }

    private static void without(List<String> sentences, Selection selection, Section section, String sentence) {
        if (!selection.sections().contains(section)) {
            sentences.add(sentence);
        }
    }
}
