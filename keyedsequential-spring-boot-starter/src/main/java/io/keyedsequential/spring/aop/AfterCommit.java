package io.keyedsequential.spring.aop;

import io.keyedsequential.KeyedCoordinator;
import io.keyedsequential.Reservation;
import io.keyedsequential.spring.aop.KeyedMethod.PreparedCall;
import io.keyedsequential.spring.atom.KeyedInvocation;
import io.keyedsequential.spring.atom.RegisteredAtom.DeferredCalls;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * What becomes of a call with the transaction of its caller: it is a {@link DeferredCall} until that has committed.
 * This class, {@link EndedTransaction} and {@link CountedCall} are all that needs spring-tx. Confined to the thread of
 * the transaction.
 */
final class AfterCommit implements TransactionSynchronization {

    /*
     * All is done in afterCompletion. What is thrown in afterCommit reaches the caller as though the transaction had
     * failed, and what is registered there never gets an afterCommit of its own; it gets an afterCompletion, though.
     * There is one synchronization for each call: Spring keeps those of equal order as they were registered, so calls
     * are enqueued as they were made.
     */

    private final DeferredCall call;

    /** The savepoints made since the call. A rollback to any other undoes what was done when the call was made. */
    private final List<Object> later = new ArrayList<>(0);

    private boolean withdrawn;

    private AfterCommit(DeferredCall call) {
        this.call = call;
    }

    /** Whether the current thread is in a transaction whose end one is told of. */
    static boolean isInTransaction() {
        return TransactionSynchronizationManager.isActualTransactionActive()
                && TransactionSynchronizationManager.isSynchronizationActive();
    }

    /** Enqueues the call when the current transaction has committed. */
    static void enqueue(DeferredCall call) {
        TransactionSynchronizationManager.registerSynchronization(new AfterCommit(call));
    }

    @Override
    public void savepoint(Object savepoint) {
        later.add(savepoint);
    }

    @Override
    public void savepointRollback(Object savepoint) {
        if (later.stream().noneMatch(known -> known == savepoint)) {
            withdraw("the transaction was rolled back to a savepoint before the call");
        }
    }

    @Override
    public void afterCompletion(int status) {
        if (status == STATUS_ROLLED_BACK) {
            withdraw("the transaction was rolled back");
        } else if (status != STATUS_COMMITTED) {
            withdraw("it is not known whether the transaction was committed");
        } else if (!withdrawn) {
            EndedTransaction.runOutside(call::committed);
        }
    }

    private void withdraw(String why) {
        if (!withdrawn) {
            withdrawn = true;
            call.withdrawn(why);
        }
    }

    /**
     * A transaction that has ended, but is bound to its thread until all synchronizations have been told. An executor
     * may run an operation on the thread that enqueues it; the body would join a transaction that is never committed or
     * rolled back. Needs spring-tx.
     */
    static final class EndedTransaction {

        private EndedTransaction() {}

        /** Runs something as it would run on a thread that has never had a transaction. */
        static void runOutside(Runnable action) {
            Map<Object, Object> bound = new HashMap<>(TransactionSynchronizationManager.getResourceMap());
            boolean active = TransactionSynchronizationManager.isActualTransactionActive();
            boolean readOnly = TransactionSynchronizationManager.isCurrentTransactionReadOnly();
            String name = TransactionSynchronizationManager.getCurrentTransactionName();
            Integer isolation = TransactionSynchronizationManager.getCurrentTransactionIsolationLevel();
            bound.keySet().forEach(TransactionSynchronizationManager::unbindResourceIfPossible);
            describe(false, false, null, null);
            try {
                action.run();
            } finally {
                describe(active, readOnly, name, isolation);
                bound.forEach(EndedTransaction::bindAgain);
            }
        }

