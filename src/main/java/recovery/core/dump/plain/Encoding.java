package recovery.core.dump.plain;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static recovery.core.error.ErrorCode.BACKUP_UNSUPPORTED;
import static recovery.core.error.ErrorCode.DUMP_DAMAGED;
import static recovery.core.error.RecoveryException.problem;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.util.Locale;
import java.util.Map;
import recovery.core.dump.DumpBytes;
import recovery.core.error.RecoveryException;

/**
 * A client encoding of PostgreSQL and how Java reads it. Immutable.
 *
 * <p>In some East Asian encodings the second byte of a character may be that of a backslash or a letter, so whoever
 * looks at single bytes must step over them ({@link #leadsTwoBytes}).
 */
final class Encoding {
    static final Encoding UTF8 = new Encoding("UTF8", UTF_8, Lead.NONE);

    /** PostgreSQL's names and aliases, without case and punctuation, and Java's. */
    private static final Map<String, String> JAVA_NAMES = Map.ofEntries(
            Map.entry("UTF8 UNICODE", "UTF-8"),
            Map.entry("SQLASCII", "UTF-8"),
            Map.entry("LATIN1 ISO88591", "ISO-8859-1"),
            Map.entry("LATIN2 ISO88592", "ISO-8859-2"),
            Map.entry("LATIN3 ISO88593", "ISO-8859-3"),
            Map.entry("LATIN4 ISO88594", "ISO-8859-4"),
            Map.entry("LATIN5 ISO88599", "ISO-8859-9"),
            Map.entry("LATIN6 ISO885910", "ISO-8859-10"),
            Map.entry("LATIN7 ISO885913", "ISO-8859-13"),
            Map.entry("LATIN8 ISO885914", "ISO-8859-14"),
            Map.entry("LATIN9 ISO885915", "ISO-8859-15"),
            Map.entry("LATIN10 ISO885916", "ISO-8859-16"),
            Map.entry("ISO88595", "ISO-8859-5"),
            Map.entry("ISO88596", "ISO-8859-6"),
            Map.entry("ISO88597", "ISO-8859-7"),
            Map.entry("ISO88598", "ISO-8859-8"),
            Map.entry("WIN1250 WINDOWS1250", "windows-1250"),
            Map.entry("WIN1251 WINDOWS1251 WIN", "windows-1251"),
            Map.entry("WIN1252 WINDOWS1252", "windows-1252"),
            Map.entry("WIN1253 WINDOWS1253", "windows-1253"),
            Map.entry("WIN1254 WINDOWS1254", "windows-1254"),
            Map.entry("WIN1255 WINDOWS1255", "windows-1255"),
            Map.entry("WIN1256 WINDOWS1256", "windows-1256"),
            Map.entry("WIN1257 WINDOWS1257", "windows-1257"),
            Map.entry("WIN1258 WINDOWS1258 ABC TCVN TCVN5712 VSCII", "windows-1258"),
            Map.entry("WIN866 WINDOWS866 ALT", "IBM866"),
            Map.entry("WIN874 WINDOWS874", "x-windows-874"),
            Map.entry("KOI8R KOI8", "KOI8-R"),
            Map.entry("KOI8U", "KOI8-U"),
            Map.entry("EUCJP", "EUC-JP"),
            Map.entry("EUCCN", "GB2312"),
            Map.entry("EUCKR", "EUC-KR"),
            Map.entry("EUCTW", "x-EUC-TW"),
            Map.entry("SJIS SHIFTJIS MSKANJI WIN932 WINDOWS932", "windows-31j"),
            Map.entry("SHIFTJIS2004", "x-SJIS_0213"),
            Map.entry("BIG5 WIN950 WINDOWS950", "x-windows-950"),
            Map.entry("GBK WIN936 WINDOWS936", "GBK"),
            Map.entry("UHC WIN949 WINDOWS949", "x-windows-949"),
            Map.entry("GB18030", "GB18030"),
            Map.entry("JOHAB", "x-Johab"));

    private final String name;
    private final Charset charset;
    private final Lead lead;

