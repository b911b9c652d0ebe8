package io.keyedsequential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keyedsequential.RejectedOperationException.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A stream ends because the publisher says so or because the atom cannot take more of it, and nothing is lost silently. */
@Timeout(600)
class StreamEndTest {

    private static final Logger LOGGER = Logger.getLogger("io.keyedsequential");

    @RegisterExtension
    final Coordinators coordinators = new Coordinators();

    private final ManualExecutor executor = new ManualExecutor();
    private final Recorder recorder = new Recorder();
    private final List<Integer> ran = Collections.synchronizedList(new ArrayList<>());
    private final List<LogRecord> logged = Collections.synchronizedList(new ArrayList<>());
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord line) {
            logged.add(line);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @BeforeEach
    void listenToTheLog() {
        LOGGER.addHandler(handler);
    }

    @AfterEach
    void leaveTheLog() {
        LOGGER.removeHandler(handler);
    }

    private KeyedSequentialAtom.Builder<Integer, Integer> orders() {
        return KeyedSequentialAtom.<Integer, Integer>builder(i -> i % 10, ran::add)
                .name("orders")
                .maxConcurrency(1)
                .executor(executor);
    }

    private static CompletableFuture<Void> end(KeyedSequentialAtom<?, ?> atom) {
        return atom.streamEnd().toCompletableFuture().orTimeout(120, TimeUnit.SECONDS);
    }

    private static Source<Integer> numbers(int count) {
        return Source.synchronous(IntStream.range(0, count).boxed());
    }

    @Test
    void theEndIsReachedWhenTheLastItemIsEnqueued() {
        KeyedSequentialAtom<Integer, Integer> orders = coordinators.add(orders().capacity(4));
        numbers(6).subscribe(orders);
        assertThat(end(orders)).isNotDone();
        executor.runAll();
        assertThat(end(orders)).isCompletedWithValue(null);
        assertThat(ran).hasSize(6);
    }

    @Test
    void theEndIsNotReachedWhileAnItemWaitsForRoom() {
        KeyedSequentialAtom<Integer, Integer> orders = coordinators.add(orders().capacity(1));
        orders.enqueue(7);
        numbers(1).subscribe(orders); // complete, and its only item has found no room
        assertThat(end(orders)).isNotDone();
        Eventually.until("both ran", () -> {
            executor.runAll();
            return ran.size() == 2;
        });
        assertThat(end(orders).join()).isNull();
    }

    @Test
    void afterAnErrorWhatWasTakenStillRunsAndTheErrorIsLoggedOnceWithTheAtomsName() {
        KeyedSequentialAtom<Integer, Integer> orders = coordinators.add(orders());
        Source<Integer> source = numbers(3).endless();
        source.subscribe(orders);
        IllegalStateException error = new IllegalStateException("broken pipe");
        orders.onError(error);
        assertThat(logged).singleElement().satisfies(line -> {
            assertThat(line.getMessage()).startsWith("orders: the stream ended with an error");
            assertThat(line.getThrown()).isSameAs(error);
        });
        assertThatThrownBy(() -> end(orders).join()).hasCause(error);
        executor.runAll();
        assertThat(ran).containsExactlyInAnyOrder(0, 1, 2);
        assertThat(source.isCancelled()).isFalse(); // it has ended by itself
    }

    @Test
    void oneStreamMayFollowAnother() {
        KeyedSequentialAtom<Integer, Integer> orders = coordinators.add(orders().capacity(2));
        for (int i = 0; i < 3; i++) {
            numbers(20).subscribe(orders);
            executor.runAll();
            assertThat(end(orders).join()).isNull();
        }
        assertThat(ran).hasSize(60);
    }

    @Test
    void aSecondStreamIsCancelledWhileThereIsOne() {
        KeyedSequentialAtom<Integer, Integer> orders = coordinators.add(orders());
        Source<Integer> first = numbers(300).endless();
        Source<Integer> second = numbers(300);
        first.subscribe(orders);
        second.subscribe(orders);
        assertThat(second.isCancelled()).isTrue();
        assertThat(second.requested()).isZero();
        assertThat(first.isCancelled()).isFalse();
        executor.runAll();
        assertThat(ran).hasSize(300);
        orders.close();
        assertThat(first.isCancelled()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(OverflowPolicy.class)
    void aClosedIntakeCancelsTheStreamAndEveryLostItemIsCountedAndTold(OverflowPolicy policy) {
        KeyedSequentialAtom<Integer, Integer> orders =
                coordinators.add(orders().capacity(20).listener(recorder).overflowPolicy(policy));
        Source<Integer> source = numbers(500);
        source.subscribe(orders);
        orders.coordinator().closeIntake();
        executor.runAll();
        source.awaitCancelled();
        assertThatThrownBy(() -> end(orders).join())
                .cause()
                .isInstanceOfSatisfying(RejectedOperationException.class, rejection -> assertThat(rejection.reason())
                        .isEqualTo(Reason.CLOSED));
        Eventually.until(
                "all are accounted for", () -> ran.size() + orders.stats().rejected() == source.sent());
        assertThat(orders.stats().rejected()).isPositive();
        Eventually.until(
                "each is told", () -> recorder.rejected.size() == orders.stats().rejected());
        Eventually.until("the log says so", () -> logged.stream()
                .map(LogRecord::getMessage)
                .anyMatch(line -> line.startsWith("orders: ") && line.contains("items of a stream are lost")));
    }

    @ParameterizedTest
    @EnumSource(OverflowPolicy.class)
    void whatWaitsForRoomWhenTheIntakeClosesIsRejected(OverflowPolicy policy) {
        KeyedSequentialAtom<Integer, Integer> orders =
                coordinators.add(orders().capacity(2).overflowPolicy(policy));
        orders.enqueue(100);
        orders.enqueue(101);
        numbers(2).subscribe(orders);
        orders.coordinator().closeIntake();
        assertThatThrownBy(() -> end(orders).join()).hasCauseInstanceOf(RejectedOperationException.class);
        Eventually.until("both are rejected", () -> orders.stats().rejected() == 2);
        executor.runAll();
        assertThat(ran).containsExactlyInAnyOrder(100, 101);
    }

    @Test
    void drainingCancelsTheStreamAndRunsWhatWasTaken() {
        KeyedSequentialAtom<Integer, Integer> orders = coordinators.add(orders().capacity(5));
        Source<Integer> source = numbers(500);
        source.subscribe(orders);
        assertThat(orders.drain(Duration.ZERO).remaining()).isEqualTo(5);
        assertThat(source.isCancelled()).isTrue();
        assertThatThrownBy(() -> end(orders).join()).hasCauseInstanceOf(CancellationException.class);
        executor.runAll();
        assertThat(ran).hasSize(5);
        assertThat(source.sent()).isEqualTo(5);
        assertThat(orders.stats().rejected()).isZero();
    }

    @Test
    void closingTheCoordinatorCancelsAStreamWhoseOperationsItCancels() {
        KeyedSequentialAtom<Integer, Integer> orders =
                coordinators.add(orders().capacity(2).closeTimeout(Duration.ZERO));
        Source<Integer> source = numbers(500);
        source.subscribe(orders);
        orders.coordinator().close();
        assertThat(source.isCancelled()).isTrue();
        assertThat(orders.stats().cancelled()).isEqualTo(2);
        assertThatThrownBy(() -> end(orders).join()).hasCauseInstanceOf(CancellationException.class);
        executor.runAll();
    }

    /** The same where they had to wait for room. */
    @Test
    void closingTheCoordinatorCancelsAStreamWhoseOperationsWaitedForRoom() {
        KeyedSequentialAtom<Integer, Integer> orders =
                coordinators.add(orders().capacity(1).closeTimeout(Duration.ZERO));
        OperationFuture<Void> other = orders.submit(100);
        Source<Integer> source = numbers(500);
        source.subscribe(orders);
        Eventually.until("it waits", () -> orders.stats().blockedCallers() == 1);
        other.cancel(false);
        Eventually.until(
                "it is in", () -> orders.stats().queued() == 1 && orders.stats().blockedCallers() == 0);
        orders.coordinator().close();
        source.awaitCancelled();
        assertThatThrownBy(() -> end(orders).join()).hasCauseInstanceOf(CancellationException.class);
        executor.runAll();
        assertThat(ran).isEmpty();
    }

    @Test
    void aFailureOfAnItemThatWaitedForRoomIsLoggedLikeAnyOther() {
        KeyedSequentialAtom<Integer, Integer> orders =
                coordinators.add(KeyedSequentialAtom.<Integer, Integer>builder(i -> i, i -> {
                            if (i != 100) {
                                throw new IllegalStateException("item " + i);
                            }
                        })
                        .name("orders")
                        .capacity(1)
                        .executor(executor));
        orders.enqueue(100);
        numbers(1).subscribe(orders);
        Eventually.until("it failed", () -> {
            executor.runAll();
            return orders.stats().failed() == 1;
        });
        Eventually.until("it is logged", () -> logged.size() == 1);
        assertThat(logged.get(0).getMessage()).isEqualTo("orders: operation 2 failed");
        assertThat(logged.get(0).getThrown()).hasMessage("item 0");
        Eventually.until("it is idle", () -> {
            executor.runAll(); // another thread may hand over one more runner
            return orders.coordinator().awaitIdle(Duration.ZERO);
        });
    }

    @Test
    void aSelectorThatThrowsOrFindsNoKeyCancelsTheStreamAndThePublisherIsNotTold() {
        KeyedSequentialAtom<Integer, Integer> orders =
                coordinators.add(KeyedSequentialAtom.<Integer, Integer>builder(i -> i == 3 ? null : 10 / i, ran::add)
                        .name("orders")
                        .executor(executor));
        Source<Integer> source = Source.synchronous(Stream.of(1, 2, 0, 4));
        source.subscribe(orders);
        assertThat(source.isCancelled()).isTrue();
        assertThatThrownBy(() -> end(orders).join()).hasCauseInstanceOf(ArithmeticException.class);
        executor.runAll();
        assertThat(ran).contains(1, 2);
        Source<Integer> other = Source.synchronous(Stream.of(3, 4, 5));
        other.subscribe(orders);
        assertThat(other.isCancelled()).isTrue();
        assertThatThrownBy(() -> end(orders).join())
                .cause()
                .isInstanceOf(NullPointerException.class)
                .hasMessage("orders: key (as selected from the item) must not be null");
        assertThat(logged).hasSize(2);
        executor.runAll();
    }

    @Test
    void whatStillComesAfterACancellationIsTaken() {
        KeyedSequentialAtom<Integer, Integer> orders = coordinators.add(orders());
        numbers(0).endless().subscribe(orders);
        orders.onComplete();
        orders.onNext(1);
        executor.runAll();
        assertThat(ran).containsExactly(1);
    }

    @Test
    void nullIsRefused() {
        KeyedSequentialAtom<Integer, Integer> orders = coordinators.add(orders());
        assertThatThrownBy(() -> orders.onSubscribe(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> orders.onNext(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("orders: item must not be null");
        assertThatThrownBy(() -> orders.onError(null)).isInstanceOf(NullPointerException.class);
    }

    @Test
    void aPublisherThatThrowsOnARequestFailsNoOperation() {
        KeyedSequentialAtom<Integer, Integer> orders = coordinators.add(orders().capacity(1));
        RuntimeException error = new IllegalStateException("no more");
        List<String> calls = new ArrayList<>();
        orders.onSubscribe(new Flow.Subscription() {
            @Override
            public void request(long n) {
                calls.add("request");
                if (calls.size() == 2) {
                    throw error;
                }
            }

            @Override
            public void cancel() {
                calls.add("cancel");
                throw error;
            }
        });
        orders.onNext(1);
        executor.runAll();
        assertThat(calls).containsExactly("request", "request", "cancel");
        assertThat(orders.stats().completed()).isEqualTo(1);
        assertThatThrownBy(() -> end(orders).join())
                .isInstanceOf(CompletionException.class)
                .hasCause(error);
    }
}
