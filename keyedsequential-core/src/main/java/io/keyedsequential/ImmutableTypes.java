package io.keyedsequential;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.util.Set;
import java.util.UUID;

/** Which types have values that never change, as far as their declarations say. */
final class ImmutableTypes {

    private static final Set<Class<?>> KNOWN = Set.of(
            String.class,
            Boolean.class,
            Character.class,
            Byte.class,
            Short.class,
            Integer.class,
            Long.class,
            Float.class,
            Double.class,
            BigInteger.class,
            BigDecimal.class,
            UUID.class,
            URI.class);

    private static final int DEEPEST = 8;

    private ImmutableTypes() {}

    /** Whether it is one of the types that most keys are of, which are beyond doubt. */
    static boolean isKnown(Class<?> type) {
        return KNOWN.contains(type);
    }

    /** Whether values of a type have an order among themselves, and never move in it. */
    static boolean isComparableToItself(Class<?> type) {
        for (Class<?> each = type; each != null; each = each.getSuperclass()) {
            for (Type implemented : each.getGenericInterfaces()) {
                if (implemented instanceof ParameterizedType comparable
                        && comparable.getRawType() == Comparable.class
                        && comparable.getActualTypeArguments()[0] == type) {
                    return isFinal(type, 0);
                }
            }
        }
        return false;
    }

    private static boolean isFinal(Class<?> type, int depth) {
        if (type.isPrimitive() || type.isEnum() || KNOWN.contains(type)) {
            return true;
        }
        if (depth > DEEPEST || !Modifier.isFinal(type.getModifiers())) {
            return false; // a value of a type that can be extended may be anything
        }
        if (type.getPackageName().equals("java.time")) {
            return true;
        }
        for (Class<?> each = type; each != null && each != Object.class; each = each.getSuperclass()) {
            for (Field field : each.getDeclaredFields()) {
                int modifiers = field.getModifiers();
                boolean counts = !Modifier.isStatic(modifiers);
                if (counts && (!Modifier.isFinal(modifiers) || !isFinal(field.getType(), depth + 1))) {
                    return false;
                }
            }
        }
        return !type.isArray();
    }
}
