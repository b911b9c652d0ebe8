package io.keyedsequential.spring.metrics;

import io.keyedsequential.spring.atom.KeyedInvocation;
import io.micrometer.observation.Observation;
import org.jspecify.annotations.Nullable;

/** What is known about a call of an annotated method while it is observed. */
public final class OperationObservationContext extends Observation.Context {

    private final KeyedInvocation invocation;
    private final @Nullable String shownKey;
    private volatile @Nullable Long operationId;
    private volatile @Nullable OperationOutcome outcome;

    OperationObservationContext(KeyedInvocation invocation, @Nullable String shownKey) {
        this.invocation = invocation;
        this.shownKey = shownKey;
    }

    /**
     * The call.
     *
     * @return with its key and arguments, which may be personal data
     */
    public KeyedInvocation invocation() {
        return invocation;
    }

    /**
     * The key, as {@code keyedsequential.observations.key} allows it to be shown.
     *
     * @return {@code null} if it is not shown, which is the default
     */
    public @Nullable String shownKey() {
        return shownKey;
    }

    /**
     * The operation's id.
     *
     * @return {@code null} until the body has begun
     */
    public @Nullable Long operationId() {
        return operationId;
    }

    void begun(long id) {
        operationId = id;
    }

    /**
     * How it ended.
     *
     * @return {@code null} until it has
     */
    public @Nullable OperationOutcome outcome() {
        return outcome;
    }

    void ended(OperationOutcome how) {
        outcome = how;
    }
}
