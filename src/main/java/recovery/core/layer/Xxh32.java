package recovery.core.layer;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** The checksum XXH32 with seed 0, as LZ4 frames use it. For one thread. */
final class Xxh32 {
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int PRIME_1 = 0x9E3779B1;
    private static final int PRIME_2 = 0x85EBCA77;
    private static final int PRIME_3 = 0xC2B2AE3D;
    private static final int PRIME_4 = 0x27D4EB2F;
    private static final int PRIME_5 = 0x165667B1;

    /** The first and the second of them added, modulo 2^32. */
    private static final int PRIMES_1_AND_2 = 0x24234428;

    private static final int STRIPE = 16;

    private final byte[] rest = new byte[STRIPE];
    private int restBytes;
    private long total;
    private int lane1;
    private int lane2;
    private int lane3;
    private int lane4;

    Xxh32() {
        reset();
    }

    static int of(byte[] bytes, int offset, int length) {
        Xxh32 hash = new Xxh32();
        hash.update(bytes, offset, length);
        return hash.value();
    }

    void reset() {
        restBytes = 0;
        total = 0;
        lane1 = PRIMES_1_AND_2;
        lane2 = PRIME_2;
        lane3 = 0;
        lane4 = -PRIME_1;
    }

    void update(byte[] bytes, int offset, int length) {
        total += length;
        int next = offset;
        int end = offset + length;
        if (restBytes > 0) {
            int count = Math.min(STRIPE - restBytes, length);
            System.arraycopy(bytes, next, rest, restBytes, count);
            restBytes += count;
            next += count;
            if (restBytes < STRIPE) {
                return;
            }
            stripes(rest, 0, STRIPE);
            restBytes = 0;
        }
        next = stripes(bytes, next, end);
        restBytes = end - next;
        System.arraycopy(bytes, next, rest, 0, restBytes);
    }

    /** Takes all whole stripes; returns where the rest begins. */
    private int stripes(byte[] bytes, int from, int end) {
        int v1 = lane1;
        int v2 = lane2;
        int v3 = lane3;
        int v4 = lane4;
        int next = from;
        for (; next <= end - STRIPE; next += STRIPE) {
            v1 = round(v1, (int) INT.get(bytes, next));
            v2 = round(v2, (int) INT.get(bytes, next + 4));
            v3 = round(v3, (int) INT.get(bytes, next + 8));
            v4 = round(v4, (int) INT.get(bytes, next + 12));
        }
        lane1 = v1;
        lane2 = v2;
        lane3 = v3;
        lane4 = v4;
        return next;
    }

    private static int round(int lane, int input) {
        return Integer.rotateLeft(lane + input * PRIME_2, 13) * PRIME_1;
    }

    int value() {
        int hash = total < STRIPE
                ? PRIME_5
                : Integer.rotateLeft(lane1, 1)
                        + Integer.rotateLeft(lane2, 7)
                        + Integer.rotateLeft(lane3, 12)
                        + Integer.rotateLeft(lane4, 18);
        hash += (int) total;
        int next = 0;
        for (; next <= restBytes - 4; next += 4) {
            hash = Integer.rotateLeft(hash + (int) INT.get(rest, next) * PRIME_3, 17) * PRIME_4;
        }
        for (; next < restBytes; next++) {
            hash = Integer.rotateLeft(hash + (rest[next] & 0xFF) * PRIME_5, 11) * PRIME_1;
        }
        hash = (hash ^ (hash >>> 15)) * PRIME_2;
        hash = (hash ^ (hash >>> 13)) * PRIME_3;
        return hash ^ (hash >>> 16);
    }
}
