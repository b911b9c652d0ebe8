package io.keyedsequential.spring.atom;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
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
        long hashed = hash.hash(KeyText.of(key));
        byte[] shown = new byte[1 + DIGITS_SHOWN]; // by hand: every call names its key in the MDC
        shown[0] = '#';
        for (int i = DIGITS_SHOWN; i > 0; i--) {
            shown[i] = (byte) HEX.charAt((int) hashed & 0xF);
            hashed >>>= 4;
        }
        return new String(shown, StandardCharsets.ISO_8859_1);
    }

    /**
     * The key itself, for those who may see it.
     *
     * @param key the key
     * @return as {@link KeyText#of} has it: never fails, but may be long, and of several lines
     */
    public static String print(Object key) {
        return KeyText.of(key);
    }
}
