package io.keyedsequential;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.SubmissionPublisher;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The items of a key run in the order in which they came. The state of a key is plain: if two of its operations overlap, or
 * one does not see what the one before did, the numbers do not add up.
 */
@Timeout(600)
class StreamOrderTest {

    private static final int ITEMS = 100_000;
    private static final int KEYS = 1_000;

    @RegisterExtension
    final Coordinators coordinators = new Coordinators();

    private final int[] last = new int[KEYS];
    private final int[] bodies = new int[KEYS];
    private final int[] overtaken = new int[KEYS];

    /** Items are numbered from 1; every tenth is of one key. */
    private static int keyOf(int item) {
        return item % 10 == 0 ? 0 : item % KEYS;
    }

    private void body(int item) {
        int key = keyOf(item);
        if (last[key] >= item) {
            overtaken[key]++;
        }
        last[key] = item;
        bodies[key]++;
    }

    private KeyedSequentialAtom<Integer, Integer> atom(
            Consumer<KeyedSequentialAtom.Builder<Integer, Integer>> options) {
        KeyedSequentialAtom.Builder<Integer, Integer> builder = KeyedSequentialAtom.<Integer, Integer>builder(
                        StreamOrderTest::keyOf, this::body)
                .name("orders")
                .maxConcurrency(4);
        options.accept(builder);
        return coordinators.add(builder);
    }

    private void assertAllRanInOrder(KeyedSequentialAtom<Integer, Integer> orders, int items) {
        orders.streamEnd()
                .toCompletableFuture()
                .orTimeout(120, TimeUnit.SECONDS)
                .join();
        Eventually.idle(orders.coordinator());
        StructuralCheck.assertIdle(orders.coordinator());
        assertThat(IntStream.of(bodies).sum()).isEqualTo(items);
        assertThat(overtaken).containsOnly(0);
        assertThat(orders.stats().rejected()).isZero();
        assertThat(orders.stats().admittedBeyondBound()).isZero();
    }

    /** One that sends on whichever of its threads is free, one item after the other. */
    private void sentBySeveralThreads(KeyedSequentialAtom<Integer, Integer> orders, int items) {
        ExecutorService senders = Executors.newFixedThreadPool(3);
        Source<Integer> source =
                Source.on(senders, IntStream.rangeClosed(1, items).boxed());
        source.subscribe(orders);
        assertAllRanInOrder(orders, items);
        senders.shutdown();
        assertThat(source.wasCalledByTwoAtOnce()).isFalse();
        assertThat(source.isCancelled()).isFalse();
    }

    @Test
    void fromASubmissionPublisher() {
        KeyedSequentialAtom<Integer, Integer> orders = atom(options -> {});
        try (SubmissionPublisher<Integer> publisher = new SubmissionPublisher<>()) {
            publisher.subscribe(orders);
            for (int item = 1; item <= ITEMS; item++) {
                publisher.submit(item);
            }
        }
        assertAllRanInOrder(orders, ITEMS);
    }

    @Test
    void fromSeveralThreads() {
        sentBySeveralThreads(atom(options -> {}), ITEMS);
    }

    @Test
    void withACapacityOfOne() {
        sentBySeveralThreads(atom(options -> options.capacity(1)), 20_000);
    }

    @Test
    void withAHotKeyThatHasRoomForOne() {
        sentBySeveralThreads(atom(options -> options.capacity(100).capacityPerKey(1)), ITEMS);
    }

    @Test
    void withAHotKeyThatHasRoomForOneAndNobodyToTellOfIt() {
        sentBySeveralThreads(
                atom(options -> options.capacity(100).capacityPerKey(1).overflowPolicy(OverflowPolicy.REJECT)), ITEMS);
    }

    @Test
    void fair() {
        sentBySeveralThreads(atom(options -> options.capacity(20).fairScheduling(true)), ITEMS);
    }

    @Test
    void whileOthersFillTheAtom() {
        KeyedSequentialAtom<Integer, Integer> orders = atom(options -> options.capacity(8));
        AtomicBoolean stop = new AtomicBoolean();
        TestThread<Integer> other = TestThread.start(() -> {
            int count = 0;
            while (!stop.get()) {
                orders.coordinator().execute(-1 - count % 5, () -> {});
                count++;
            }
            return count;
        });
        TestThread<Integer> impatient = TestThread.start(() -> {
            int count = 0;
            while (!stop.get()) {
                count += orders.coordinator().tryExecute(-9, () -> {}) ? 1 : 0;
            }
            return count;
        });
        try (SubmissionPublisher<Integer> publisher = new SubmissionPublisher<>()) {
            publisher.subscribe(orders);
            for (int item = 1; item <= 20_000; item++) {
                publisher.submit(item);
            }
        }
        orders.streamEnd()
                .toCompletableFuture()
                .orTimeout(120, TimeUnit.SECONDS)
                .join();
        stop.set(true);
        assertThat(other.result() + impatient.result()).isPositive();
        Eventually.idle(orders.coordinator());
        StructuralCheck.assertIdle(orders.coordinator());
        assertThat(IntStream.of(bodies).sum()).isEqualTo(20_000);
        assertThat(overtaken).containsOnly(0);
    }
}
