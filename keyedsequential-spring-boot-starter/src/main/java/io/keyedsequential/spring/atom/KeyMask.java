package io.keyedsequential.spring.atom;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.function.Supplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Shows keys without showing them: a short hash under a secret, which is random for every process unless it is
 * configured. It tells keys apart and
 * finds the same key again in the log and the endpoint, and says nothing about the key to whoever has only the mask.
 *
 * <p>Computed from {@code toString()}: keys that are equal must print alike.
 */
public final class KeyMask {

    private static final String ALGORITHM = "HmacSHA256";

    /** 48 bits: among ten thousand lanes two masks collide once in five million processes. */
    private static final int BYTES_SHOWN = 6;

    private volatile SecretKeySpec secret;

    /** Whether the secret is this mask's alone, so that one that several processes have is better. */
    private volatile boolean random;

    /** A mask with a secret of its own. */
    public KeyMask() {
        byte[] bytes = new byte[32];
        new SecureRandom().nextBytes(bytes);
        this.secret = new SecretKeySpec(bytes, ALGORITHM);
        this.random = true;
    }

    /**
     * A mask with a secret that is given: it shows a key alike in every process that has the same one.
     *
     * @param secret any text that is hard to guess: who knows it can try keys until one fits a mask
     */
    public KeyMask(String secret) {
        this.secret = keySpec(secret);
    }

    private static SecretKeySpec keySpec(String secret) {
        return new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), ALGORITHM);
    }

    /**
     * Takes a secret that several processes share, unless one was given already. Masks that were made before are of another secret.
     *
     * @param shared asked only if its answer counts; {@code null} if there is none
     */
    public synchronized void shareSecret(Supplier<@Nullable String> shared) {
        String given = random ? shared.get() : null;
        if (given != null) {
            secret = keySpec(given);
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
        try {
            Mac mac = Mac.getInstance(ALGORITHM); // not thread-safe, cheap to get
            mac.init(secret);
            byte[] hash = mac.doFinal(KeyText.of(key).getBytes(StandardCharsets.UTF_8));
            return "#" + HexFormat.of().formatHex(hash, 0, BYTES_SHOWN);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
        }
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