        /** What repositories and connection pools ask for, such as a replica for what only reads. */
        private static void describe(
                boolean active, boolean readOnly, @Nullable String name, @Nullable Integer isolation) {
            TransactionSynchronizationManager.setActualTransactionActive(active);
            TransactionSynchronizationManager.setCurrentTransactionReadOnly(readOnly);
            TransactionSynchronizationManager.setCurrentTransactionName(name);
            TransactionSynchronizationManager.setCurrentTransactionIsolationLevel(isolation);
        }

        /** In place of what a body may have left there. */
        private static void bindAgain(Object key, Object resource) {
            TransactionSynchronizationManager.unbindResourceIfPossible(key);
            TransactionSynchronizationManager.bindResource(key, resource);
        }
    }

    /** Counts a call that waits for the commit of its caller's transaction, until that has ended. Needs spring-tx. */
    static final class CountedCall implements TransactionSynchronization {

        private final DeferredCalls calls;

        private CountedCall(DeferredCalls calls) {
            this.calls = calls;
        }

        static void register(DeferredCalls calls) {
            TransactionSynchronizationManager.registerSynchronization(new CountedCall(calls));
            calls.deferred();
        }

        @Override
        public void afterCompletion(int status) {
            calls.ended(
                    switch (status) {
                        case STATUS_COMMITTED -> null;
                        case STATUS_ROLLED_BACK -> "the transaction was rolled back";
                        default -> "it is not known whether the transaction was committed";
                    });
        }
    }

    /**
     * A call that has been made, and becomes an operation when the caller's transaction has committed. Its place is
     * reserved when it is made: where there is none, the caller is told while it can still roll back.
     */
    interface DeferredCall {

        /** Enqueues the call. Throws nothing: the transaction has succeeded, whatever becomes of the call. */
        void committed();

        /**
         * Does not enqueue the call, ever. Told at most once, and not after {@link #committed()}.
         *
         * @param why in a sentence without a subject
         */
        void withdrawn(String why);

        /** Takes a call inside a transaction; what its method returns is the answer. */
        static @Nullable Object enqueue(KeyedMethod method, ReturnStyle style, MethodInvocation call) {
            if (style == ReturnStyle.VOID) {
                defer(method.prepare(call, false), DeferredVoid::new);
                return null;
            }
            try {
                return defer(method.prepare(call, false), DeferredFuture::new);
            } catch (RuntimeException | Error e) {
                return CompletableFuture.failedFuture(e);
            }
        }

        private static <C extends DeferredCall> C defer(
                PreparedCall call, BiFunction<PreparedCall, Reservation, C> deferred) {
            try {
                KeyedCoordinator<Object> coordinator = call.method().coordinator();
                Reservation place = ReturnStyle.isOnNonBlockingThread()
                        ? coordinator.tryReserve(call.key())
                        : coordinator.reserve(call.key());
                try {
                    C made = deferred.apply(call, place);
                    AfterCommit.enqueue(made);
                    call.method().countDeferred();
                    return made;
                } catch (RuntimeException | Error e) {
                    place.close();
                    throw e;
                }
            } catch (RuntimeException | Error e) {
                call.ended(e);
                throw e;
            }
        }

        /** What callers get that wait for a call that was withdrawn. */
        static CancellationException cancellation(PreparedCall call, String why) {
            return new CancellationException(call.method().describe() + " was not enqueued: " + why);
        }

        /** A deferred call and its result: completes as the operation does, once there is one. */
        @SuppressWarnings("FutureReturnValueIgnored") // dependents are for what they do
        final class DeferredFuture extends CompletableFuture<@Nullable Object> implements DeferredCall {

            private final PreparedCall call;
            private final Reservation place;

            /** The thread whose transaction is waited for; {@code null} when it has ended. */
            private volatile @Nullable Thread caller = Thread.currentThread();

            /** The operation's, once it has been enqueued. */
            private volatile @Nullable CompletableFuture<? extends @Nullable Object> operation;

            DeferredFuture(PreparedCall call, Reservation place) {
                this.call = call;
                this.place = place;
            }

