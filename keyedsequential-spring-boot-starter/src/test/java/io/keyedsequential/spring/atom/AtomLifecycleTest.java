package io.keyedsequential.spring.atom;

import static io.keyedsequential.spring.Apps.app;
import static io.keyedsequential.spring.Apps.assertAtRest;
import static io.keyedsequential.spring.Apps.await;
import static io.keyedsequential.spring.Apps.registry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keyedsequential.ExhaustedPolicy;
import io.keyedsequential.KeyedCoordinator;
import io.keyedsequential.OperationFuture;
import io.keyedsequential.RejectedOperationException;
import io.keyedsequential.spring.annotation.KeyedSequential;
import io.keyedsequential.spring.autoconfigure.KeyedSequentialAutoConfiguration;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.web.server.context.WebServerApplicationContext;

@ExtendWith(OutputCaptureExtension.class)
class AtomLifecycleTest {

    static class Orders {
        static final List<String> DONE = new CopyOnWriteArrayList<>();

        @KeyedSequential(key = "#customer", atom = "orders", maxConcurrency = 1)
        public CompletableFuture<String> process(String customer, CountDownLatch begun, CountDownLatch gate) {
            begun.countDown();
            await(gate);
            DONE.add(customer);
            return CompletableFuture.completedFuture(customer);
        }

        @KeyedSequential(key = "#customer", atom = "letters", maxConcurrency = 1)
        public void write(String customer, CountDownLatch begun, CountDownLatch gate) {
            begun.countDown();
            await(gate);
        }
    }

    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch gate = new CountDownLatch(1);

    @Test
    void thePhaseIsBetweenTheRequestsEndAndTheServersStop() {
        assertThat(AtomLifecycle.PHASE)
                .isLessThan(WebServerApplicationContext.GRACEFUL_SHUTDOWN_PHASE)
                .isGreaterThan(WebServerApplicationContext.START_STOP_LIFECYCLE_PHASE);
    }

    @Test
    void closingTheContextRunsEverythingThatWasAccepted() {
        Orders.DONE.clear();
        List<CompletableFuture<String>> futures = new ArrayList<>();
        app().withBean(Orders.class).run(context -> {
            for (int i = 0; i < 50; i++) {
                futures.add(context.getBean(Orders.class).process("customer-" + i % 7, begun, gate));
            }
            gate.countDown();
        });
        assertThat(futures).allMatch(CompletableFuture::isDone).noneMatch(CompletableFuture::isCompletedExceptionally);
        assertThat(Orders.DONE).hasSize(50);
    }

    @Test
    void stoppingClosesEveryIntakeBeforeItWaitsAndCallsBackWhenAllAreDrained() {
        app().withBean(Orders.class).run(context -> {
            Orders orders = context.getBean(Orders.class);
            AtomLifecycle lifecycle = context.getBean(AtomLifecycle.class);
            CountDownLatch bothBegun = new CountDownLatch(2);
            orders.process("A", bothBegun, gate);
            orders.write("A", bothBegun, gate);
            await(bothBegun);
            CountDownLatch calledBack = new CountDownLatch(1);
            lifecycle.stop(calledBack::countDown);
            waitUntilRejected(orders);
            assertThat(calledBack.getCount()).isOne();
            assertThat(lifecycle.isRunning()).isTrue();
            gate.countDown();
            await(calledBack);
            assertThat(lifecycle.isRunning()).isFalse();
            assertThatThrownBy(() -> orders.write("A", begun, gate)).isInstanceOf(RejectedOperationException.class);
        });
    }

    /** The intake of the letters is closed on another thread; whoever finds it open yields to that thread. */
    private static void waitUntilRejected(Orders orders) {
        CountDownLatch open = new CountDownLatch(0);
        long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
        while (System.nanoTime() < deadline) {
            try {
                orders.write("B", open, open);
                Thread.yield();
            } catch (RejectedOperationException e) {
                return;
            }
        }
        throw new AssertionError("the intake stayed open");
    }

    @Test
    void anAtomThatHasNothingToDrainTakesNothingEither() {
        app().withBean(Orders.class).run(context -> {
            context.getBean(AtomLifecycle.class).stop();
            assertThatThrownBy(() -> context.getBean(Orders.class).write("A", begun, gate))
                    .isInstanceOf(RejectedOperationException.class)
                    .hasMessageStartingWith("letters: rejected, closed");
        });
    }

