package recovery.core.error;

/**
 * Something that was adapted, skipped or is worth knowing, but no failure: it stands in the plan and in the report.
 *
 * @param code stable, upper case with underscores, e.g. {@code ROLE_MISSING}; README explains each
 * @param text one sentence for the operator
 */
public record Note(String code, String text) {
    public Note {
        if (!code.matches("[A-Z][A-Z0-9_]+") || text.isBlank()) {
            throw new IllegalArgumentException("a note needs a code and a text: '" + code + "', '" + text + "'");
        }
    }
}
