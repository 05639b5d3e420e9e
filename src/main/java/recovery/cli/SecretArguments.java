package recovery.cli;

import static recovery.core.error.ErrorCode.CANCELLED;
import static recovery.core.error.ErrorCode.FILE_NOT_ACCESSIBLE;
import static recovery.core.error.ErrorCode.REQUEST_UNUSABLE;
import static recovery.core.error.ErrorCode.SECRET_MISSING;
import static recovery.core.error.RecoveryException.problem;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;
import recovery.core.backup.Backup;
import recovery.core.backup.BackupFormat;
import recovery.core.dump.DumpChoice;
import recovery.core.error.RecoveryException;
import recovery.core.error.Why;
import recovery.core.layer.Secrets;
import recovery.core.restore.RestoreService;

/** The options for what opens an encrypted backup. Secrets never are arguments: every user of a host can read those. */
final class SecretArguments {
    @Option(
            names = "--passphrase-stdin",
            description = "The first line of standard input is the passphrase of the backup or of the key.")
    private boolean passphraseStdin;

    @Option(
            names = "--db-key-stdin",
            description = {
                "The next line of standard input (the first without --passphrase-stdin) is the key of an encrypted",
                "SQLite file (SQLCipher): a passphrase or x'HEX'. It takes the place of DB_KEY."
            })
    private boolean databaseKeyStdin;

    @Option(
            names = "--key-stdin",
            description = "Standard input, behind those lines if there are any, is the private key, armored or base64.")
    private boolean keyStdin;

    /** Before anything is opened: a key that is typed or pasted on a terminal would be shown. */
    void checkUsage(Screen screen) {
        if (keyStdin && screen.isTerminal()) {
            throw problem(REQUEST_UNUSABLE, "--key-stdin needs standard input, and that is this terminal")
                    .remedy(
                            "Send the file: restore NAME --force --key-stdin < key.asc.",
                            "Or leave the option out: then you are asked for the file of the key.");
        }
    }

    /** What was sent, or what is typed now if {@code backup} needs it. The caller closes it. */
    Secrets secrets(Screen screen, RestoreService service, Backup backup) {
        if (passphraseStdin || keyStdin || databaseKeyStdin) {
            return sent(screen);
        }
        if (backup.format() == BackupFormat.SQLITE_ENCRYPTED && !service.hasDatabaseKey() && screen.isTerminal()) {
            return new Secrets(
                    new char[0],
                    new byte[0],
                    screen.askHidden("Key of the encrypted database (not shown; leave it empty if you have none): ")
                            .orElseThrow(SecretArguments::left));
        }
        return backup.encrypted() ? asked(screen, service, backup) : Secrets.none();
    }

    private Secrets typed(Screen screen) {
        char[] passphrase = passphraseStdin
                ? screen.askHidden("Passphrase (not shown): ").orElseThrow(SecretArguments::left)
                : new char[0];
        Optional<char[]> databaseKey = databaseKeyStdin
                ? screen.askHidden("Key of the encrypted database (not shown): ")
                : Optional.of(new char[0]);
        if (databaseKey.isEmpty()) {
            new Secrets(passphrase, new byte[0]).close();
            throw left();
        }
        return new Secrets(passphrase, new byte[0], databaseKey.get());
    }

    private Secrets sent(Screen screen) {
        if (screen.isTerminal()) {
            return typed(screen);
        }
        char[] passphrase = passphraseStdin ? SecretInput.line(screen.input()) : new char[0];
        if (passphraseStdin && passphrase.length == 0) {
            throw problem(REQUEST_UNUSABLE, "the first line of standard input, the passphrase, is empty")
                    .remedy("Send the passphrase as the first line, or leave --passphrase-stdin out.");
        }
        char[] databaseKey = databaseKeyStdin ? SecretInput.line(screen.input()) : new char[0];
        if (databaseKeyStdin && databaseKey.length == 0) {
            new Secrets(passphrase, new byte[0]).close();
            throw problem(REQUEST_UNUSABLE, "the line of standard input for the key of the database is empty")
                    .remedy("Send the key%s, or leave --db-key-stdin out."
                            .formatted(
                                    passphraseStdin
                                            ? " as the second line, behind the passphrase"
                                            : " as the first line"));
        }
        byte[] key = keyStdin ? SecretInput.rest(screen.input()) : new byte[0];
        if (keyStdin && key.length == 0) {
            new Secrets(passphrase, key, databaseKey).close();
            throw problem(REQUEST_UNUSABLE, "standard input holds no private key")
                    .remedy("Send the key%s, or leave --key-stdin out."
                            .formatted(passphraseStdin ? " behind the line of the passphrase" : ""));
        }
        return new Secrets(passphrase, key, databaseKey);
    }

    private static Secrets asked(Screen screen, RestoreService service, Backup backup) {
        RecoveryException missing = missing(service, backup);
        if (!screen.isTerminal()) {
            throw problem(SECRET_MISSING, "%s, and there is no terminal to ask on", missing.getMessage())
                    .remedy(
                            "Send the passphrase as the first line of standard input, and add --passphrase-stdin.",
                            "If it needs a private key, send that behind the passphrase, and add --key-stdin.");
        }
        screen.err().println(Words.printable(missing.getMessage()) + ".");
        String file = screen.ask(screen.err(), "File of the private key (leave it empty if a passphrase is enough): ")
                .orElseThrow(SecretArguments::left);
        byte[] key = file.isEmpty() ? new byte[0] : key(file);
        Optional<char[]> passphrase = screen.askHidden("Passphrase (not shown): ");
        if (passphrase.isEmpty()) {
            new Secrets(new char[0], key).close();
            throw left();
        }
        return new Secrets(passphrase.get(), key);
    }

    /** What the backup says that it needs; it is told before a byte of it is opened. */
    private static RecoveryException missing(RestoreService service, Backup backup) {
        try (Secrets none = Secrets.none()) {
            service.inspect(backup.name(), none, DumpChoice.EVERYTHING);
        } catch (RecoveryException e) {
            if (e.code() == SECRET_MISSING) {
                return e;
            }
            throw e;
        }
        throw new IllegalStateException("opened without a secret: " + backup.name());
    }

    private static byte[] key(String file) {
        try (InputStream in = Files.newInputStream(Path.of(file))) {
            return SecretInput.rest(in);
        } catch (IOException | InvalidPathException e) {
            throw problem(
                            FILE_NOT_ACCESSIBLE,
                            "the private key '%s' cannot be read: %s",
                            Words.printable(file),
                            e instanceof IOException io ? Why.of(io) : "it is no path")
                    .causedBy(e)
                    .remedy("Start again and type the path of the file that 'gpg --export-secret-keys' wrote.");
        }
    }

    private static RecoveryException left() {
        return problem(CANCELLED, "nothing was opened").remedy("Start again whenever you like.");
    }
}
