package io.keyedsequential.spring.aop;

import java.util.ArrayList;
import java.util.List;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * What becomes of a call with the transaction of its caller. With {@link EndedTransaction}, all that needs spring-tx.
 * Confined to the thread of the transaction.
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
}
