package io.keyedsequential.spring.atom;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * SipHash-2-4: a hash under a secret, made for inputs as short as keys are, where an HMAC takes some ten times as long.
 * Without the secret it can neither be computed nor turned back into the input.
 *
 * <p>After Aumasson and Bernstein, "SipHash: a fast short-input PRF", 2012. Immutable.
 *
 * @param k0 the first half of the secret
 * @param k1 the second half
 */
record SipHash(long k0, long k1) {

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    /**
     * Takes the first 16 bytes of a secret.
     *
     * @param secret random, at least 16 bytes
     */
    static SipHash of(byte[] secret) {
        return new SipHash((long) LONGS.get(secret, 0), (long) LONGS.get(secret, Long.BYTES));
    }

    /** The hash of some bytes. */
    long hash(byte[] input) {
        State state = new State(k0, k1);
        int whole = input.length & -Long.BYTES;
        for (int i = 0; i < whole; i += Long.BYTES) {
            state.absorb((long) LONGS.get(input, i));
        }
        long last = (long) input.length << 56;
        for (int i = whole; i < input.length; i++) {
            last |= (input[i] & 0xFFL) << Byte.SIZE * (i - whole);
        }
        state.absorb(last);
        return state.end();
    }

    /**
     * The hash of a text in UTF-8. Keys are ASCII as a rule, whose characters are those bytes: they need not be
     * encoded first.
     */
    long hash(String text) {
        State state = new State(k0, k1);
        int length = text.length();
        int whole = length & -Long.BYTES;
        int seen = 0;
        for (int i = 0; i < whole; i += Long.BYTES) {
            long word = 0;
            for (int j = 0; j < Long.BYTES; j++) {
                char each = text.charAt(i + j);
                seen |= each;
                word |= (long) each << Byte.SIZE * j;
            }
            state.absorb(word);
        }
        long last = (long) length << 56;
        for (int i = whole; i < length; i++) {
            char each = text.charAt(i);
            seen |= each;
            last |= (long) each << Byte.SIZE * (i - whole);
        }
        state.absorb(last);
        return seen < 128 ? state.end() : hash(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The four words of the paper. Never leaves its thread, so that the compiler keeps it in registers. */
    private static final class State {

        private long v0;
        private long v1;
        private long v2;
        private long v3;

        State(long k0, long k1) {
            v0 = k0 ^ 0x736f6d6570736575L;
            v1 = k1 ^ 0x646f72616e646f6dL;
            v2 = k0 ^ 0x6c7967656e657261L;
            v3 = k1 ^ 0x7465646279746573L;
        }

        void absorb(long word) {
            v3 ^= word;
            round();
            round();
            v0 ^= word;
        }

        long end() {
            v2 ^= 0xff;
            round();
            round();
            round();
            round();
            return v0 ^ v1 ^ v2 ^ v3;
        }

        private void round() {
            v0 += v1;
            v2 += v3;
            v1 = Long.rotateLeft(v1, 13) ^ v0;
            v3 = Long.rotateLeft(v3, 16) ^ v2;
            v0 = Long.rotateLeft(v0, 32);
            v2 += v1;
            v0 += v3;
            v1 = Long.rotateLeft(v1, 17) ^ v2;
            v3 = Long.rotateLeft(v3, 21) ^ v0;
            v2 = Long.rotateLeft(v2, 32);
        }
    }
}
