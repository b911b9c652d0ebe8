package io.keyedsequential;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Values by type of failure. The closest type wins: the failure's own class, else its superclass, and so on. Every
 * type of failure is a class, so no two that match are equally close. Causes are not looked at. Immutable.
 *
 * @param <V> the type of the values
 */
final class ByFailureType<V> {

    private final Map<Class<? extends Throwable>, V> values;

    ByFailureType(Map<Class<? extends Throwable>, V> values) {
        this.values = Map.copyOf(values);
    }

    boolean isEmpty() {
        return values.isEmpty();
    }

    /** The value of the closest type, or {@code null} if the failure is of none of them. */
    @Nullable
    V closest(Throwable failure) {
        for (Class<?> type = failure.getClass(); type != null; type = type.getSuperclass()) {
            V value = values.get(type);
            if (value != null) {
                return value;
            }
        }
        return null;
    }
}