    private enum Lead {
        /** Bytes below 0x80 always stand for themselves. */
        NONE,
        /** Every byte from 0x81 on leads a second one; four-byte characters of GB18030 are two such pairs. */
        ALL_HIGH,
        /** As above without the single bytes of half-width katakana. */
        SHIFT_JIS
    }

    private Encoding(String name, Charset charset, Lead lead) {
        this.name = name;
        this.charset = charset;
        this.lead = lead;
    }

    /** The encoding PostgreSQL knows by that name or alias. */
    static Encoding named(String name) {
        String plain = name.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "");
        for (Map.Entry<String, String> known : JAVA_NAMES.entrySet()) {
            String[] aliases = known.getKey().split(" ", -1);
            for (String alias : aliases) {
                if (alias.equals(plain) && Charset.isSupported(known.getValue())) {
                    return new Encoding(pgName(aliases[0]), Charset.forName(known.getValue()), leadOf(aliases[0]));
                }
            }
        }
        throw problem(BACKUP_UNSUPPORTED, "the dump is written in the encoding '%s', which is not known here", name)
                .remedy("Dump the database again with \"pg_dump --encoding=UTF8\".");
    }

    private static String pgName(String plain) {
        return switch (plain) {
            case "SQLASCII" -> "SQL_ASCII";
            case "EUCJP", "EUCCN", "EUCKR", "EUCTW" -> "EUC_" + plain.substring(3);
            case "ISO88595", "ISO88596", "ISO88597", "ISO88598" -> "ISO_8859_" + plain.substring(7);
            case "SHIFTJIS2004" -> "SHIFT_JIS_2004";
            default -> plain;
        };
    }

    private static Lead leadOf(String plain) {
        return switch (plain) {
            case "SJIS", "SHIFTJIS2004" -> Lead.SHIFT_JIS;
            case "BIG5", "GBK", "UHC", "GB18030", "JOHAB" -> Lead.ALL_HIGH;
            default -> Lead.NONE;
        };
    }

    /** PostgreSQL's own name, e.g. {@code WIN1252}. */
    String name() {
        return name;
    }

    /** A byte below 0x80 may be part of a character. */
    boolean hidesAscii() {
        return lead != Lead.NONE;
    }

    /** {@code value} is the first of two bytes, the second of which may look like ASCII. */
    boolean leadsTwoBytes(int value) {
        return switch (lead) {
            case NONE -> false;
            case ALL_HIGH -> value >= 0x81;
            case SHIFT_JIS -> (value >= 0x81 && value <= 0x9F) || (value >= 0xE0 && value <= 0xFC);
        };
    }

    /** The next {@code length} bytes as text. Bytes that are none in this encoding are damage. */
    String text(DumpBytes dump, int length) {
        try {
            String text = new String(dump.bytes(), dump.begin(), length, charset);
            return text.indexOf('\uFFFD') < 0 ? text : checked(dump, length);
        } catch (OutOfMemoryError e) {
            throw DumpBytes.outOfMemory(length, dump.position(), e);
        }
    }

    /** Was the replacement character written there, or does it stand for bytes that could not be read? */
    private String checked(DumpBytes dump, int length) {
        ByteBuffer bytes = ByteBuffer.wrap(dump.bytes(), dump.begin(), length);
        try {
            return charset.newDecoder().decode(bytes).toString();
        } catch (CharacterCodingException e) {
            if (name.equals("SQL_ASCII")) {
                return new String(dump.bytes(), dump.begin(), length, ISO_8859_1);
            }
            throw damaged(dump, bytes.position() - dump.begin(), e);
        }
    }

    private RecoveryException damaged(DumpBytes dump, int offset, CharacterCodingException reason) {
        return problem(DUMP_DAMAGED, "line %d is not valid %s", dump.lineOf(offset), name)
                .at(dump.position() + offset)
                .causedBy(reason)
                .remedy(
                        "Copy the file from its origin again and compare the checksums.",
                        "If an editor saved the file, save it again in the encoding that its line SET client_encoding names.");
    }
}
