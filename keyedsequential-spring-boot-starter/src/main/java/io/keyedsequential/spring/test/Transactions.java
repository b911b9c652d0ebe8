package io.keyedsequential.spring.test;

import io.keyedsequential.spring.atom.DeferredCalls;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Tells a test why calls with {@code AFTER_COMMIT} have not run: a test method with {@code @Transactional} rolls back,
 * and before that nothing is committed. Only asked where there are such calls, and so Spring's transactions.
 */
final class Transactions {

    private static final String REMEDY =
            "a @Transactional test method is rolled back at its end unless it commits: TestTransaction.flagForCommit(), then TestTransaction.end(); or leave @Transactional out";

    private Transactions() {}

    /** Refuses to wait, inside of a transaction, for what its commit is to begin. */
    static void checkCanEnd(String atom, DeferredCalls calls) {
        if (calls.waiting() > 0 && TransactionSynchronizationManager.isActualTransactionActive()) {
            throw new AssertionError("%s: %s, and this thread is inside of a transaction: %s"
                    .formatted(atom, waiting(calls.waiting()), REMEDY));
        }
    }

    static String waiting(int calls) {
        return calls == 1
                ? "1 call waits for its transaction to commit"
                : "%d calls wait for their transaction to commit".formatted(calls);
    }

    static String withdrawn(long calls, String reason) {
        return "%s never became %s: %s (AFTER_COMMIT); %s"
                .formatted(
                        calls == 1 ? "1 call" : calls + " calls",
                        calls == 1 ? "an operation" : "operations",
                        reason,
                        REMEDY);
    }
}
