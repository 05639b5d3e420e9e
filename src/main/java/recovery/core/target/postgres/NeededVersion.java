package recovery.core.target.postgres;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import recovery.core.dump.SqlTokens;

/** Which version of PostgreSQL a statement needs that an older server did not take. Stateless. */
final class NeededVersion {
    /** Syntax error, unknown object or function, not supported, invalid definition or value, wrong kind of object. */
    private static final Set<String> STATES =
            Set.of("42601", "42704", "42883", "0A000", "42P17", "22023", "42P16", "42809", "42P10", "42804");

    /** Words that stand together in statements, lower case, and since when; the most telling first. */
    private static final Map<String, Integer> PHRASES = new LinkedHashMap<>();

    /** Functions and types, and since when. */
    private static final Map<Integer, List<String>> NAMES = Map.of(
            13, List.of("gen_random_uuid", "is_normalized"),
            14,
                    List.of(
                            "date_bin",
                            "unistr",
                            "trim_array",
                            "string_to_table",
                            "bit_count",
                            "bit_xor",
                            "range_agg",
                            "int4multirange",
                            "int8multirange",
                            "nummultirange",
                            "tsmultirange",
                            "tstzmultirange",
                            "datemultirange",
                            "multirange",
                            "multirange_type_name",
                            "subscript"),
            15,
                    List.of(
                            "regexp_count",
                            "regexp_instr",
                            "regexp_like",
                            "regexp_substr",
                            "range_intersect_agg",
                            "security_invoker"),
            16,
                    List.of(
                            "any_value",
                            "json_array",
                            "json_arrayagg",
                            "json_object",
                            "json_objectagg",
                            "array_sample",
                            "array_shuffle",
                            "random_normal",
                            "erf",
                            "rules"),
            17,
                    List.of(
                            "json_table",
                            "json_exists",
                            "json_query",
                            "json_value",
                            "json_scalar",
                            "json_serialize",
                            "merge_action",
                            "to_bin",
                            "to_oct",
                            "uuid_extract_version",
                            "uuid_extract_timestamp",
                            "unicode_assigned",
                            "builtin"),
            18, List.of("uuidv7", "uuidv4", "array_sort", "array_reverse", "casefold", "crc32", "crc32c"));

    static {
        PHRASES.put("without overlaps", 18);
        PHRASES.put("not enforced", 18);
        PHRASES.put("nulls not distinct", 15);
        PHRASES.put("begin atomic", 14);
        PHRASES.put("merge into", 15);
        PHRASES.put("is json", 16);
        PHRASES.put("with ties", 13);
        PHRASES.put("is nfc normalized", 13);
        PHRASES.put("period", 18);
        PHRASES.put("virtual", 18);
    }

    private NeededVersion() {}

    /**
     * What a server lacks.
     *
     * @param feature as it stands in the statement
     */
    record Need(String feature, int version) {}

    /** Empty if the failure has nothing to do with the version, as far as is known. */
    static Optional<Need> of(SqlTokens tokens, String state, int serverVersion) {
        if (!STATES.contains(state)) {
            return Optional.empty();
        }
        for (Map.Entry<String, Integer> phrase : PHRASES.entrySet()) {
            if (phrase.getValue() > serverVersion && stands(tokens, phrase.getKey())) {
                return Optional.of(new Need(phrase.getKey().toUpperCase(java.util.Locale.ROOT), phrase.getValue()));
            }
        }
        for (int i = 0; i < tokens.size(); i++) {
            SqlTokens.Token token = tokens.get(i);
            for (Map.Entry<Integer, List<String>> names : NAMES.entrySet()) {
                if (names.getKey() > serverVersion
                        && token.isName()
                        && names.getValue().contains(token.text())) {
                    return Optional.of(new Need(token.text(), names.getKey()));
                }
            }
        }
        return Optional.empty();
    }

    private static boolean stands(SqlTokens tokens, String words) {
        for (int i = 0; i < tokens.size(); i++) {
            if (tokens.has(i, words)) {
                return true;
            }
        }
        return false;
    }
}