    @Test
    void startedAgainItTakesOperations() {
        app().withBean(Orders.class).run(context -> {
            gate.countDown();
            Orders orders = context.getBean(Orders.class);
            AtomLifecycle lifecycle = context.getBean(AtomLifecycle.class);
            orders.process("A", begun, gate).get(120, TimeUnit.SECONDS);
            lifecycle.stop();
            lifecycle.start();
            assertThat(orders.process("B", begun, gate).get(120, TimeUnit.SECONDS))
                    .isEqualTo("B");
            assertThat(registry(context).coordinator("orders").stats().completed())
                    .isEqualTo(2);
            assertAtRest(context);
        });
    }

    @Test
    void whatIsLeftIsNamedInTheLogAndDoesNotStartUntilTheNextStart(CapturedOutput output) {
        Orders.DONE.clear();
        app().withBean(Orders.class)
                .withPropertyValues("keyedsequential.shutdown.drain-timeout=1ms")
                .run(context -> {
                    Orders orders = context.getBean(Orders.class);
                    AtomLifecycle lifecycle = context.getBean(AtomLifecycle.class);
                    CompletableFuture<String> running = orders.process("secret-A", begun, gate);
                    CompletableFuture<String> behind = orders.process("secret-A", begun, gate);
                    CompletableFuture<String> other = orders.process("secret-B", begun, gate);
                    await(begun);
                    lifecycle.stop();
                    KeyMask mask = context.getBean(KeyMask.class);
                    assertThat(output)
                            .contains("WARN")
                            .containsPattern(
                                    "orders: left over: 3 operations of 2 keys, after \\d+ ms \\(0 finished meanwhile\\)")
                            .contains("orders: left over, key %s: %d process running, %d process queued"
                                    .formatted(mask.mask("secret-A"), id(running), id(behind)))
                            .contains("orders: left over, key %s: %d process queued"
                                    .formatted(mask.mask("secret-B"), id(other)))
                            .doesNotContain("secret-A", "secret-B");
                    gate.countDown();
                    assertThat(running.get(120, TimeUnit.SECONDS)).isEqualTo("secret-A");
                    assertThat(registry(context).coordinator("orders").stats().queued())
                            .isEqualTo(2);
                    assertThat(Orders.DONE).containsExactly("secret-A");
                    lifecycle.start();
                    assertThat(behind.get(120, TimeUnit.SECONDS)).isEqualTo("secret-A");
                    assertThat(other.get(120, TimeUnit.SECONDS)).isEqualTo("secret-B");
                    assertAtRest(context);
                });
    }

    @Test
    @Timeout(600)
    void aStopDoesNotWaitForWhatCannotMoveAndNamesWhatIsParked(CapturedOutput output) {
        app().withBean(Orders.class)
                .withBean("own", KeyedCoordinator.class, () -> KeyedCoordinator.<String>builder("own")
                        .exhaustedPolicy(ExhaustedPolicy.PARK)
                        .build())
                .withPropertyValues("keyedsequential.shutdown.drain-timeout=1h")
                .run(context -> {
                    KeyedCoordinator<Object> orders = registry(context).coordinator("orders");
                    orders.pauseKey("A");
                    CompletableFuture<String> held =
                            context.getBean(Orders.class).process("A", begun, gate);
                    KeyedCoordinator<Object> own = registry(context).coordinator("own");
                    long parked = own.execute("B", () -> {
                        throw new IllegalStateException("no stock");
                    });
                    long behind = own.execute("B", () -> {});
                    context.getBean(AtomLifecycle.class).stop();
                    KeyMask mask = context.getBean(KeyMask.class);
                    assertThat(output)
                            .contains("own: left over, key %s: %d parked, %d queued"
                                    .formatted(mask.mask("B"), parked, behind))
                            .contains(
                                    "orders: left over, key %s: %d process queued".formatted(mask.mask("A"), id(held)));
                    context.getBean(AtomLifecycle.class).start();
                    orders.resumeKey("A");
                    own.purge("B");
                    gate.countDown();
                    assertThat(held.get(120, TimeUnit.SECONDS)).isEqualTo("A");
                    assertAtRest(context);
                });
    }

    /** Enqueues before the application has started, and does not end. */
    static class Eager {
        static final CountDownLatch BEGUN = new CountDownLatch(1);
        static final CountDownLatch ENDED = new CountDownLatch(1);

