package io.keyedsequential.kafka;

import io.keyedsequential.LabeledOperation;
import io.keyedsequential.NamedOperation;
import io.keyedsequential.RefusingOperation;
import io.keyedsequential.spring.engine.StoredCall.UnreadableCallException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A call that this version of the application cannot run: it keeps its place in its lane for a while, without a permit
 * and without a thread, since its partition may go to an instance that can. Then it fails, with the reason.
 */
final class WaitingCall
        implements Supplier<CompletionStage<@Nullable Object>>, NamedOperation, LabeledOperation, RefusingOperation {

    private final CallRecords.Call call;
    private final RecordDelivery delivery;
    private final UnreadableCallException reason;
    private final Duration grace;
    private final CompletableFuture<@Nullable Object> ended = new CompletableFuture<>();

    WaitingCall(CallRecords.Call call, RecordDelivery delivery, UnreadableCallException reason, Duration grace) {
        this.call = call;
        this.delivery = delivery;
        this.reason = reason;
        this.grace = grace;
    }

    @Override
    public CompletionStage<@Nullable Object> get() {
        delivery.hold();
        CompletableFuture.delayedExecutor(grace.toMillis(), TimeUnit.MILLISECONDS)
                .execute(() -> ended.completeExceptionally(reason));
        return ended;
    }

    /** It waits in vain: its partition is another instance's now. */
    void withdraw() {
        ended.completeExceptionally(new CancellationException(delivery + " is another instance's"));
    }

    @Override
    public String operationName() {
        return call.operation();
    }

    @Override
    public @Nullable String operationLabel() {
        return call.label();
    }

    /** No other attempt would read it. */
    @Override
    public boolean isRefusal(Throwable failure) {
        return failure instanceof UnreadableCallException;
    }
}
