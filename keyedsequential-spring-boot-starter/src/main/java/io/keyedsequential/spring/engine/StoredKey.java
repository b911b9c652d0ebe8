package io.keyedsequential.spring.engine;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.temporal.Temporal;
import java.util.Arrays;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Keys as the text by which an engine orders them. Keys that are equal must have one text, in every process and
 * every version of the application, so that only types whose text says all and stays are taken.
 */
public final class StoredKey {

    /** As many characters as engines have room for. */
    public static final int MOST_CHARACTERS = 200;

    private static final Class<?>[] PLAIN = {
        String.class,
        Character.class,
        Boolean.class,
        Byte.class,
        Short.class,
        Integer.class,
        Long.class,
        Float.class,
        Double.class,
        BigInteger.class,
        BigDecimal.class,
        UUID.class
    };

    private StoredKey() {}

    /**
     * What is wrong with a type of keys.
     *
     * @param type the class of a key
     * @return the end of a sentence that begins with the key; {@code null} if nothing is
     */
    public static @Nullable String objection(Class<?> type) {
        return Arrays.asList(PLAIN).contains(type)
                        || Enum.class.isAssignableFrom(type)
                        || (Temporal.class.isAssignableFrom(type)
                                && type.getName().startsWith("java.time."))
                ? null
                : "is a " + type.getName() + ", which has no text that is the same in every process";
    }

    /**
     * The text of a key.
     *
     * @param atom for messages
     * @param key the key
     * @return the same for keys that are equal, in every process
     * @throws IllegalArgumentException if it has none that can be stored
     */
    public static String of(String atom, Object key) {
        String objection = objection(key.getClass());
        if (objection != null) {
            throw new IllegalArgumentException(
                    ("%s: the key %s. Use a String, a number, a UUID, an enum, a boolean, a char or a "
                                    + "date of java.time; several values become one key as in #order.shop + ':' + "
                                    + "#order.number")
                            .formatted(atom, objection));
        }
        String text = key instanceof Enum<?> constant ? constant.name() : key.toString();
        check(atom, "key", text);
        return text;
    }

    /**
     * The text of a key that may be none of an operation's, such as one that an operator asks for.
     *
     * @param atom for messages
     * @param key the key
     * @return its text, or the key itself, which then is that of no operation
     */
    public static Object orItself(String atom, Object key) {
        try {
            return of(atom, key);
        } catch (IllegalArgumentException e) {
            return key;
        }
    }

    /**
     * Refuses a text that an engine has no room for, or that is not kept as it is.
     *
     * @param atom for messages
     * @param what what it is, for messages
     * @param text the text
     * @throws IllegalArgumentException if it cannot be stored
     */
    public static void check(String atom, String what, String text) {
        if (text.length() > MOST_CHARACTERS) {
            throw new IllegalArgumentException(
                    "%s: the %s has %d characters; at most %d are stored. Use a shorter one, such as an id or a hash"
                            .formatted(atom, what, text.length(), MOST_CHARACTERS));
        }
        if (text.indexOf('\0') >= 0 || !StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            throw new IllegalArgumentException(
                    "%s: the %s contains a NUL or half of a character, which cannot be stored".formatted(atom, what));
        }
    }
}
