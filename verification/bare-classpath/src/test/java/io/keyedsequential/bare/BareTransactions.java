package io.keyedsequential.bare;

import java.util.function.Supplier;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;
import org.springframework.transaction.support.DefaultTransactionStatus;

/** Transactions of nothing, with spring-tx alone; loaded only where that is there. */
class BareTransactions extends AbstractPlatformTransactionManager {

    private static final long serialVersionUID = 1L;

    <R> R commit(Supplier<R> work) {
        TransactionStatus transaction = getTransaction(null);
        R result = work.get();
        commit(transaction);
        return result;
    }

    void rollBack(Runnable work) {
        TransactionStatus transaction = getTransaction(null);
        work.run();
        rollback(transaction);
    }

    @Override
    protected Object doGetTransaction() {
        return new Object();
    }

    @Override
    protected void doBegin(Object transaction, TransactionDefinition definition) {}

    @Override
    protected void doCommit(DefaultTransactionStatus status) {}

    @Override
    protected void doRollback(DefaultTransactionStatus status) {}
}
