package io.keyedsequential.spring.aop;

import io.keyedsequential.spring.atom.RegisteredAtom.DeferredCalls;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** Counts a call that waits for the commit of its caller's transaction, until that has ended. Needs spring-tx. */
final class CountedCall implements TransactionSynchronization {

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
