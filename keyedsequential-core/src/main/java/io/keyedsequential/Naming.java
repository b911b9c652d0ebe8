package io.keyedsequential;

import org.jspecify.annotations.Nullable;

/**
 * What an operation calls itself: a name, a label, the trace it belongs to, or less. A body is asked on the thread that
 * looks or that ends the operation, outside every lock; what stays of a body that has ended is one of these, or the
 * name alone.
 */
record Naming(@Nullable String name, @Nullable String label, @Nullable String trace) {

    /** What is kept in place of a body that is let go of: as little as says the same. */
    static @Nullable Object of(@Nullable Object body) {
        String name = nameOf(body);
        if (!(body instanceof LabeledOperation) && !(body instanceof Naming)) {
            return name;
        }
        String label = labelOf(body);
        String trace = traceOf(body);
        return label == null && trace == null ? name : new Naming(name, label, trace);
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
                return label == null ? null : LogSafe.of(label, LabeledOperation.MOST_CHARACTERS);
            } catch (Throwable e) {
                return null; // as for a name
            }
        }
        return body instanceof Naming kept ? kept.label : null;
    }

    static @Nullable String traceOf(@Nullable Object body) {
        if (body instanceof LabeledOperation labeled) {
            try {
                String trace = labeled.operationTrace();
                return trace == null ? null : LogSafe.of(trace, LabeledOperation.MOST_CHARACTERS);
            } catch (Throwable e) {
                return null; // as for a name
            }
        }
        return body instanceof Naming kept ? kept.trace : null;
    }

    /** Name and label as they follow the id in every message. */
    static String inBrackets(@Nullable String name, @Nullable String label) {
        if (label == null) {
            return name == null ? "" : " (" + LogSafe.of(name) + ")";
        }
        return name == null ? " ('%s')".formatted(label) : " (%s '%s')".formatted(LogSafe.of(name), label);
    }
}
