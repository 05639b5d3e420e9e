package recovery.web;

import java.util.ArrayList;
import java.util.List;

/** The rarely needed choices before a restore, each with a sentence; closed until somebody opens them. */
final class OptionsView {
    private OptionsView() {}

    /** {@code boxes}: the page shows a box per table already. */
    static void write(Html html, List<String> extensions, boolean boxes) {
        html.begin("details", "class", "card options")
                .line("summary", "Options: parts, roles, extensions, connections");
        html.line("p", "You need none of these for an ordinary restore.", "class", "quiet");
        parts(html, boxes);
        roles(html);
        html.line("h3", "Extensions to do without");
        extensions(html, extensions);
        speed(html);
        html.end();
    }

    private static void roles(Html html) {
        html.line("h3", "Roles");
        text(
                html,
                "owner",
                "Owner of everything",
                "Everything belongs to this role of the server, whatever the backup says.");
        tick(
                html,
                "createRoles",
                "true",
                false,
                "Create missing roles",
                "They are created without login, password or superuser.");
        tick(
                html,
                "createRolesAsDumped",
                "true",
                false,
                "Create missing roles as the backup describes them",
                "Also with passwords and superuser. Only files of pg_dumpall describe roles.");
        text(
                html,
                "mapRoles",
                "Other names for roles",
                "Write OLD=NEW, with commas between several: what OLD had in the backup, NEW gets here.");
    }

    private static void speed(Html html) {
        html.line("h3", "Speed");
        text(
                html,
                "jobs",
                "Connections that load at once",
                "1 to 64. Left empty, RESTORE_JOBS of the settings counts, or else as many as this host has cores, fewer "
                        + "where the server has few connections free. 1 keeps strictly to the order of the backup.",
                "inputmode",
                "numeric");
    }

    private static void parts(Html html, boolean boxes) {
        html.line("h3", "Parts of the backup");
        tick(html, "sections", "pre-data", true, "Definitions", "Tables, types, functions and views.");
        tick(
                html,
                "sections",
                "data",
                true,
                "Rows",
                "Rows alone need SCHEMA_FILE in the settings: a file with the definitions.");
        tick(
                html,
                "sections",
                "post-data",
                true,
                "Indexes, constraints and triggers",
                "Without them the database is slow and takes wrong rows.");
        text(html, "schemas", "Only these schemas", "Commas between several; * and ? stand for any letters.");
        if (!boxes) {
            text(html, "tables", "Only these tables", "Commas between several; * and ? stand for any letters.");
            text(
                    html,
                    "excludeTables",
                    "Without these tables",
                    "Commas between several; * and ? stand for any letters.");
        }
    }

    private static void extensions(Html html, List<String> extensions) {
        if (extensions.isEmpty()) {
            html.line("p", "This backup names none.", "class", "quiet");
        }
        for (String extension : extensions) {
            tick(
                    html,
                    "skipExtensions",
                    extension,
                    false,
                    "Without " + extension,
                    "What needs it is left out as well, and listed in the report.");
        }
    }

    private static void text(Html html, String name, String label, String sentence, String... more) {
        String id = "option-" + name;
        html.line("label", label, "for", id);
        List<String> attributes = new ArrayList<>(List.of(
                "id", id, "name", name, "autocomplete", "off", "autocapitalize", "none", "spellcheck", "false"));
        attributes.addAll(List.of(more));
        html.lone("input", attributes.toArray(String[]::new));
        html.line("p", sentence, "class", "quiet");
    }

    static void tick(Html html, String name, String value, boolean ticked, String label, String sentence) {
        String id = "option-" + name + "-" + value;
        html.begin("div", "class", "tick");
        html.lone("input", "type", "checkbox", "id", id, "name", name, "value", value, "checked", ticked ? "" : null);
        html.begin("label", "for", id)
                .text(label)
                .line("span", sentence, "class", "quiet")
                .end();
        html.end();
    }
}
