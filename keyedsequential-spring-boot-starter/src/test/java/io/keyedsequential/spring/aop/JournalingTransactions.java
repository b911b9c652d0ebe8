package io.keyedsequential.spring.aop;

import io.keyedsequential.OperationContext;
import java.util.List;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;
import org.springframework.transaction.support.DefaultTransactionStatus;

/** Writes down what happens to transactions, and whether that is inside an operation. */
@SuppressWarnings("serial")
public class JournalingTransactions extends AbstractPlatformTransactionManager {
    private final transient List<String> journal;

    public JournalingTransactions(List<String> journal) {
        this.journal = journal;
    }

    private void write(String line) {
        journal.add(line + (OperationContext.current().isPresent() ? "" : " outside the turn"));
    }

    @Override
    protected Object doGetTransaction() {
        return new Object();
    }

    @Override
    protected void doBegin(Object transaction, TransactionDefinition definition) {
        write("begin");
    }

    @Override
    protected void doCommit(DefaultTransactionStatus status) {
        write("commit");
    }

    @Override
    protected void doRollback(DefaultTransactionStatus status) {
        write("rollback");
    }
}
