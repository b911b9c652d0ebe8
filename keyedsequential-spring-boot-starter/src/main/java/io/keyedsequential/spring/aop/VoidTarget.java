package io.keyedsequential.spring.aop;

import io.keyedsequential.OperationEnd;
import io.keyedsequential.RejectedOperationException;
import io.keyedsequential.spring.aop.key.Rethrow;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/** Runs a method that returns nothing, and tells of its failure when no other attempt follows. */
final class VoidTarget extends InvocationTarget implements Runnable, Callable<@Nullable Object>, OperationEnd {

    /** How often the body has begun. Written by one attempt after the other; a timeout reads it meanwhile. */
    private volatile int attempts;

    /** What the latest attempt has thrown. */
    private volatile @Nullable Throwable thrown;

    VoidTarget(PreparedCall call) {
        super(call);
    }

    @Override
    public void run() {
        int before = attempts;
        attempts = before + 1;
        try {
            proceed();
        } catch (Throwable e) {
            thrown = e;
            throw Rethrow.unchanged(e);
        }
    }

    @Override
    public @Nullable Object call() {
        run();
        return null;
    }

    /** The operation has ended, with all its attempts. */
    @Override
    public void ended(long operationId, @Nullable Throwable failure) {
        try {
            if (failure != null && isFailure(failure)) {
                UncaughtFailures failures = preparedCall().method().failures();
                failures.tell(failure, operationId, attempts, invocation(), rest().getMethod());
            }
        } finally {
            tellDecorators(failure);
        }
    }

    /** One that was cancelled, purged or shed has not failed; but a body may throw the same exceptions. */
    @SuppressWarnings("ReferenceEquality")
    private boolean isFailure(Throwable failure) {
        boolean takenOut = failure instanceof CancellationException || failure instanceof RejectedOperationException;
        return !takenOut || failure == thrown;
    }
}
