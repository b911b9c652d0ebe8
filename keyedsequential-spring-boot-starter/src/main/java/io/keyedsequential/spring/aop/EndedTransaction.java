package io.keyedsequential.spring.aop;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * A transaction that has ended, but is bound to its thread until all synchronizations have been told. An executor may
 * run an operation on the thread that enqueues it; the body would join a transaction that is never committed or rolled
 * back. Needs spring-tx.
 */
final class EndedTransaction {

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
    private static void describe(boolean active, boolean readOnly, @Nullable String name, @Nullable Integer isolation) {
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
