package io.keyedsequential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keyedsequential.signal.SignalSink;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An item of a stream is an operation like any other: what ends one of them does not end the stream. */
@Timeout(600)
class StreamItemTest {

    /** Ways to take the operation of key 0 out of its queue. */
    private enum Out {
        PURGED(orders -> assertThat(orders.purge(0)).hasSize(1)),
        CANCELLED(orders -> assertThat(orders.cancel(idOf(orders, 0))).isTrue());

        private final Consumer<KeyedCoordinator<Integer>> way;

        Out(Consumer<KeyedCoordinator<Integer>> way) {
            this.way = way;
        }
    }

    /** Ways to end an atom that has a stream. */
    private enum End {
        CLOSE(KeyedSequentialAtom::close),
        CLOSE_COORDINATOR(orders -> orders.coordinator().close()),
        DRAIN(orders -> orders.drain(Duration.ZERO)),
        DRAIN_COORDINATOR(orders -> orders.coordinator().drain(Duration.ZERO));

        private final Consumer<KeyedSequentialAtom<Integer, Integer>> way;

        End(Consumer<KeyedSequentialAtom<Integer, Integer>> way) {
            this.way = way;
        }
    }

    @RegisterExtension
    final Coordinators coordinators = new Coordinators();

    private final ManualExecutor executor = new ManualExecutor();
    private final List<Integer> ran = Collections.synchronizedList(new ArrayList<>());

    private KeyedSequentialAtom.Builder<Integer, Integer> orders() {
        return KeyedSequentialAtom.<Integer, Integer>builder(i -> i % 10, ran::add)
                .name("orders")
                .maxConcurrency(1)
                .executor(executor);
    }

    private static Source<Integer> numbers(int count) {
        return Source.synchronous(IntStream.range(0, count).boxed());
    }

    private static CompletableFuture<Void> end(KeyedSequentialAtom<?, ?> atom) {
        return atom.streamEnd().toCompletableFuture().orTimeout(120, TimeUnit.SECONDS);
    }

    private static long idOf(KeyedCoordinator<Integer> orders, int key) {
        return orders.snapshot().stream()
                .filter(each -> each.key().equals(key))
                .findFirst()
                .orElseThrow()
                .id();
    }

    @ParameterizedTest
    @EnumSource(Out.class)
    void anItemThatIsTakenOutLeavesTheStream(Out out) {
        KeyedSequentialAtom<Integer, Integer> orders = coordinators.add(orders().capacity(2));
        Source<Integer> source = numbers(5);
        source.subscribe(orders);
        out.way.accept(orders.coordinator());
        assertThat(source.isCancelled()).isFalse();
        assertThat(source.sent()).as("its share is free").isEqualTo(3);
        executor.runAll();
        assertThat(end(orders).join()).isNull();
        assertThat(ran).containsExactlyInAnyOrder(1, 2, 3, 4);
        assertThat(orders.stats().cancelled()).isOne();
    }

    @ParameterizedTest
    @EnumSource(Out.class)
    void anItemThatHasWaitedForRoomAndIsTakenOutLeavesTheStream(Out out) {
        KeyedSequentialAtom<Integer, Integer> orders = coordinators.add(orders().capacity(1));
        OperationFuture<Void> other = orders.submit(105);
        Source<Integer> source = numbers(3);
        source.subscribe(orders);
        Eventually.until("it waits", () -> orders.stats().blockedCallers() == 1);
        other.cancel(false);
        Eventually.until(
                "it is in", () -> orders.stats().queued() == 1 && orders.stats().blockedCallers() == 0);
        out.way.accept(orders.coordinator());
        Eventually.until("the others ran", () -> {
            executor.runAll();
            return ran.size() == 2;
        });
        assertThat(end(orders).join()).isNull();
        assertThat(source.isCancelled()).isFalse();
        assertThat(ran).containsExactly(1, 2);
    }

    @Test
    void anItemThatIsNotStartedInTimeFailsAndTheStreamGoesOn() {
        KeyedSequentialAtom<Integer, Integer> orders =
                coordinators.add(orders().capacity(2).queueTimeout(Duration.ofMillis(1)));
        Source<Integer> source = numbers(5);
        source.subscribe(orders);
        Eventually.until("none was started in time", () -> orders.stats().failed() == 5);
        assertThat(end(orders).join()).isNull();
        assertThat(source.isCancelled()).isFalse();
        assertThat(orders.snapshot())
                .allSatisfy(each -> assertThat(each.error()).isInstanceOf(TimeoutException.class));
        executor.runAll();
        assertThat(ran).isEmpty();
    }

    @Test
    void anItemThatIsParkedAndSkippedLeavesTheStream() {
        KeyedSequentialAtom<Integer, Integer> orders =
                coordinators.add(KeyedSequentialAtom.<Integer, Integer>builder(i -> i % 10, i -> {
                            if (i == 0) {
                                throw new IllegalStateException("for good");
                            }
                            ran.add(i);
                        })
                        .name("orders")
                        .maxConcurrency(1)
                        .executor(executor)
                        .capacity(2)
                        .exhaustedPolicy(ExhaustedPolicy.PARK));
        Source<Integer> source = numbers(5);
        source.subscribe(orders);
        executor.runAll();
        assertThat(orders.coordinator().skip(0)).isTrue();
        Eventually.until("what waited for room ran, too", () -> {
            executor.runAll();
            return ran.size() == 4;
        });
        assertThat(end(orders).join()).isNull();
        assertThat(ran).containsExactlyInAnyOrder(1, 2, 3, 4);
        assertThat(orders.stats().parked()).isZero();
    }

    @ParameterizedTest
    @EnumSource(End.class)
    void theStreamIsCancelledBeforeTheIntakeCloses(End way) {
        KeyedSequentialAtom<Integer, Integer> orders = coordinators.add(orders().closeTimeout(Duration.ZERO));
        Source<Integer> source = numbers(0).endless(); // nothing is queued that could tell the stream
        source.subscribe(orders);
        way.way.accept(orders);
        assertThat(source.isCancelled()).isTrue();
        assertThatThrownBy(() -> end(orders).join()).hasCauseInstanceOf(CancellationException.class);
        assertThat(orders.stats().rejected()).isZero();
    }

    @Test
    void aSignalThatDrainsTheAtomCancelsTheStream() {
        SignalSink signals = new SignalSink();
        KeyedSequentialAtom<Integer, Integer> orders =
                coordinators.add(orders().signals(signals).drainOn("deploy"));
        Source<Integer> source = numbers(0).endless();
        source.subscribe(orders);
        signals.raise("deploy");
        assertThat(source.isCancelled()).isTrue();
        assertThatThrownBy(() -> end(orders).join()).hasCauseInstanceOf(CancellationException.class);
        assertThat(orders.stats().rejected()).isZero();
    }
}
