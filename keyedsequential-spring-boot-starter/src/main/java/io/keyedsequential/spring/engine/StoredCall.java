package io.keyedsequential.spring.engine;

import io.keyedsequential.spring.atom.KeyedInvocation;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.Temporal;
import java.util.Arrays;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A call that an engine is to keep.
 *
 * @param invocation the operation, its key, arguments, headers and label
 * @param idempotencyKey a second call of the atom with the same one is accepted and does nothing; {@code null} if the
 *     method has none
 * @param runAfter the operation does not begin earlier, and neither does what follows it under its key; {@code null}
 *     for at once
 */
public record StoredCall(KeyedInvocation invocation, @Nullable String idempotencyKey, @Nullable Instant runAfter) {

    /**
     * The ordering domain.
     *
     * @return the atom's name
     */
    public String atom() {
        return invocation.atom();
    }

    /**
     * The method's id inside the atom.
     *
     * @return the operation's name
     */
    public String operation() {
        return invocation.operation();
    }

    /**
     * What orders it.
     *
     * @return the key, of whatever type the expression yields
     */
    public Object key() {
        return invocation.key();
    }

    /**
     * The arguments themselves, not a copy.
     *
     * @return as many as the method has parameters
     */
    public @Nullable Object[] arguments() {
        return invocation.arguments();
    }

    /**
     * What travels with it: a trace, names of the MDC, and whatever {@link HeaderCarrier}s have written.
     *
     * @return empty if nothing does
     */
    public Map<String, String> headers() {
        return invocation.headers();
    }

    /**
     * Which business it is about.
     *
     * @return on one line, or {@code null}
     */
    public @Nullable String label() {
        return invocation.label();
    }

    /** Without key and arguments, which may be personal data. */
    @Override
    public String toString() {
        return "StoredCall[atom=%s, operation=%s]".formatted(atom(), invocation.title());
    }

    /** This version of the application cannot run a call as it is stored; another one may. */
    public static final class UnreadableCallException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        /**
         * For engines.
         *
         * @param message what cannot be read, without data
         * @param cause {@code null} if there is none
         */
        public UnreadableCallException(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /**
     * Keys as the text by which an engine orders them. Keys that are equal must have one text, in every process and
     * every version of the application, so that only types whose text says all and stays are taken.
     */
    public static final class StoredKey {

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
                        "%s: the %s contains a NUL or half of a character, which cannot be stored"
                                .formatted(atom, what));
            }
        }
    }
}
