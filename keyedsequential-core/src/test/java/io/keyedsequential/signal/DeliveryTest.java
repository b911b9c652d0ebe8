package io.keyedsequential.signal;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyedsequential.Eventually;
import io.keyedsequential.Gate;
import io.keyedsequential.ManualExecutor;
import io.keyedsequential.TestThread;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(600)
class DeliveryTest {

    private final SignalSink sink = new SignalSink();
    private final ManualExecutor executor = new ManualExecutor();
    private final List<Long> told = new CopyOnWriteArrayList<>();

    private void tell(Signal signal) {
        told.add(signal.sequence());
    }

    private void raise(int signals) {
        for (int i = 0; i < signals; i++) {
            sink.raise("tick");
        }
    }

    private static List<Long> numbers(long from, long to) {
        return LongStream.rangeClosed(from, to).boxed().toList();
    }

    @Test
    void aSubscriberIsToldWhatItsPatternMatchesInOrder() {
        sink.raise("orders.early");
        sink.subscribe("orders.*", this::tell, executor);
        raise(1);
        sink.raise("orders.paused");
        raise(1);
        sink.raise("orders.resumed");
        executor.runAll();
        assertThat(told).containsExactly(3L, 5L);
        SinkCheck.assertIdle(sink, 1);
    }

    @Test
    void aBurstIsHandedOverOnce() {
        sink.subscribe("*", this::tell, executor);
        raise(10);
        assertThat(executor.size()).isEqualTo(1);
        executor.runAll();
        assertThat(told).isEqualTo(numbers(1, 10));
        raise(1);
        assertThat(executor.size()).isEqualTo(1);
        executor.runAll();
        SinkCheck.assertIdle(sink, 1);
    }

    @Test
    void aHeldSubscriberHoldsUpNeitherRaisersNorOthersOnTheDefaultExecutor() {
        Gate gate = new Gate();
        int held = ForkJoinPool.getCommonPoolParallelism() + 3;
        List<Subscription> slow = new ArrayList<>();
        for (int i = 0; i < held; i++) {
            slow.add(sink.subscribe("*", signal -> gate.run()));
        }
        CountDownLatch all = new CountDownLatch(10);
        sink.subscribe("*", signal -> {
            tell(signal);
            all.countDown();
        });
        raise(1);
        gate.awaitEntered();
        raise(9);
        Eventually.await(all);
        assertThat(told).isEqualTo(numbers(1, 10));
        gate.open();
        SinkCheck.awaitIdle(sink);
        SinkCheck.assertIdle(sink, held + 1);
        assertThat(slow).extracting(Subscription::dropped).containsOnly(0L);
    }

    @Test
    void aFullBacklogDropsItsOldestAndCountsIt() {
        Subscription small = sink.subscribe("*", this::tell, executor, 3);
        raise(3);
        assertThat(small.dropped()).isZero();
        raise(2);
        assertThat(small.dropped()).isEqualTo(2);
        SinkCheck.assertSound(sink);
        executor.runAll();
        assertThat(told).containsExactly(3L, 4L, 5L);
        raise(3);
        executor.runAll();
        assertThat(told).hasSize(6);
        assertThat(small.dropped()).isEqualTo(2);
        SinkCheck.assertIdle(sink, 1);
    }

    @Test
    void theSignalThatIsBeingToldTakesNoRoomInTheBacklog() {
        Gate gate = new Gate();
        Subscription small = sink.subscribe(
                "*",
                signal -> {
                    tell(signal);
                    gate.run();
                },
                DeliveryTest::onAThread,
                2);
        raise(1);
        gate.awaitEntered();
        raise(2);
        assertThat(small.dropped()).isZero();
        raise(1);
        assertThat(small.dropped()).isEqualTo(1);
        gate.open();
        SinkCheck.awaitIdle(sink);
        assertThat(told).containsExactly(1L, 3L, 4L);
    }

    @Test
    void theDefaultBacklogIsTheConstant() {
        Subscription held = sink.subscribe("*", this::tell, executor);
        raise(SignalSink.DEFAULT_MAX_BACKLOG);
        assertThat(held.dropped()).isZero();
        raise(1);
        assertThat(held.dropped()).isEqualTo(1);
    }

