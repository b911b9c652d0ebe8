package io.keyedsequential.spring.actuate;

import java.util.List;

/**
 * The beginning of a list.
 *
 * @param entries the first entries
 * @param total how many there are
 * @param truncated whether there are more than shown
 * @param <T> the type of the entries
 */
public record BoundedList<T>(List<T> entries, long total, boolean truncated) {

    static <T> BoundedList<T> of(List<T> shown, long total) {
        return new BoundedList<>(shown, Math.max(total, shown.size()), total > shown.size());
    }
}