        Eager(Early early) {
            early.run("A");
            await(BEGUN);
        }
    }

    static class Early {
        @KeyedSequential(key = "#key", atom = "early", maxConcurrency = 1)
        public void run(String key) {
            Eager.BEGUN.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                Eager.ENDED.countDown();
            }
        }
    }

    static class Failing {
        Failing(Eager eager) {
            throw new IllegalStateException("the start-up fails");
        }
    }

    @Test
    @Timeout(600)
    void aStartUpThatFailsLeavesNoBodyAndNoThread() {
        // Not in the order in which the application context would make them: the life cycle is the last to come.
        new ApplicationContextRunner()
                .withBean(Early.class)
                .withBean(Eager.class)
                .withBean(Failing.class)
                .withConfiguration(AutoConfigurations.of(KeyedSequentialAutoConfiguration.class))
                .run(context -> assertThat(context).getFailure().rootCause().hasMessage("the start-up fails"));
        await(Eager.ENDED);
        Thread[] threads = new Thread[Thread.activeCount() + 50];
        int count = Thread.enumerate(threads);
        for (Thread thread : Arrays.copyOf(threads, count)) {
            if (thread.getName().startsWith("early-")) {
                try {
                    thread.join(TimeUnit.MINUTES.toMillis(2));
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
                assertThat(thread.isAlive()).as(thread.getName()).isFalse();
            }
        }
    }

    @Test
    void whatIsLeftWhenTheApplicationEndsIsCancelled() {
        List<CompletableFuture<String>> futures = new ArrayList<>();
        app().withBean(Orders.class)
                .withPropertyValues("keyedsequential.shutdown.drain-timeout=0s")
                .run(context -> {
                    futures.add(context.getBean(Orders.class).process("A", begun, gate));
                    futures.add(context.getBean(Orders.class).process("A", begun, gate));
                    await(begun);
                });
        gate.countDown();
        assertThat(futures.get(1)).isCancelled();
        assertThatThrownBy(() -> futures.get(1).join()).isInstanceOf(CancellationException.class);
    }

    @Test
    void anOperatorsPauseAndAClosedIntakeOutliveARestart() {
        app().withBean(Orders.class).run(context -> {
            KeyedCoordinator<Object> orders = registry(context).coordinator("orders");
            KeyedCoordinator<Object> letters = registry(context).coordinator("letters");
            orders.pause();
            letters.closeIntake();
            AtomLifecycle lifecycle = context.getBean(AtomLifecycle.class);
            lifecycle.stop();
            lifecycle.start();
            assertThat(orders.isPaused()).isTrue();
            assertThat(orders.isIntakeOpen()).isTrue();
            assertThat(letters.isIntakeOpen()).isFalse();
        });
    }

    @Test
    void aCoordinatorBeanIsDrainedTooButNotPaused(CapturedOutput output) {
        KeyedCoordinator<String> own = KeyedCoordinator.<String>builder("own")
                .maxConcurrency(1)
                .closeTimeout(Duration.ofSeconds(10))
                .build();
        CountDownLatch last = new CountDownLatch(1);
        app().withBean("own", KeyedCoordinator.class, () -> own)
                .withPropertyValues("keyedsequential.shutdown.drain-timeout=1ms")
                .run(context -> {
                    own.execute("A", () -> await(gate));
                    own.execute("A", last::countDown);
                    context.getBean(AtomLifecycle.class).stop();
                    assertThat(output).contains("own: left over: 2 operations of 1 keys");
                    assertThat(own.isPaused()).isFalse();
                    gate.countDown();
                    await(last);
                    assertAtRest(context);
                });
    }

    @Test
    void aCoordinatorThatTheApplicationHasClosedDoesNotPreventTheRestart(CapturedOutput output) {
        KeyedCoordinator<String> own = KeyedCoordinator.<String>builder("own").build();
        app().withBean("own", KeyedCoordinator.class, () -> own).run(context -> {
            AtomLifecycle lifecycle = context.getBean(AtomLifecycle.class);
            lifecycle.stop();
            own.close();
            assertThatCode(lifecycle::start).doesNotThrowAnyException();
            assertThat(output).contains("own: takes no operations after the restart");
        });
    }

    private static long id(CompletableFuture<?> future) {
        return ((OperationFuture<?>) future).operationId();
    }
}
