package io.keyedsequential.spring.actuate;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;

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

    /** How much of something a reader wants to see. */
    static final class Limit {

        /** No answer shows more of one kind, whatever the reader asks for. */
        static final int MOST = 1_000;

        private Limit() {}

        static int of(@Nullable Integer limit, int unlessGiven) {
            if (limit == null) {
                return unlessGiven;
            }
            if (limit < 1) {
                String reason = "limit: 1 or more, not %d; more than %d are never shown".formatted(limit, MOST);
                throw new InvalidEndpointRequestException(reason, reason);
            }
            return Math.min(limit, MOST);
        }
    }

    /** Names in a sentence, however many there are. */
    static final class Names {

        private Names() {}

        /** The first names, and how many there are more. */
        static String bounded(List<String> first, int all) {
            String more = all > first.size() ? " and %d more".formatted(all - first.size()) : "";
            return "[%s]%s".formatted(String.join(", ", first), more);
        }
    }
}
