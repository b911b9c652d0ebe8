package io.keyedsequential.spring.atom;

import io.keyedsequential.LogSafe;
import io.keyedsequential.spring.atom.KeyMask.KeyDisplay;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Shows keys without showing them: a short hash under a secret, which is random for every process unless it is
 * configured. It tells keys apart and finds the same key again in the log and the endpoint; the mask alone says nothing
 * about the key.
 *
 * <p>Computed from {@code toString()}: keys that are equal must print alike.
 */
public final class KeyMask {

    /** 48 bits: among ten thousand lanes two masks collide once in five million processes. */
    private static final int DIGITS_SHOWN = 12;

    private static final String HEX = "0123456789abcdef";

    private volatile SipHash hash;

    /** Whether the secret is this mask's alone, so that one that several processes have is better. */
    private volatile boolean random;

    /** A mask with a secret of its own. */
    public KeyMask() {
        byte[] bytes = new byte[16];
        new SecureRandom().nextBytes(bytes);
        this.hash = SipHash.of(bytes);
        this.random = true;
    }

    /**
     * A mask with a secret that is given: it shows a key alike in every process that has the same one.
     *
     * @param secret any text that is hard to guess: with it, keys can be tried until one fits a mask
     */
    public KeyMask(String secret) {
        this.hash = hashUnder(secret);
    }

    private static SipHash hashUnder(String secret) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            return SipHash.of(digest.digest(secret.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /**
     * Takes a secret that several processes share, unless one was given already. Masks that were made before are of
     * another secret.
     *
     * @param shared asked only if its answer counts; {@code null} if there is none
     */
    public synchronized void shareSecret(Supplier<@Nullable String> shared) {
        String given = random ? shared.get() : null;
        if (given != null) {
            hash = hashUnder(given);
            random = false;
        }
    }

    /**
     * The mask of a key.
     *
     * @param key the key
     * @return {@code #} and twelve hexadecimal digits
     */
    public String mask(Object key) {
        long hashed = hash.hash(print(key));
        byte[] shown = new byte[1 + DIGITS_SHOWN]; // by hand: every call names its key in the MDC
        shown[0] = '#';
        for (int i = DIGITS_SHOWN; i > 0; i--) {
            shown[i] = (byte) HEX.charAt((int) hashed & 0xF);
            hashed >>>= 4;
        }
        return new String(shown, StandardCharsets.ISO_8859_1);
    }

    /**
     * A key as it prints, however long, for those who may see it. Keys are objects of the application: to print one may
     * fail, in whichever way, or give nothing, and what looks at an atom must not fail because of one key. One that
     * cannot be printed is named by its class and its hash, which is the same for keys that are equal. What is shown of
     * a key is {@link io.keyedsequential.Keys#describe}, which is bounded.
     *
     * @param key the key
     * @return never {@code null}; perhaps of several lines
     */
    public static String print(Object key) {
        try {
            String text = key.toString();
            if (text != null) {
                return text;
            }
        } catch (Throwable e) { // an overflow of the stack, too: a record may contain itself
            // named below
        }
        return key.getClass().getName() + hashOf(key);
    }

    private static String hashOf(Object key) {
        try {
            return "@" + Integer.toHexString(key.hashCode());
        } catch (Throwable e) {
            return "";
        }
    }

    /**
     * SipHash-2-4: a hash under a secret, made for inputs as short as keys are, where an HMAC takes some ten times as
     * long. Without the secret it can neither be computed nor turned back into the input.
     *
     * <p>After Aumasson and Bernstein, "SipHash: a fast short-input PRF", 2012. Immutable.
     *
     * @param k0 the first half of the secret
     * @param k1 the second half
     */
    record SipHash(long k0, long k1) {

        private static final VarHandle LONGS =
                MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

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

    /** How a key, which may be personal data, is shown. */
    public enum KeyDisplay {
        /** Not at all. */
        NONE,
        /** As {@link KeyMask} shows it: it tells keys apart, and is the same in the log and the endpoint. */
        MASKED,
        /** As it prints, on one line and cut to {@value #MOST_CHARACTERS} characters. */
        PLAIN;

        private static final int MOST_CHARACTERS = 200;

        /**
         * What is shown of a key.
         *
         * @param key the key
         * @param masked shows keys that are to be masked
         * @return {@code null} if nothing is shown
         */
        public @Nullable String of(Object key, Function<Object, String> masked) {
            return switch (this) {
                case NONE -> null;
                case MASKED -> masked.apply(key);
                case PLAIN -> LogSafe.of(KeyMask.print(key), MOST_CHARACTERS);
            };
        }
    }

    /**
     * How log lines, and the messages of exceptions, name keys.
     *
     * @param display masked unless the application says otherwise
     * @param mask shows keys that are to be masked
     */
    public record LoggedKeys(KeyDisplay display, KeyMask mask) {

        /**
         * A key as a line names it, on that line.
         *
         * @param key the key
         * @return never {@code null}: a key that is not shown is said not to be
         */
        public String of(Object key) {
            String shown = display.of(key, mask::mask);
            return shown == null ? "(not shown)" : shown;
        }
    }
}