    @Test
    void aThrowingSubscriberIsToldTheNextSignalAndHarmsNobody() {
        try (LogRecords log = new LogRecords()) {
            sink.subscribe(
                    "*",
                    signal -> {
                        tell(signal);
                        throw new AssertionError("on purpose");
                    },
                    Runnable::run);
            List<Long> other = new ArrayList<>();
            sink.subscribe("*", signal -> other.add(signal.sequence()), Runnable::run);
            raise(3);
            assertThat(told).isEqualTo(numbers(1, 3));
            assertThat(other).isEqualTo(numbers(1, 3));
            assertThat(log.messages())
                    .containsExactly(
                            "signals \"*\": the subscriber threw on tick (number 1); it is still told (said once)");
        }
        SinkCheck.assertIdle(sink, 2);
    }

    @Test
    void aBrokenLogStopsNobody() {
        try (LogRecords log = new LogRecords()) {
            log.breakDown();
            sink.subscribe(
                    "*",
                    signal -> {
                        tell(signal);
                        throw new IllegalStateException("on purpose");
                    },
                    Runnable::run);
            raise(3);
            assertThat(told).isEqualTo(numbers(1, 3));
            assertThat(log.messages()).as("tried, and tried without the cause").hasSize(2);
        }
        SinkCheck.assertIdle(sink, 1);
    }

    @Test
    void whatARefusingExecutorDidNotTakeIsToldWhenItDoes() {
        try (LogRecords log = new LogRecords()) {
            sink.subscribe("tick", this::tell, executor);
            executor.refuse(2);
            raise(2);
            assertThat(executor.refused()).isEqualTo(2);
            assertThat(executor.size()).isZero();
            sink.raise("another"); // its pattern does not match; it tries again all the same
            assertThat(executor.size()).isEqualTo(1);
            raise(1);
            executor.runAll();
            assertThat(told).containsExactly(1L, 2L, 4L);
            assertThat(log.messages())
                    .containsExactly("signals \"tick\": the executor refused a delivery; the backlog is kept"
                            + " and the next signal raised tries again (said once)");
        }
        SinkCheck.assertIdle(sink, 1);
    }

    @Test
    void aRefusingExecutorDoesNotKeepOthersFromBeingTold() {
        executor.refuse(1);
        sink.subscribe("*", signal -> {}, executor);
        sink.subscribe("*", this::tell, Runnable::run);
        raise(1);
        assertThat(told).containsExactly(1L);
    }

    @Test
    void anExecutorThatThrowsAndRunsAllTheSameTellsNothingTwice() {
        try (LogRecords log = new LogRecords()) {
            sink.subscribe("*", this::tell, delivery -> {
                delivery.run();
                throw new IllegalStateException("too late");
            });
            raise(2);
            assertThat(told).isEqualTo(numbers(1, 2));
            assertThat(log.messages()).isEmpty();
        }
        SinkCheck.assertIdle(sink, 1);
    }

    @Test
    void aDeliveryThatWasRefusedAndRunsLaterDoesNothing() {
        sink.subscribe("*", this::tell, delivery -> {
            executor.execute(delivery);
            throw new IllegalStateException("refused, it says");
        });
        raise(2);
        executor.runAll();
        assertThat(told).isEmpty();
        SinkCheck.assertSound(sink);
    }

    @Test
    void aDeliveryThatRunsTwiceTellsOnce() {
        Gate gate = new Gate();
        List<Runnable> taken = new ArrayList<>();
        sink.subscribe(
                "*",
                signal -> {
                    tell(signal);
                    gate.run();
                },
                taken::add);
        raise(2);
        TestThread<Object> first = TestThread.start(() -> {
            taken.get(0).run();
            return null;
        });
        gate.awaitEntered();
        taken.get(0).run(); // returns at once: the first goes on
        assertThat(told).containsExactly(1L);
        gate.open();
        first.result();
        assertThat(told).containsExactly(1L, 2L);
        assertThat(taken).hasSize(1);
        SinkCheck.assertIdle(sink, 1);
    }

    @Test
    void afterCloseNothingWaitsAndNothingIsTold() {
        Subscription subscription = sink.subscribe("*", this::tell, executor);
        raise(2);
        subscription.close();
        subscription.close();
        raise(1);
        executor.runAll();
        assertThat(told).isEmpty();
        assertThat(subscription.dropped()).isZero();
        SinkCheck.assertIdle(sink, 0);
    }

