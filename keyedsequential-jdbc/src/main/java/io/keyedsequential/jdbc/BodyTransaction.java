package io.keyedsequential.jdbc;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.support.DefaultTransactionDefinition;

/** Runs a body and what follows it in one transaction of the application, which the body joins. */
final class BodyTransaction {

    private final PlatformTransactionManager transactions;

    BodyTransaction(PlatformTransactionManager transactions) {
        this.transactions = transactions;
    }

    /**
     * Runs both, and commits.
     *
     * @param name the transaction's name
     * @param then runs if the body has not thrown
     * @throws Exception what either throws, after the rollback; or what the commit throws
     */
    @Nullable
    Object run(String name, Callable<@Nullable Object> body, Runnable then) throws Exception {
        DefaultTransactionDefinition definition = new DefaultTransactionDefinition();
        definition.setName(name);
        TransactionStatus transaction = transactions.getTransaction(definition);
        Object result;
        try {
            result = body.call();
            then.run();
        } catch (Throwable e) {
            rollBack(transaction, e);
            throw e;
        }
        transactions.commit(transaction);
        return result;
    }

    private void rollBack(TransactionStatus transaction, Throwable failure) {
        try {
            transactions.rollback(transaction);
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
        }
    }
}
