package recovery.core.dump.plain;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static recovery.core.error.ErrorCode.BACKUP_NOT_RECOGNISED;
import static recovery.core.error.ErrorCode.BACKUP_OTHER_ENGINE;
import static recovery.core.error.ErrorCode.BACKUP_UNSUPPORTED;
import static recovery.core.error.RecoveryException.problem;

import java.io.IOException;
import java.util.Locale;
import java.util.Set;
import recovery.core.dump.DumpBytes;
import recovery.core.error.RecoveryException;

/** Looks at how a file begins before it is read as an SQL script. */
final class FirstBytes {
    private static final int LOOKED_AT = 4096;
    private static final String CHOOSE_ANOTHER = "Choose another backup; what this file holds is no SQL script.";

    private static final Set<String> FIRST_WORDS = Set.of(
            ("abort alter analyse analyze begin call checkpoint close cluster comment commit copy create deallocate"
                            + " declare delete discard do drop end execute explain fetch grant import insert listen load"
                            + " lock merge move notify prepare reassign refresh reindex release repack reset revoke rollback"
                            + " savepoint security select set show start table truncate unlisten update vacuum values wait"
                            + " with")
                    .split(" ", -1));

    private final DumpBytes dump;

    FirstBytes(DumpBytes dump) {
        this.dump = dump;
    }

    /** Takes a UTF-8 byte order mark; refuses what can be no SQL script. */
    void check() throws IOException {
        if (dump.peek(0) < 0) {
            throw problem(BACKUP_NOT_RECOGNISED, "the dump is empty").remedy(CHOOSE_ANOTHER);
        }
        refuseUtf16();
        if (dump.peek(0) == 0xEF && dump.peek(1) == 0xBB && dump.peek(2) == 0xBF) {
            dump.skip(3);
        }
        int at = 0;
        while (ByteSet.isBlank(dump.peek(at))) {
            at++;
        }
        refuseWebPage(at);
        refuseBinary();
        int first = dump.peek(at);
        if (first >= 0 && "-/\\(;".indexOf(first) < 0 && !isLetter(first)) {
            throw problem(
                            BACKUP_NOT_RECOGNISED,
                            "the file does not begin like an SQL script, but with '%s'",
                            text(at, 20))
                    .remedy(CHOOSE_ANOTHER);
        }
        refuseMySql(at);
    }

    /** The first statement has to begin with a word that PostgreSQL knows. */
    static void checkFirstWord(String word, String sql) {
        if (word.equals("pragma")) {
            throw problem(BACKUP_OTHER_ENGINE, "the file is an SQL script of SQLite, not of PostgreSQL")
                    .remedy("Choose a backup of the PostgreSQL database.");
        }
        if (!FIRST_WORDS.contains(word) && !sql.startsWith("(")) {
            throw problem(
                            BACKUP_NOT_RECOGNISED,
                            "the file does not begin with an SQL statement, but with '%s'",
                            recovery.core.dump.SqlTokens.summary(sql))
                    .remedy(CHOOSE_ANOTHER);
        }
    }

    private static boolean isLetter(int c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    private void refuseUtf16() throws IOException {
        int first = dump.peek(0);
        int second = dump.peek(1);
        boolean marked = (first == 0xFF && second == 0xFE) || (first == 0xFE && second == 0xFF);
        boolean littleEndian = first > 0 && second == 0 && dump.peek(2) > 0 && dump.peek(3) == 0;
        boolean bigEndian = first == 0 && second > 0 && dump.peek(2) == 0 && dump.peek(3) > 0;
        if (marked || littleEndian || bigEndian) {
            throw problem(BACKUP_UNSUPPORTED, "the dump is UTF-16 text, as PowerShell writes it for \"pg_dump > file\"")
                    .remedy(
                            "Convert it to UTF-8, for example with \"iconv -f UTF-16 -t UTF-8 DUMP > NEW\" or in"
                                    + " PowerShell with \"Get-Content DUMP | Set-Content -Encoding utf8 NEW\", and restore the new file.",
                            "Write later dumps with \"pg_dump --file=NAME\", which PowerShell does not convert.");
        }
    }

    private void refuseWebPage(int at) throws IOException {
        String begin = text(at, 14).toLowerCase(Locale.ROOT);
        if (begin.startsWith("<!doctype") || begin.startsWith("<html") || begin.startsWith("<head")) {
            throw problem(BACKUP_NOT_RECOGNISED, "the file is a web page and not a dump")
                    .remedy("Download the backup again; the server answered with a page, perhaps to log in.");
        }
        if (begin.startsWith("<?xml") || begin.startsWith("<error")) {
            throw problem(BACKUP_NOT_RECOGNISED, "the file is XML and not a dump")
                    .remedy("Download the backup again; the storage may have answered with an error message.");
        }
    }

    private void refuseBinary() throws IOException {
        for (int i = 0; i < LOOKED_AT; i++) {
            int c = dump.peek(i);
            if (c < 0) {
                return;
            }
            boolean control = c < 0x20 && !ByteSet.isBlank(c) && c != 0x08 && c != 0x1B;
            boolean begins = i == 0 && c >= 0x80;
            if (control || begins) {
                throw binary(i);
            }
        }
    }

    /** Text that is damaged further on is not called binary. */
    private RecoveryException binary(int at) {
        return problem(BACKUP_NOT_RECOGNISED, "the file is binary and not an SQL script")
                .at(dump.position() + at)
                .remedy(CHOOSE_ANOTHER);
    }

    private void refuseMySql(int at) throws IOException {
        String begin = text(at, 18);
        if (begin.startsWith("-- MySQL dump") || begin.startsWith("-- MariaDB dump") || begin.startsWith("/*!")) {
            throw problem(BACKUP_OTHER_ENGINE, "the file is a dump of MySQL or MariaDB, not of PostgreSQL")
                    .remedy("Choose a backup of the PostgreSQL database.");
        }
    }

    private String text(int at, int length) throws IOException {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length && dump.peek(at + i) >= 0; i++) {
            int c = dump.peek(at + i);
            text.append(c >= 0x20 && c < 0x7F ? new String(new byte[] {(byte) c}, US_ASCII) : "?");
        }
        return text.toString();
    }
}
