package io.keyedsequential;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A stream is asked for what there is room for; what finds none waits, and its publisher does not. */
@Timeout(600)
class StreamDemandTest {

    @RegisterExtension
    final Coordinators coordinators = new Coordinators();

    private final ManualExecutor executor = new ManualExecutor();
    private final List<String> ran = Collections.synchronizedList(new ArrayList<>());

    /** The key is what comes before the hyphen. */
    private KeyedSequentialAtom.Builder<String, String> orders() {
        return KeyedSequentialAtom.<String, String>builder(item -> item.split("-")[0], ran::add)
                .name("orders")
                .maxConcurrency(1)
                .executor(executor);
    }

    private static Stream<String> items(String key, int count) {
        return IntStream.range(0, count).mapToObj(i -> "%s-%04d".formatted(key, i));
    }

    private void runUntil(int count) {
        Eventually.until(count + " items ran", () -> {
            executor.runAll();
            return ran.size() == count;
        });
    }

    private static void join(KeyedSequentialAtom<?, ?> atom) {
        atom.streamEnd().toCompletableFuture().orTimeout(120, TimeUnit.SECONDS).join();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 10, 255})
    void whatIsAskedForAndWhatIsQueuedFillTheCapacityAndNeverExceedIt(int capacity) {
        KeyedSequentialAtom<String, String> orders = coordinators.add(orders().capacity(capacity));
        List<Long> filled = new ArrayList<>();
        Source<String> source = Source.<String>synchronous(items("a", 2_000))
                .onRequest(asked -> filled.add(asked.demand() + orders.stats().queued()));
        source.subscribe(orders);
        assertThat(source.sent()).isEqualTo(capacity);
        assertThat(orders.stats().queued()).isEqualTo(capacity);
        executor.runAll();
        join(orders);
        assertThat(ran).containsExactlyElementsOf(items("a", 2_000).toList());
        assertThat(filled).allMatch(sum -> sum <= capacity).contains((long) capacity);
        assertThat(orders.stats().rejected()).isZero();
        assertThat(orders.stats().admittedBeyondBound()).isZero();
    }

    @Test
    void aGreatCapacityIsNotAskedForAtOnce() {
        KeyedSequentialAtom<String, String> orders = coordinators.add(orders().capacity(10_000));
        Source<String> source = Source.<String>synchronous(items("a", 2_000));
        source.subscribe(orders);
        assertThat(source.sent()).isEqualTo(256);
        executor.runAll();
        assertThat(ran).hasSize(2_000);
        assertThat(source.requests()).as("requests, in batches").isLessThan(20);
    }

    @Test
    void aCapacityOfOneStillKeepsEveryPermitBusy() {
        Gate[] gates = {new Gate(), new Gate(), new Gate()};
        KeyedSequentialAtom<Integer, Integer> orders =
                coordinators.add(KeyedSequentialAtom.<Integer, Integer>builder(i -> i, i -> gates[i].run())
                        .capacity(1)
                        .maxConcurrency(3));
        Source.synchronous(Stream.of(0, 1, 2)).subscribe(orders);
        for (Gate gate : gates) {
            gate.awaitEntered();
        }
        for (Gate gate : gates) {
            gate.open();
        }
        join(orders);
    }

    @ParameterizedTest
    @EnumSource(OverflowPolicy.class)
    void whatFindsItsKeyFullWaitsInOrderAndNothingMoreIsAskedFor(OverflowPolicy policy) {
        Recorder recorder = new Recorder();
        KeyedSequentialAtom<String, String> orders = coordinators.add(
                orders().capacity(10).capacityPerKey(1).overflowPolicy(policy).listener(recorder));
        List<Long> waiting = new ArrayList<>();
        Source<String> source = Source.<String>synchronous(items("hot", 500))
                .onRequest(asked -> waiting.add(asked.sent() - orders.stats().admitted()));
        source.subscribe(orders); // on this thread, which must not wait
        assertThat(source.sent()).isEqualTo(10);
        assertThat(orders.stats().queued()).isEqualTo(1);
        runUntil(500);
        join(orders);
        assertThat(ran).isSorted();
        assertThat(waiting).as("waiting at each request").containsOnly(0L);
        assertThat(orders.stats().rejected()).isZero();
        assertThat(recorder.rejected).isEmpty();
        assertThat(orders.stats().admittedBeyondBound()).isZero();
    }

    @ParameterizedTest
    @EnumSource(OverflowPolicy.class)
    void anItemOfAnotherKeyPassesThoseThatWait(OverflowPolicy policy) {
        KeyedSequentialAtom<String, String> orders =
                coordinators.add(orders().capacity(4).capacityPerKey(1).overflowPolicy(policy));
        orders.coordinator().pauseKey("hot");
        Source.<String>synchronous(Stream.concat(items("hot", 3), items("cold", 1)))
                .subscribe(orders);
        executor.runAll();
        assertThat(ran).containsExactly("cold-0000");
        orders.coordinator().resumeKey("hot");
        runUntil(4);
        join(orders);
        assertThat(ran.subList(1, 4)).isSorted();
    }

    /** The one thread that may wait does so for another key. */
    @Test
    void anOperationThatStartsLetsTheNextOfItsKeyIn() {
        KeyedSequentialAtom<String, String> orders =
                coordinators.add(orders().capacity(10).capacityPerKey(1));
        orders.coordinator().pauseKey("stuck");
        Source.<String>synchronous(Stream.concat(items("stuck", 2), items("hot", 5)))
                .subscribe(orders);
        Eventually.until("one waits for room", () -> orders.stats().blockedCallers() == 1);
        executor.runAll();
        assertThat(ran).containsExactlyElementsOf(items("hot", 5).toList());
        orders.coordinator().resumeKey("stuck");
        runUntil(7);
        join(orders);
    }

    @ParameterizedTest
    @EnumSource(OverflowPolicy.class)
    void whatFindsTheAtomFullOfOthersWaits(OverflowPolicy policy) {
        KeyedSequentialAtom<String, String> orders =
                coordinators.add(orders().capacity(2).overflowPolicy(policy));
        orders.enqueue("other-1");
        orders.enqueue("other-2");
        Source<String> source = Source.synchronous(items("a", 20));
        source.subscribe(orders); // on this thread, which must not wait
        assertThat(source.sent()).isEqualTo(2);
        assertThat(orders.stats().queued()).isEqualTo(2);
        runUntil(22);
        join(orders);
        assertThat(ran).filteredOn(item -> item.startsWith("a")).hasSize(20).isSorted();
        assertThat(ran).containsSubsequence("other-1", "other-2");
        assertThat(orders.stats().rejected()).isZero();
    }

    /** Room that others leave is told as well: a long operation of the stream is not what the next one waits for. */
    @ParameterizedTest
    @EnumSource(OverflowPolicy.class)
    void roomThatOthersLeaveIsTakenWhileAnOperationOfTheStreamStillRuns(OverflowPolicy policy) {
        Gate mine = new Gate();
        Gate other = new Gate();
        Gate next = new Gate();
        KeyedSequentialAtom<Integer, Integer> orders = coordinators.add(
                KeyedSequentialAtom.<Integer, Integer>builder(i -> i, i -> (i == 0 ? mine : next).run())
                        .capacity(1)
                        .overflowPolicy(policy)
                        .maxConcurrency(2));
        orders.coordinator().execute(7, other);
        other.awaitEntered();
        Source<Integer> source = Source.oneByOne(executor, Stream.of(0, 1));
        source.subscribe(orders);
        executor.runOne(); // sends the first
        mine.awaitEntered();
        Eventually.until("one more is asked for", () -> source.demand() == 1);
        orders.coordinator().execute(8, () -> {});
        executor.runAll(); // sends the second, which finds no room
        assertThat(orders.stats().queued()).isEqualTo(1);
        other.open();
        next.awaitEntered();
        assertThat(orders.stats().active()).isEqualTo(2);
        mine.open();
        next.open();
        join(orders);
    }

    /** Whoever starts leaves room, but callers that are blocked take it first: the stream has to be one of them. */
    @Test
    void aStreamIsNotKeptOutByCallersThatNeverCease() {
        KeyedSequentialAtom<Integer, Integer> orders =
                coordinators.add(KeyedSequentialAtom.<Integer, Integer>builder(i -> i, i -> {})
                        .capacity(1)
                        .maxConcurrency(2));
        List<TestThread<Integer>> others = new ArrayList<>();
        for (int producer = 1; producer <= 3; producer++) {
            int key = producer;
            others.add(TestThread.start(() -> {
                int count = 0;
                while (!orders.streamEnd().toCompletableFuture().isDone()) {
                    orders.enqueue(key);
                    count++;
                }
                return count;
            }));
        }
        Source.synchronous(Stream.generate(() -> 0).limit(3_000)).subscribe(orders);
        join(orders);
        assertThat(others).extracting(TestThread::result).allMatch(count -> count > 0);
    }

    /** The listener is told of a start before the stream is, so what it has counted is never behind. */
    @Test
    void theBoundHoldsWithManyThreads() {
        AtomicLong started = new AtomicLong();
        ExecutorService senders = Executors.newFixedThreadPool(4);
        KeyedSequentialAtom<Integer, Integer> orders =
                coordinators.add(KeyedSequentialAtom.<Integer, Integer>builder(i -> i % 100, i -> {})
                        .capacity(50)
                        .maxConcurrency(4)
                        .listener(new CoordinatorListener() {
                            @Override
                            public void operationStarted(String atom, OperationSnapshot operation) {
                                started.incrementAndGet();
                            }
                        }));
        List<Long> filled = new CopyOnWriteArrayList<>();
        Source<Integer> source = Source.<Integer>on(
                        senders, IntStream.range(0, 30_000).boxed())
                .onRequest(asked -> filled.add(asked.requested() - started.get()));
        source.subscribe(orders);
        join(orders);
        senders.shutdown();
        Eventually.idle(orders.coordinator());
        assertThat(orders.stats().completed()).isEqualTo(30_000);
        assertThat(source.wasCalledByTwoAtOnce()).isFalse();
        assertThat(filled).allMatch(sum -> sum <= 50).contains(50L);
    }

    @Test
    void aStreamMayBeRunByTheThreadsThatSendIt() {
        List<Integer> ran = Collections.synchronizedList(new ArrayList<>());
        KeyedSequentialAtom<Integer, String> orders =
                coordinators.add(KeyedSequentialAtom.<Integer, String>builder(i -> "a", ran::add)
                        .executor(Runnable::run)
                        .maxConcurrency(1)
                        .capacity(3));
        Source.synchronous(IntStream.range(0, 50_000).boxed()).subscribe(orders);
        join(orders);
        Eventually.idle(orders.coordinator());
        assertThat(ran).hasSize(50_000);
        for (int i = 0; i < 50_000; i++) {
            assertThat(ran.get(i)).isEqualTo(i);
        }
    }
}