    @Test
    void closingDuringADeliveryLetsItEndAndNoneFollows() {
        Gate gate = new Gate();
        CountDownLatch ended = new CountDownLatch(1);
        Subscription subscription = sink.subscribe(
                "*",
                signal -> {
                    tell(signal);
                    gate.run();
                },
                delivery -> onAThread(() -> {
                    delivery.run();
                    ended.countDown();
                }));
        raise(3);
        gate.awaitEntered();
        subscription.close();
        raise(1);
        gate.open();
        Eventually.await(ended);
        assertThat(told).containsExactly(1L);
        SinkCheck.assertIdle(sink, 0);
    }

    @Test
    void aSubscriberMayCloseItself() {
        List<Subscription> own = new ArrayList<>();
        own.add(sink.subscribe(
                "*",
                signal -> {
                    tell(signal);
                    own.get(0).close();
                },
                executor));
        sink.subscribe("*", signal -> {}, Runnable::run);
        raise(3);
        executor.runAll();
        assertThat(told).containsExactly(1L);
        SinkCheck.assertIdle(sink, 1);
    }

    @Test
    void closingOneLeavesTheOthers() {
        Subscription first = sink.subscribe("*", signal -> {}, Runnable::run);
        sink.subscribe("*", this::tell, Runnable::run);
        first.close();
        raise(2);
        assertThat(told).isEqualTo(numbers(1, 2));
        SinkCheck.assertIdle(sink, 1);
    }

    @Test
    void onTheRaisersThreadASignalIsToldBeforeRaiseReturns() {
        List<Thread> threads = new ArrayList<>();
        sink.subscribe("*", signal -> threads.add(Thread.currentThread()), Runnable::run);
        raise(1);
        assertThat(threads).containsExactly(Thread.currentThread());
    }

    @Test
    void aSignalRaisedByItsOwnSubscriberIsToldAfterwards() {
        int[] inside = {0};
        int[] deepest = {0};
        sink.subscribe(
                "*",
                signal -> {
                    deepest[0] = Math.max(deepest[0], ++inside[0]);
                    if (signal.sequence() < 10_000) {
                        sink.raise("tick");
                    }
                    tell(signal);
                    inside[0]--;
                },
                Runnable::run);
        raise(1);
        assertThat(told).isEqualTo(numbers(1, 10_000));
        assertThat(deepest[0]).isEqualTo(1);
        SinkCheck.assertIdle(sink, 1);
    }

    @Test
    void twoSubscribersThatRaiseForEachOtherDoNotRecurse() {
        int[] inside = {0};
        int[] deepest = {0};
        for (String[] pair : new String[][] {{"ping", "pong"}, {"pong", "ping"}}) {
            sink.subscribe(
                    pair[0],
                    signal -> {
                        deepest[0] = Math.max(deepest[0], ++inside[0]);
                        tell(signal);
                        if (signal.sequence() < 10_000) {
                            sink.raise(pair[1]);
                        }
                        inside[0]--;
                    },
                    Runnable::run);
        }
        sink.raise("ping");
        assertThat(told).isEqualTo(numbers(1, 10_000));
        assertThat(deepest[0]).isEqualTo(2);
        SinkCheck.assertIdle(sink, 2);
    }

    @Test
    void aRaiserDoesNotWaitForTheThreadThatIsTellingTheSubscriber() {
        Gate gate = new Gate();
        List<Thread> threads = new CopyOnWriteArrayList<>();
        sink.subscribe(
                "*",
                signal -> {
                    threads.add(Thread.currentThread());
                    gate.run();
                },
                Runnable::run);
        TestThread<Signal> first = TestThread.start(() -> sink.raise("tick"));
        gate.awaitEntered();
        raise(1);
        assertThat(threads).hasSize(1);
        gate.open();
        first.result();
        assertThat(threads).hasSize(2).doesNotContain(Thread.currentThread());
        SinkCheck.assertIdle(sink, 1);
    }

    private static void onAThread(Runnable body) {
        Thread thread = new Thread(body, "subscriber");
        thread.setDaemon(true);
        thread.start();
    }
}
