package io.keyedsequential.spring.atom;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

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

    private final SecretKeySpec secret;

    /** A mask with a secret of its own. */
    public KeyMask() {
        byte[] random = new byte[32];
        new SecureRandom().nextBytes(random);
        this.secret = new SecretKeySpec(random, ALGORITHM);
    }

    /**
     * A mask with a secret that is given: it shows a key alike in every process that has the same one.
     *
     * @param secret any text that is hard to guess: who knows it can try keys until one fits a mask
     */
    public KeyMask(String secret) {
        this.secret = new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), ALGORITHM);
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
