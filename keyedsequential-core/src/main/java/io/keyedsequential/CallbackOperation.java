package io.keyedsequential;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/** Without a result, like a {@link PlainOperation}; its end is told to a callback, as a future would be completed. */
final class CallbackOperation<K> extends Operation<K> {

    private static final VarHandle TOLD;

    static {
        try {
            TOLD = MethodHandles.lookup().findVarHandle(CallbackOperation.class, "told", OperationEnd.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /**
     * Let go of by the one thread that tells it: a timer or an operator may come at the same time as the thread that
     * ends the operation.
     */
    @SuppressWarnings("UnusedVariable") // through TOLD
    private volatile @Nullable OperationEnd told;

    /** What it was told before the operation had ended. */
    private volatile @Nullable Throwable toldEarly;

    CallbackOperation(K key, Runnable body, OperationEnd told, long enqueuedAt) {
        super(key, body, enqueuedAt);
        TOLD.set(this, told); // without a fence: its admission publishes the operation
    }

    @Override
    @Nullable
    Object perform() {
        if (body instanceof Runnable runnable) {
            runnable.run();
        }
        return null;
    }

    @Override
    boolean isFollowed() {
        return true;
    }

    @Override
    boolean deliver(@Nullable Object result, @Nullable Throwable failure) {
        Throwable shown = failure != null && state() == CANCELLED ? cancelled(failure) : failure;
        return tell(shown) || failure == null || failure == toldEarly;
    }

    @Override
    void callerIsTold() {
        told = null;
    }

    @Override
    void deliverUnrun(Throwable reason) {
        tell(reason);
    }

    @Override
    void failEarly(Throwable failure) {
        toldEarly = failure;
        tell(failure);
    }

    private boolean tell(@Nullable Throwable failure) {
        OperationEnd end = (OperationEnd) TOLD.getAndSet(this, null);
        if (end == null) {
            return false;
        }
        try {
            end.ended(id, failure);
        } catch (Throwable e) {
            // as what a dependent stage of a future throws: the operation has ended all the same
        }
        return true;
    }
}
