package io.keyedsequential;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the types of the keys of one atom, and warns once for each of those that order nothing, and once if keys are
 * of types that are never equal to each other: {@code 17}, {@code "17"} and {@code 17L} are three keys. On the caller's
 * thread and under no lock. A type that was seen before costs a comparison.
 */
final class KeyTypes {

    /** Types that are looked at; an atom that has more makes them as it goes, and would be told without end. */
    private static final int MOST_TYPES = 64;

    private final String atom;
    private final Consumer<String> warning;

    /**
     * That of the last key, and so nearly always of the next. Plain: a thread that reads an older one looks once more.
     */
    private @Nullable Class<?> last;

    private final Set<Class<?>> seen = ConcurrentHashMap.newKeySet();
    private final AtomicReference<@Nullable Class<?>> first = new AtomicReference<>();
    private final AtomicBoolean mixed = new AtomicBoolean();

    KeyTypes(String atom, Consumer<String> warning) {
        this.atom = atom;
        this.warning = warning;
    }

    /** A caller brings a key. */
    void see(Object key) {
        Class<?> type = key.getClass();
        if (type != last) {
            if (!seen.contains(type) && seen.size() < MOST_TYPES && seen.add(type)) {
                look(key, type);
            }
            last = type;
        }
    }

    private void look(Object key, Class<?> type) {
        try {
            String objection = ImmutableTypes.isKnown(type) ? null : Keys.objectionToValue(key);
            if (objection != null) {
                warning.accept("%s: calls are not ordered by a key like this one: %s (said once for each type)"
                        .formatted(atom, objection));
            }
            Class<?> family = family(type);
            Class<?> before = first.compareAndExchange(null, family);
            if (before != null && before != family && !areRelated(before, family) && mixed.compareAndSet(false, true)) {
                warning.accept(("%s: keys are of the types %s and %s, which are never equal: calls are "
                                + "ordered within each of them only; convert the keys to one type, or give "
                                + "each type an atom of its own (said once)")
                        .formatted(atom, before.getTypeName(), family.getTypeName()));
            }
        } catch (Throwable e) {
            // what cannot be looked at cannot be judged, and the call is none the worse for it
        }
    }

    /**
     * Values of different classes may be equal if they are of the same kind of collection, or constants of one enum.
     */
    private static Class<?> family(Class<?> type) {
        for (Class<?> kind : List.<Class<?>>of(List.class, Set.class, Map.class, Map.Entry.class)) {
            if (kind.isAssignableFrom(type)) {
                return kind;
            }
        }
        Class<?> parent = type.getSuperclass();
        return parent != null && parent.isEnum() ? parent : type;
    }

    /** Whether both have a supertype of the application's: it has meant them to be keys beside each other. */
    private static boolean areRelated(Class<?> one, Class<?> other) {
        if (isOwn(one) && one.isAssignableFrom(other)) {
            return true;
        }
        Class<?> parent = one.getSuperclass();
        if (parent != null && areRelated(parent, other)) {
            return true;
        }
        for (Class<?> implemented : one.getInterfaces()) {
            if (areRelated(implemented, other)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isOwn(Class<?> type) {
        String name = type.getName();
        return !name.startsWith("java.") && !name.startsWith("kotlin.") && !name.startsWith("scala.");
    }
}
