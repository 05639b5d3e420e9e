package recovery.core.layer.openpgp;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * OCB (RFC 7253) with a tag of 16 bytes and a nonce of 15, which neither the JDK has nor Bouncy Castle at speed. A plain
 * block is {@code decrypt(cipher block ^ offset) ^ offset}; the offsets follow from the number of the block.
 */
final class Ocb implements AeadKind.Opener {
    private static final int BLOCK = 16;
    /** Small enough for the fastest cache. */
    private static final int STRIP = 8 * 1024;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private final CipherKind.Blocks encryptor;
    private final CipherKind.Blocks decryptor;
    /** Names as in the RFC: {@code L_*}, {@code L_$} and {@code L_i}, upper and lower half. */
    private final long[] star;

    private final long[] dollar;
    private final long[][] doubled = new long[64][];

    private final byte[] offsets = new byte[STRIP];
    private final byte[] mixed = new byte[STRIP];
    private long offsetHigh;
    private long offsetLow;
    private long sumHigh;
    private long sumLow;

    Ocb(CipherKind.Blocks encryptor, CipherKind.Blocks decryptor) {
        this.encryptor = encryptor;
        this.decryptor = decryptor;
        star = encrypted(0, 0);
        dollar = twice(star);
        doubled[0] = twice(dollar);
        for (int i = 1; i < doubled.length; i++) {
            doubled[i] = twice(doubled[i - 1]);
        }
    }

    @Override
    public boolean open(byte[] nonce, byte[] associated, byte[] from, int offset, int length, byte[] to) {
        int count = length - AeadKind.TAG_BYTES;
        int whole = count / BLOCK * BLOCK;
        begin(nonce);
        for (int done = 0; done < whole; done += STRIP) {
            strip(from, offset + done, Math.min(STRIP, whole - done), done / BLOCK, to, done);
        }
        if (whole < count) {
            lastPart(from, offset + whole, count - whole, to, whole);
        }
        long[] tag = encrypted(sumHigh ^ offsetHigh ^ dollar[0], sumLow ^ offsetLow ^ dollar[1]);
        long[] hash = hash(associated);
        byte[] computed = bytes(tag[0] ^ hash[0], tag[1] ^ hash[1]);
        return MessageDigest.isEqual(computed, Arrays.copyOfRange(from, offset + count, offset + length));
    }

    private void begin(byte[] nonce) {
        byte[] start = new byte[BLOCK];
        start[0] = 1;
        System.arraycopy(nonce, 0, start, 1, nonce.length);
        int bottom = start[BLOCK - 1] & 0x3F;
        start[BLOCK - 1] &= (byte) 0xC0;
        byte[] top = new byte[BLOCK];
        encryptor.process(start, 0, BLOCK, top, 0);
        long high = (long) LONGS.get(top, 0);
        long low = (long) LONGS.get(top, 8);
        long third = high ^ (high << 8 | low >>> 56);
        offsetHigh = shifted(high, low, bottom);
        offsetLow = shifted(low, third, bottom);
        sumHigh = 0;
        sumLow = 0;
    }

    private static long shifted(long value, long following, int bits) {
        return bits == 0 ? value : value << bits | following >>> (64 - bits);
    }

    private void strip(byte[] from, int offset, int length, int blocksBefore, byte[] to, int toOffset) {
        long high = offsetHigh;
        long low = offsetLow;
        int number = blocksBefore;
        for (int i = 0; i < length; i += BLOCK) {
            long[] step = doubled[Integer.numberOfTrailingZeros(++number)];
            high ^= step[0];
            low ^= step[1];
            LONGS.set(offsets, i, high);
            LONGS.set(offsets, i + 8, low);
        }
        offsetHigh = high;
        offsetLow = low;
        for (int i = 0; i < length; i++) {
            mixed[i] = (byte) (from[offset + i] ^ offsets[i]);
        }
        decryptor.process(mixed, 0, length, to, toOffset);
        long highSum = sumHigh;
        long lowSum = sumLow;
        for (int i = 0; i < length; i += BLOCK) {
            long plainHigh = (long) LONGS.get(to, toOffset + i) ^ (long) LONGS.get(offsets, i);
            long plainLow = (long) LONGS.get(to, toOffset + i + 8) ^ (long) LONGS.get(offsets, i + 8);
            LONGS.set(to, toOffset + i, plainHigh);
            LONGS.set(to, toOffset + i + 8, plainLow);
            highSum ^= plainHigh;
            lowSum ^= plainLow;
        }
        sumHigh = highSum;
        sumLow = lowSum;
    }

    private void lastPart(byte[] from, int offset, int length, byte[] to, int toOffset) {
        offsetHigh ^= star[0];
        offsetLow ^= star[1];
        long[] pad = encrypted(offsetHigh, offsetLow);
        byte[] padBytes = bytes(pad[0], pad[1]);
        byte[] padded = new byte[BLOCK];
        for (int i = 0; i < length; i++) {
            to[toOffset + i] = (byte) (from[offset + i] ^ padBytes[i]);
            padded[i] = to[toOffset + i];
        }
        padded[length] = (byte) 0x80;
        sumHigh ^= (long) LONGS.get(padded, 0);
        sumLow ^= (long) LONGS.get(padded, 8);
    }

    private long[] hash(byte[] associated) {
        long high = 0;
        long low = 0;
        long[] sum = new long[2];
        int whole = associated.length / BLOCK;
        for (int number = 1; number <= whole; number++) {
            long[] step = doubled[Integer.numberOfTrailingZeros(number)];
            high ^= step[0];
            low ^= step[1];
            add(sum, associated, (number - 1) * BLOCK, high, low);
        }
        if (whole * BLOCK < associated.length) {
            byte[] padded = Arrays.copyOf(Arrays.copyOfRange(associated, whole * BLOCK, associated.length), BLOCK);
            padded[associated.length - whole * BLOCK] = (byte) 0x80;
            add(sum, padded, 0, high ^ star[0], low ^ star[1]);
        }
        return sum;
    }

    private void add(long[] sum, byte[] block, int at, long high, long low) {
        long[] result = encrypted((long) LONGS.get(block, at) ^ high, (long) LONGS.get(block, at + 8) ^ low);
        sum[0] ^= result[0];
        sum[1] ^= result[1];
    }

    private long[] encrypted(long high, long low) {
        byte[] result = new byte[BLOCK];
        encryptor.process(bytes(high, low), 0, BLOCK, result, 0);
        return new long[] {(long) LONGS.get(result, 0), (long) LONGS.get(result, 8)};
    }

    /** Multiplied by two in the field of 2^128 elements. */
    private static long[] twice(long[] value) {
        long carry = value[0] < 0 ? 0x87 : 0;
        return new long[] {value[0] << 1 | value[1] >>> 63, value[1] << 1 ^ carry};
    }

    private static byte[] bytes(long high, long low) {
        byte[] result = new byte[BLOCK];
        LONGS.set(result, 0, high);
        LONGS.set(result, 8, low);
        return result;
    }
}
