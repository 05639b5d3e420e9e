package recovery.harness;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Random;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Encrypts database files as SQLCipher does, written after its design document and sharing nothing with the reader: the
 * passphrase goes through the JDK's own PBKDF2.
 *
 * @param kdf hash function of the derivation, e.g. {@code SHA512}
 * @param hmac of the seals; empty for none
 * @param plainHeader {@code cipher_plaintext_header_size}, or 0
 */
public record SqlCipherFile(String kdf, int rounds, String hmac, int plainHeader, long seed) {
    public static final SqlCipherFile V4 = new SqlCipherFile("SHA512", 256_000, "SHA512", 0, 4);
    public static final SqlCipherFile V3 = new SqlCipherFile("SHA1", 64_000, "SHA1", 0, 3);
    public static final SqlCipherFile V2 = new SqlCipherFile("SHA1", 4_000, "SHA1", 0, 2);
    public static final SqlCipherFile V1 = new SqlCipherFile("SHA1", 4_000, "", 0, 1);

    /** Bytes that SQLite has to leave free at the end of each page. */
    public int reserve() {
        return switch (hmac) {
            case "SHA512" -> 80;
            case "SHA256", "SHA1" -> 48;
            default -> 16;
        };
    }

    /** A database of sqlite3 with that page size and room for the seals. */
    public byte[] plain(Path folder, int pageSize, String sql) {
        try {
            Path file = Files.createTempFile(folder, "plain", ".db");
            Files.delete(file);
            Process shell = new ProcessBuilder(
                            "sqlite3",
                            "-bail",
                            file.toString(),
                            ".filectrl reserve_bytes " + reserve(),
                            "PRAGMA page_size = " + pageSize + ";" + sql + "; VACUUM;")
                    .redirectErrorStream(true)
                    .start();
            String said = new String(shell.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
            if (shell.waitFor() != 0) {
                throw new IllegalStateException(said);
            }
            byte[] bytes = Files.readAllBytes(file);
            Files.delete(file);
            return bytes;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** With a salt made of the seed. */
    public byte[] encrypted(byte[] plain, String passphrase) {
        byte[] salt = salt();
        try {
            SecretKeyFactory factory = SecretKeyFactory.getInstance("PBKDF2WithHmac" + kdf);
            byte[] key = factory.generateSecret(new PBEKeySpec(passphrase.toCharArray(), salt, rounds, 256))
                    .getEncoded();
            return encrypted(plain, key, salt);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    public byte[] salt() {
        byte[] salt = new byte[16];
        new Random(seed).nextBytes(salt);
        return salt;
    }

    /** With the key itself. */
    public byte[] encrypted(byte[] plain, byte[] key, byte[] salt) {
        int pageSize = ByteBuffer.wrap(plain).getShort(16) == 1
                ? 65_536
                : ByteBuffer.wrap(plain).getShort(16) & 0xFFFF;
        if ((plain[20] & 0xFF) != reserve()) {
            throw new IllegalArgumentException("reserve " + plain[20]);
        }
        byte[] file = plain.clone();
        Random random = new Random(seed);
        try {
            byte[] sealKey = sealKey(key, salt);
            for (int page = 0; page * pageSize < file.length; page++) {
                int begin = page * pageSize + (page == 0 ? Math.max(16, plainHeader) : 0);
                int end = (page + 1) * pageSize - reserve();
                byte[] iv = new byte[16];
                random.nextBytes(iv);
                Cipher aes = Cipher.getInstance("AES/CBC/NoPadding");
                aes.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), new IvParameterSpec(iv));
                byte[] content = aes.doFinal(file, begin, end - begin);
                System.arraycopy(content, 0, file, begin, content.length);
                System.arraycopy(iv, 0, file, end, 16);
                if (!hmac.isEmpty()) {
                    Mac mac = Mac.getInstance("Hmac" + hmac);
                    mac.init(new SecretKeySpec(sealKey, "seal"));
                    mac.update(content);
                    mac.update(iv);
                    mac.update(ByteBuffer.allocate(4)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .putInt(page + 1)
                            .array());
                    byte[] seal = mac.doFinal();
                    System.arraycopy(seal, 0, file, end + 16, seal.length);
                }
            }
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
        if (plainHeader == 0) {
            System.arraycopy(salt, 0, file, 0, 16);
        }
        return file;
    }

    /** Two rounds of PBKDF2 over at most one block of output, written out. */
    private byte[] sealKey(byte[] key, byte[] salt) throws GeneralSecurityException {
        byte[] result = new byte[0];
        for (int block = 1; result.length < 32; block++) {
            Mac mac = Mac.getInstance("Hmac" + kdf);
            mac.init(new SecretKeySpec(key, "key"));
            for (byte each : salt) {
                mac.update((byte) (each ^ 0x3a));
            }
            byte[] first = mac.doFinal(new byte[] {0, 0, 0, (byte) block});
            byte[] second = mac.doFinal(first);
            for (int i = 0; i < first.length; i++) {
                first[i] ^= second[i];
            }
            int before = result.length;
            result = Arrays.copyOf(result, before + first.length);
            System.arraycopy(first, 0, result, before, first.length);
        }
        return Arrays.copyOf(result, 32);
    }
}
