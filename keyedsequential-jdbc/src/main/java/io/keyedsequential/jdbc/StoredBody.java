package io.keyedsequential.jdbc;

import io.keyedsequential.CoordinatorOptions;
import io.keyedsequential.ExhaustedPolicy;
import io.keyedsequential.FailureDecision;
import io.keyedsequential.LabeledOperation;
import io.keyedsequential.NamedOperation;
import io.keyedsequential.ReplayedOperation;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** One attempt of an item, as the coordinator runs it: with the item's id, name, label and attempt. */
final class StoredBody implements Callable<@Nullable Object>, ReplayedOperation, NamedOperation, LabeledOperation {

    private final Item item;
    private final CoordinatorOptions options;
    private final BooleanSupplier interrupting;
    private final Predicate<Throwable> refusal;
    private final Callable<@Nullable Object> body;

    private volatile boolean begun;

    /** Drawn once: its delay is left to chance. */
    private volatile @Nullable FailureDecision decision;

    /**
     * An attempt.
     *
     * @param interrupting whether bodies are interrupted because the application stops: what they throw then is
     *     no failure
     * @param refusal whether a failure is the mistake of a caller, for which no key is parked
     */
    StoredBody(
            Item item,
            CoordinatorOptions options,
            BooleanSupplier interrupting,
            Predicate<Throwable> refusal,
            Callable<@Nullable Object> body) {
        this.item = item;
        this.options = options;
        this.interrupting = interrupting;
        this.refusal = refusal;
        this.body = body;
    }

    @Override
    public @Nullable Object call() throws Exception {
        begun = true;
        return body.call();
    }

    /** Whether the body was entered: what is thrown before is none of its failures. */
    boolean hasBegun() {
        return begun;
    }

    @Override
    public long operationId() {
        return item.id();
    }

    @Override
    public int attempt() {
        return item.attempts() + 1;
    }

    /** The same each time. What is no failure of the body is tried again. */
    @Override
    public FailureDecision decide(Throwable failure) {
        FailureDecision known = decision;
        if (known == null) {
            known = interrupting.getAsBoolean() || failure instanceof LaneLostException
                    ? FailureDecision.retryAfter(Duration.ZERO)
                    : refusal.test(failure)
                            ? FailureDecision.of(ExhaustedPolicy.SKIP)
                            : options.decide(attempt(), failure);
            decision = known;
        }
        return known;
    }

    @Override
    public String operationName() {
        return item.operation();
    }

    @Override
    public @Nullable String operationLabel() {
        return item.label();
    }
}
