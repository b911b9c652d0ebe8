package io.keyedsequential;

import java.lang.reflect.GenericArrayType;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.net.URL;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a key has to be, and how one is described.
 *
 * <p>Two calls are of one key if their keys are equal. A type whose {@code equals} tells only whether two references
 * are the same makes every call a key of its own: nothing is ordered, and nothing fails. {@link #objection(Type)} says
 * so before the first call, where the type is known.
 */
public final class Keys {

    /** Characters of a key that {@link #describe} shows at most. */
    public static final int LONGEST_DESCRIPTION = 200;

    /** Values of a collection that are looked at. */
    private static final int PARTS_LOOKED_AT = 8;

    private static final String REMEDY = "take a String, a number, a UUID, an enum, or a record or list of such values";

    private Keys() {}

    /**
     * What speaks against values of a type as keys, as far as the type tells: arrays, types that inherit
     * {@link Object#equals} or {@link Object#hashCode} (among them {@link StringBuilder} and the atomic numbers),
     * records and collections of such, and {@link URL}, whose {@code equals} asks the network. Interfaces, abstract
     * classes and type variables are not objected to: what the values are is seen at run time, when a coordinator warns
     * once for each type.
     *
     * @param type the type of a key, as declared or as found at run time
     * @return the cause and the remedy, to be put behind the name of the method or atom; {@code null} if nothing is
     *     known against it
     */
    public static @Nullable String objection(Type type) {
        String cause = objection(type, new HashSet<>());
        return cause == null ? null : cause + ": " + REMEDY;
    }

    /**
     * The same for a key at hand: if it is a collection, also for the first values in it. Asks those nothing but
     * their type.
     */
    static @Nullable String objectionToValue(Object key) {
        if (key.getClass()
                == Object.class) { // as a declared type it may be anything; as that of a value it is just that
            return "java.lang.Object is equal to nothing but itself: " + REMEDY;
        }
        String known = objection(key.getClass());
        if (known != null || !isEqualByParts(key.getClass())) {
            return known;
        }
        try {
            Stream<?> parts = key instanceof Collection<?> collection
                    ? collection.stream()
                    : key instanceof Map<?, ?> map
                            ? map.entrySet().stream().flatMap(entry -> Stream.of(entry.getKey(), entry.getValue()))
                            : key instanceof Map.Entry<?, ?> entry
                                    ? Stream.of(entry.getKey(), entry.getValue())
                                    : ((Optional<?>) key).stream();
            return parts.limit(PARTS_LOOKED_AT)
                    .filter(part -> part != null)
                    .map(part -> objection(part.getClass()))
                    .filter(objection -> objection != null)
                    .findFirst()
                    .map(objection -> "a value of %s has no sound equals, since %s"
                            .formatted(key.getClass().getTypeName(), objection))
                    .orElse(null);
        } catch (Throwable e) { // a collection that changes meanwhile, or has code of its own
            return null;
        }
    }

    private static @Nullable String objection(Type type, Set<Type> seen) {
        if (!seen.add(type)) {
            return null; // a type that contains itself
        }
        if (type instanceof Class<?> known) {
            return objectionToClass(known, seen);
        }
        if (type instanceof GenericArrayType) {
            return arrays(type);
        }
        if (type instanceof ParameterizedType of && of.getRawType() instanceof Class<?> raw) {
            String cause = objection(raw, seen);
            return cause != null || !isEqualByParts(raw)
                    ? cause
                    : firstOf(of.getActualTypeArguments(), "a value of " + type.getTypeName(), seen);
        }
        return null;
    }

    private static boolean isEqualByParts(Class<?> type) {
        return Collection.class.isAssignableFrom(type)
                || Map.class.isAssignableFrom(type)
                || Map.Entry.class.isAssignableFrom(type)
                || type == Optional.class;
    }

    private static @Nullable String firstOf(Type[] parts, String whole, Set<Type> seen) {
        return Arrays.stream(parts)
                .map(part -> objection(part, seen))
                .filter(cause -> cause != null)
                .findFirst()
                .map(cause -> whole + " has no sound equals, since " + cause)
                .orElse(null);
    }

    private static @Nullable String objectionToClass(Class<?> type, Set<Type> seen) {
        if (type.isArray()) {
            return arrays(type);
        }
        if (type == URL.class) {
            return "java.net.URL asks the network whether two are equal; take a java.net.URI";
        }
        boolean open = type.isPrimitive() || type.isInterface() || type == Object.class || type == Class.class;
        if (open || Modifier.isAbstract(type.getModifiers()) || Enum.class.isAssignableFrom(type)) {
            return null;
        }
        Method equals = declared(type, "equals", Object.class);
        Method hashCode = declared(type, "hashCode");
        if (equals == null || hashCode == null) {
            return null;
        }
        if (equals.getDeclaringClass() == Object.class) {
            return "%s inherits Object.equals, and so is equal to nothing but itself".formatted(type.getTypeName());
        }
        if (hashCode.getDeclaringClass() == Object.class) {
            return "%s has an equals of its own but inherits Object.hashCode, and so equal keys are not found"
                    .formatted(type.getTypeName());
        }
        // The compiler's own is final; one written by hand may well compare arrays by what they hold.
        return type.isRecord() && Modifier.isFinal(equals.getModifiers())
                ? firstOf(components(type), "record " + type.getTypeName(), seen)
                : null;
    }

    private static String arrays(Type type) {
        return "%s is an array, and so is equal to nothing but itself".formatted(type.getTypeName());
    }

    private static Type[] components(Class<?> type) {
        return Arrays.stream(type.getRecordComponents())
                .map(RecordComponent::getGenericType)
                .toArray(Type[]::new);
    }

    /** What cannot be looked up cannot be judged. */
    private static @Nullable Method declared(Class<?> type, String name, Class<?>... parameters) {
        try {
            return type.getMethod(name, parameters);
        } catch (NoSuchMethodException | LinkageError e) {
            return null;
        }
    }

    /**
     * A key as text, for messages: bounded in length, on one line, and never failing, whatever the key's
     * {@code toString} does. One that throws or returns {@code null} is described by its type.
     *
     * @param key the key, or {@code null}
     * @return at most {@value #LONGEST_DESCRIPTION} characters of what the key says, without control characters
     */
    public static String describe(@Nullable Object key) {
        if (key == null) {
            return "null";
        }
        try {
            String text = key.toString();
            return text == null ? "%s (toString returned null)".formatted(typeOf(key)) : shortened(text);
        } catch (Throwable e) { // also StackOverflowError: a description is a courtesy, and must break nothing
            return "%s (toString threw %s)".formatted(typeOf(key), e.getClass().getName());
        }
    }

    private static String typeOf(Object key) {
        return shortened(key.getClass().getTypeName());
    }

    private static String shortened(String text) {
        boolean isLong = text.length() > LONGEST_DESCRIPTION;
        StringBuilder shown = new StringBuilder(isLong ? text.substring(0, LONGEST_DESCRIPTION - 1) : text);
        for (int i = 0; i < shown.length(); i++) {
            char each = shown.charAt(i);
            if (Character.isISOControl(each) || each == '\u2028' || each == '\u2029') {
                shown.setCharAt(i, '\uFFFD'); // a line break in a key must not begin a line of a log
            }
        }
        return isLong ? shown.append('…').toString() : shown.toString();
    }
}