            @Override
            public void committed() {
                caller = null;
                if (isCancelled()) {
                    place.close();
                    call.ended(DeferredCall.cancellation(call, "its future was cancelled before the commit"));
                    return;
                }
                CompletableFuture<? extends @Nullable Object> enqueued = ReturnStyle.enqueueStage(call, place);
                operation = enqueued;
                // A thread that cancels marks this future and then looks for the operation; here it is the other way
                // round.
                // One
                // of them sees the other.
                if (isCancelled()) {
                    enqueued.cancel(true);
                }
                enqueued.whenComplete((result, failure) -> {
                    if (failure == null) {
                        complete(result);
                    } else {
                        completeExceptionally(failure);
                    }
                });
            }

            @Override
            public void withdrawn(String why) {
                caller = null;
                place.close();
                CancellationException cancellation = DeferredCall.cancellation(call, why);
                call.ended(cancellation);
                completeExceptionally(cancellation);
            }

            @Override
            public boolean cancel(boolean mayInterruptIfRunning) {
                cancelOperation(
                        mayInterruptIfRunning); // first: code that is told of the cancellation finds the room free
                boolean cancelled = super.cancel(mayInterruptIfRunning);
                if (cancelled) {
                    cancelOperation(mayInterruptIfRunning);
                    if (caller == Thread.currentThread()) { // otherwise the commit may be about to use it
                        place.close();
                    }
                }
                return cancelled;
            }

            private void cancelOperation(boolean mayInterruptIfRunning) {
                CompletableFuture<?> enqueued = operation;
                if (enqueued != null) {
                    enqueued.cancel(mayInterruptIfRunning);
                }
            }

            /** Waits as the operation's future does, which lends a permit and finds deadlocks. */
            @Override
            public @Nullable Object get() throws InterruptedException, ExecutionException {
                refuseToWaitForOneself();
                CompletableFuture<? extends @Nullable Object> enqueued = operation;
                return enqueued == null || isDone() ? super.get() : enqueued.get();
            }

            /** As {@link #get()}; inside of the transaction the time runs out. */
            @Override
            public @Nullable Object get(long timeout, TimeUnit unit)
                    throws InterruptedException, ExecutionException, TimeoutException {
                CompletableFuture<? extends @Nullable Object> enqueued = operation;
                return enqueued == null || isDone() ? super.get(timeout, unit) : enqueued.get(timeout, unit);
            }

            /** Waits as the operation's future does, which lends a permit and finds deadlocks. */
            @Override
            public @Nullable Object join() {
                refuseToWaitForOneself();
                CompletableFuture<? extends @Nullable Object> enqueued = operation;
                return enqueued == null || isDone() ? super.join() : enqueued.join();
            }

            private void refuseToWaitForOneself() {
                if (caller == Thread.currentThread() && !isDone()) {
                    throw new IllegalStateException(call.method().describe()
                            + " is enqueued after the commit of the transaction inside which it is waited "
                            + "for, so the wait would"
                            + " never end; wait after the commit");
                }
            }
        }

        /** A deferred call that no caller waits for. */
        record DeferredVoid(PreparedCall call, Reservation place) implements DeferredCall {

            @Override
            public void committed() {
                try {
                    ReturnStyle.enqueueVoid(call, place);
                } catch (RuntimeException
                        | Error e) { // to the caller it would look as though the transaction had failed
                    KeyedMethod method = call.method();
                    method.failures().tellRefused(e, call.invocation(), method.method());
                }
            }

            @Override
            public void withdrawn(String why) {
                place.close();
                call.ended(DeferredCall.cancellation(call, why));
            }
        }

        /** A deferred call of an engine that is in no transaction of its callers; no caller waits for it. */
        record DeferredStored(KeyedMethod method, KeyedInvocation invocation, Runnable store) implements DeferredCall {

            @Override
            public void committed() {
                try {
                    store.run();
                } catch (RuntimeException
                        | Error e) { // to the caller it would look as though the transaction had failed
                    method.failures().tellRefused(e, invocation, method.method());
                }
            }

            @Override
            public void withdrawn(String why) {} // nothing was begun
        }
    }
}
