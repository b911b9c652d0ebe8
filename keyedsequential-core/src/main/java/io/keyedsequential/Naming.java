package io.keyedsequential;

import org.jspecify.annotations.Nullable;

/**
 * What an operation calls itself: a name, a label, both or neither. A body is asked on the thread that looks or that ends
 * the operation, outside every lock; what stays of a body that has ended is one of these, or the name alone.
 */
record Naming(@Nullable String name, String label) {

    /** What is kept in place of a body that is let go of: as little as says the same. */
    static @Nullable Object of(@Nullable Object body) {
        String label = labelOf(body);
        String name = nameOf(body);
        return label == null ? name : new Naming(name, label);
    }

    static @Nullable String nameOf(@Nullable Object body) {
        if (body instanceof NamedOperation named) {
            try {
                return named.operationName();
            } catch (Throwable e) {
                return null; // a name is a courtesy: an operation without one is still an operation
            }
        }
        if (body instanceof Naming kept) {
            return kept.name;
        }
        return body instanceof String name ? name : null;
    }

    static @Nullable String labelOf(@Nullable Object body) {
        if (body instanceof LabeledOperation labeled) {
            try {
                String label = labeled.operationLabel();
                return label == null ? null : OneLine.of(label, LabeledOperation.MOST_CHARACTERS);
            } catch (Throwable e) {
                return null; // as for a name
            }
        }
        return body instanceof Naming kept ? kept.label : null;
    }
}
