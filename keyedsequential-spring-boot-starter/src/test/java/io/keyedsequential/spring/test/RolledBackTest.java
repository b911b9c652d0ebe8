package io.keyedsequential.spring.test;

import static io.keyedsequential.spring.Apps.app;
import static io.keyedsequential.spring.test.KeyedAtomsAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keyedsequential.spring.annotation.EnqueuePhase;
import io.keyedsequential.spring.annotation.KeyedSequential;
import io.keyedsequential.spring.autoconfigure.KeyedAtomsTestAutoConfiguration;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;
import org.springframework.transaction.support.DefaultTransactionStatus;
import org.springframework.transaction.support.TransactionTemplate;

/** What a test with {@code @Transactional} is told of calls with {@code AFTER_COMMIT}. */
class RolledBackTest {

    static class Letters {
        @KeyedSequential(key = "#to", atom = "letters", phase = EnqueuePhase.AFTER_COMMIT)
        public void send(String to) {}
    }

    /** Transactions of nothing. */
    static final class NoTransactions extends AbstractPlatformTransactionManager {
        private static final long serialVersionUID = 1L;

        @Override
        protected Object doGetTransaction() {
            return this;
        }

        @Override
        protected void doBegin(Object transaction, TransactionDefinition definition) {}

        @Override
        protected void doCommit(DefaultTransactionStatus status) {}

        @Override
        protected void doRollback(DefaultTransactionStatus status) {}
    }

    private static void inTransaction(boolean commits, Runnable body) {
        new TransactionTemplate(new NoTransactions()).executeWithoutResult(status -> {
            body.run();
            if (!commits) {
                status.setRollbackOnly();
            }
        });
    }

    private static void run(Consumer<KeyedAtoms> test, Consumer<Letters> call, boolean commits) {
        app().withConfiguration(AutoConfigurations.of(KeyedAtomsTestAutoConfiguration.class))
                .withBean(Letters.class)
                .run(context -> {
                    KeyedAtoms atoms = context.getBean(KeyedAtoms.class);
                    inTransaction(commits, () -> {
                        call.accept(context.getBean(Letters.class));
                        assertThatThrownBy(atoms::awaitIdle)
                                .isInstanceOf(AssertionError.class)
                                .hasMessageStartingWith(
                                        "letters: 2 calls wait for their transaction to commit, and this"
                                                + " thread is inside of a transaction: ")
                                .hasMessageContaining("TestTransaction.flagForCommit()");
                    });
                    atoms.awaitIdle();
                    test.accept(atoms);
                });
    }

    private static void two(Letters letters) {
        letters.send("ada");
        letters.send("bob");
    }

    @Test
    void anAssertionThatFailsAfterARollbackSaysThatNothingWasCommitted() {
        run(
                atoms -> {
                    AtomUnderTest letters = atoms.atom("letters");
                    assertThatThrownBy(() -> assertThat(letters).hasCompleted(2))
                            .hasMessageContaining("2 calls never became operations: the transaction was rolled back")
                            .hasMessageContaining("@Transactional test method is rolled back");
                    atoms.reset();
                    assertThatThrownBy(() -> assertThat(letters).hasCompleted(2))
                            .hasMessageNotContaining("never became");
                },
                RolledBackTest::two,
                false);
    }

    @Test
    void afterACommitThereIsNothingToTell() {
        run(
                atoms -> {
                    assertThat(atoms.atom("letters")).hasCompleted(2);
                    assertThatThrownBy(() -> assertThat(atoms.atom("letters")).hasCompleted(3))
                            .hasMessageNotContaining("transaction");
                },
                RolledBackTest::two,
                true);
    }
}
