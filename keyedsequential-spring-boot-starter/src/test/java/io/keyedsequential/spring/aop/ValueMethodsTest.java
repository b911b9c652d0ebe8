package io.keyedsequential.spring.aop;

import static io.keyedsequential.spring.Apps.app;
import static io.keyedsequential.spring.Apps.assertAtRest;
import static io.keyedsequential.spring.Apps.await;
import static io.keyedsequential.spring.Apps.registry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keyedsequential.OperationSnapshot;
import io.keyedsequential.RejectedOperationException;
import io.keyedsequential.spring.annotation.KeyedSequential;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class ValueMethodsTest {

    static class Accounts {
        @KeyedSequential(key = "#account", atom = "accounts")
        public Thread thread(String account) {
            return Thread.currentThread();
        }

        @KeyedSequential(key = "#account", atom = "accounts", operation = "balance")
        public int balance(String account, CountDownLatch begun, CountDownLatch gate) {
            begun.countDown();
            await(gate);
            return 7;
        }

        @KeyedSequential(key = "#owner.name", atom = "accounts", operation = "of")
        public String of(Owner owner) {
            return owner.toString();
        }

        @KeyedSequential(key = "#owner.name", atom = "accounts", operation = "futureOf")
        public CompletableFuture<String> futureOf(Owner owner) {
            return CompletableFuture.completedFuture(owner.toString());
        }

        /** Whose own limit it is: one that it declares. */
        @KeyedSequential(key = "#account", atom = "accounts", operation = "poll")
        public String poll(String account) throws TimeoutException {
            throw new TimeoutException("the bank does not answer");
        }

        @KeyedSequential(key = "#account", atom = "accounts", operation = "close")
        public String close(String account) throws IOException {
            throw new IOException("not empty: " + account);
        }
    }

    static class Impatient {
        @KeyedSequential(key = "#account", atom = "impatient", callTimeout = "10ms")
        public int balance(String account) {
            return 7;
        }
    }

    @Test
    void aTurnThatDoesNotComeInTimeIsToldWhatKeepsIt() {
        app().withBean(Impatient.class).run(context -> {
            Impatient accounts = context.getBean(Impatient.class);
            registry(context).coordinator("impatient").pauseKey("A-4711");
            assertThatThrownBy(() -> accounts.balance("A-4711"))
                    .isInstanceOfSatisfying(RejectedOperationException.class, late -> assertThat(late.reason())
                            .isEqualTo(RejectedOperationException.Reason.NO_TURN))
                    .hasMessageStartingWith("impatient: rejected, no turn: operation 1 (balance) of key #")
                    .hasMessageContaining("(callTimeout 10 ms); an operator paused the key")
                    .hasMessageNotContaining("4711");
            registry(context).coordinator("impatient").resumeKey("A-4711");
            assertThat(accounts.balance("A-4711")).isEqualTo(7);
            assertAtRest(context);
        });
    }

    @Test
    void theBodyRunsOnTheCallersThread() {
        app().withBean(Accounts.class).run(context -> {
            assertThat(context.getBean(Accounts.class).thread("A")).isSameAs(Thread.currentThread());
            assertAtRest(context);
            assertThat(registry(context).coordinator("accounts").snapshot())
                    .extracting(OperationSnapshot::name)
                    .containsExactly("thread");
        });
    }

    @Test
    void aCallerWaitsForTheTurnOfItsKey() {
        app().withBean(Accounts.class).run(context -> {
            Accounts accounts = context.getBean(Accounts.class);
            CountDownLatch gate = new CountDownLatch(1);
            CountDownLatch firstBegun = new CountDownLatch(1);
            CountDownLatch secondBegun = new CountDownLatch(1);
            FutureTask<Integer> first = inThread(() -> accounts.balance("A", firstBegun, gate));
            await(firstBegun);
            FutureTask<Integer> second = inThread(() -> accounts.balance("A", secondBegun, gate));
            assertThat(accounts.thread("B")).isSameAs(Thread.currentThread());
            assertThat(secondBegun.getCount()).isOne();
            gate.countDown();
            assertThat(first.get(120, TimeUnit.SECONDS) + second.get(120, TimeUnit.SECONDS))
                    .isEqualTo(14);
            assertAtRest(context);
        });
    }

    @Test
    void whatTheBodyThrowsIsThrownUnchanged() {
        app().withBean(Accounts.class).run(context -> {
            assertThatThrownBy(() -> context.getBean(Accounts.class).close("A"))
                    .isExactlyInstanceOf(IOException.class)
                    .hasMessage("not empty: A");
            assertAtRest(context);
        });
    }

    @Test
    void aTimeoutOfTheBodyIsThrownUnchanged() {
        app().withBean(Accounts.class)
                .withPropertyValues("keyedsequential.atoms.accounts.run-timeout=1h")
                .run(context -> {
                    assertThatThrownBy(() -> context.getBean(Accounts.class).poll("A"))
                            .isExactlyInstanceOf(TimeoutException.class)
                            .hasMessage("the bank does not answer");
                    assertAtRest(context);
                });
    }

    @Test
    void aCallerWhoseTurnDoesNotComeInTimeGetsAnUncheckedException() {
        app().withBean(Accounts.class)
                .withPropertyValues("keyedsequential.atoms.accounts.queue-timeout=50ms")
                .run(context -> {
                    Accounts accounts = context.getBean(Accounts.class);
                    CountDownLatch gate = new CountDownLatch(1);
                    CountDownLatch begun = new CountDownLatch(1);
                    FutureTask<Integer> first = inThread(() -> accounts.balance("secret", begun, gate));
                    await(begun);
                    assertThatThrownBy(() -> accounts.thread("secret"))
                            .isExactlyInstanceOf(OperationTimeoutException.class)
                            .hasMessageMatching(
                                    "accounts: operation \\d+ was not started within 50 ms \\(queueTimeout; queued=\\d+, active=1\\); key #\\w+")
                            .hasCauseExactlyInstanceOf(TimeoutException.class)
                            .extracting(timeout -> ((OperationTimeoutException) timeout).atom())
                            .isEqualTo("accounts");
                    gate.countDown();
                    assertThat(first.get(120, TimeUnit.SECONDS)).isEqualTo(7);
                    assertAtRest(context);
                });
    }

    @Test
    void aCallerWhoseMethodTakesTooLongGetsAnUncheckedException() {
        app().withBean(Accounts.class)
                .withPropertyValues("keyedsequential.atoms.accounts.run-timeout=50ms")
                .run(context -> {
                    CountDownLatch never = new CountDownLatch(1);
                    assertThatThrownBy(() ->
                                    context.getBean(Accounts.class).balance("secret", new CountDownLatch(1), never))
                            .isExactlyInstanceOf(OperationTimeoutException.class)
                            .hasMessageMatching(
                                    "accounts: operation \\d+ ran longer than 50 ms \\(runTimeout, attempt 1\\); key #\\w+");
                    assertThat(Thread.interrupted()).isFalse();
                    assertAtRest(context);
                });
    }

    @Test
    void aKeyThatCannotBeReadIsToldWithoutARiddle() {
        app().withBean(Accounts.class).run(context -> {
            Accounts accounts = context.getBean(Accounts.class);
            assertThatThrownBy(() -> accounts.of(new Owner()))
                    .isExactlyInstanceOf(KeyEvaluationException.class)
                    .hasMessageStartingWith("accounts: the key '#owner.name' of ")
                    .hasMessageEndingWith("cannot be evaluated: no register")
                    .hasCauseExactlyInstanceOf(IOException.class);
            assertThatThrownBy(() -> accounts.futureOf(new Owner()).get(2, TimeUnit.MINUTES))
                    .hasCauseExactlyInstanceOf(KeyEvaluationException.class);
            assertAtRest(context);
        });
    }

    /** Whose name is looked up. */
    public static class Owner {
        public String getName() throws IOException {
            throw new IOException("no register");
        }
    }

    @Test
    void aRejectionIsThrown() {
        app().withBean(Accounts.class).run(context -> {
            registry(context).coordinator("accounts").closeIntake();
            assertThatThrownBy(() -> context.getBean(Accounts.class).thread("A"))
                    .isInstanceOf(RejectedOperationException.class)
                    .hasMessageStartingWith("accounts: rejected, closed");
        });
    }

    private static <R> FutureTask<R> inThread(Callable<R> call) {
        FutureTask<R> result = new FutureTask<>(call);
        new Thread(result).start();
        return result;
    }
}
