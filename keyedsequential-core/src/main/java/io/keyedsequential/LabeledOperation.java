package io.keyedsequential;

import org.jspecify.annotations.Nullable;

/**
 * A body that knows which business it is about, such as the number of an order. Where a {@link Runnable},
 * {@link java.util.concurrent.Callable} or {@link java.util.function.Supplier} handed to a coordinator also implements
 * this, the label stands in snapshots, in drain reports, and wherever a message names the operation.
 *
 * <p>A label is always shown, also where keys are not: it should say which operation this is without saying whose.
 */
@FunctionalInterface
public interface LabeledOperation {

    /** The most characters of a label that are shown. */
    int MOST_CHARACTERS = 100;

    /**
     * The label to show, on one line (see {@link LogSafe}) and cut to {@value #MOST_CHARACTERS} characters. Read on the
     * thread that looks or that finishes the operation, never under a lock. If it throws, the operation has no label.
     *
     * @return a short text that stays the same, or {@code null} if there is none
     */
    @Nullable
    String operationLabel();

    /**
     * The id of the trace that the operation belongs to, which stands beside the label in snapshots and leads to what
     * else has happened in it. Read like the label, on one line and cut as it is.
     *
     * @return the id as a tracing system finds it, or {@code null} if there is none, which is the default
     */
    default @Nullable String operationTrace() {
        return null;
    }
}
