package io.keyedsequential.kafka;

import io.keyedsequential.LabeledOperation;
import io.keyedsequential.NamedOperation;
import io.keyedsequential.RefusingOperation;
import io.keyedsequential.RejectedOperationException;
import io.keyedsequential.spring.atom.KeyedInvocation;
import io.keyedsequential.spring.engine.StoredOperation;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/** A call as the coordinator runs it, attempt by attempt, in the name of the record that it was. */
final class CallBody implements Callable<@Nullable Object>, NamedOperation, LabeledOperation, RefusingOperation {

    private final StoredOperation operation;
    private final KeyedInvocation invocation;
    private final RecordDelivery delivery;

    /** How often the body has begun. Written by one attempt after the other; a timeout reads it meanwhile. */
    private volatile int attempts;

    /** What the latest attempt has thrown. */
    private volatile @Nullable Throwable thrown;

    CallBody(StoredOperation operation, KeyedInvocation invocation, RecordDelivery delivery) {
        this.operation = operation;
        this.invocation = invocation;
        this.delivery = delivery;
    }

    @Override
    public @Nullable Object call() throws Exception {
        try {
            return delivery.run(() -> {
                int before = attempts;
                attempts = before + 1;
                try {
                    return operation.deliver(invocation);
                } catch (Throwable e) {
                    thrown = e;
                    throw e;
                }
            });
        } catch (Exception | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public String operationName() {
        return invocation.operation();
    }

    @Override
    public @Nullable String operationLabel() {
        return invocation.label();
    }

    @Override
    public boolean isRefusal(Throwable failure) {
        return operation.isRefusal(failure);
    }

    /** The operation has ended, with all its attempts. */
    void ended(long operationId, @Nullable Throwable failure) {
        try {
            if (failure != null && isFailure(failure)) {
                operation.failed(invocation, operationId, attempts, failure);
            }
        } finally {
            delivery.ended(failure);
        }
    }

    /** One that was cancelled or purged has not failed; but a body may throw the same exceptions. */
    @SuppressWarnings("ReferenceEquality")
    private boolean isFailure(Throwable failure) {
        boolean takenOut = failure instanceof CancellationException || failure instanceof RejectedOperationException;
        return !takenOut || failure == thrown;
    }
}
