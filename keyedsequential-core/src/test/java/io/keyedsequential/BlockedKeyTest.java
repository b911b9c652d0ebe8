package io.keyedsequential;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyedsequential.RejectedOperationException.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A key that changes or throws while its caller waits for room costs its own call, and nobody else's. */
@Timeout(600)
class BlockedKeyTest {

    @RegisterExtension
    final Coordinators coordinators = new Coordinators();

    private final ManualExecutor executor = new ManualExecutor();
    private final List<String> ran = new CopyOnWriteArrayList<>();

    private final KeyedCoordinator<Object> orders = coordinators.add(KeyedCoordinator.<Object>builder("orders")
            .maxConcurrency(1)
            .executor(executor)
            .capacity(2)
            .blockTimeout(Duration.ofMinutes(5)));

    @AfterEach
    void nobodyIsLeft() {
        assertThat(orders.stats().blockedCallers()).isZero();
        StructuralCheck.assertIdle(orders);
    }

    private void fill() {
        for (Object key : List.of("x", "y")) {
            orders.execute(key, () -> ran.add("innocent " + key));
        }
    }

    private TestThread<Long> block(KeyedCoordinator<Object> by, Object key, String name) {
        int before = by.stats().blockedCallers();
        TestThread<Long> caller = TestThread.start(() -> by.execute(key, () -> ran.add(name)));
        Eventually.until(name + " waits for room", () -> by.stats().blockedCallers() == before + 1);
        return caller;
    }

    private void runUntil(int count) {
        Eventually.until(count + " have run", () -> {
            executor.runAll();
            return ran.size() == count;
        });
    }

    @Test
    void aKeyWhoseHashChangesMeanwhileIsLetInAndOthersGoOn() {
        fill();
        OddKey key = new OddKey("a");
        TestThread<Long> changed = block(orders, key, "changed");
        TestThread<Long> innocent = block(orders, "b", "innocent b");
        key.change();
        runUntil(4);
        assertThat(changed.result()).isEqualTo(3);
        assertThat(innocent.result()).isEqualTo(4);
        assertThat(orders.stats().failed()).isZero();
    }

    @ParameterizedTest
    @ValueSource(classes = {StackOverflowError.class, OutOfMemoryError.class, AssertionError.class})
    void aKeyThatThrowsMeanwhileFailsNoOperationOfAnother(Class<? extends Error> type) throws Exception {
        fill();
        OddKey key = OddKey.colliding("a");
        OddKey neighbour = OddKey.colliding("b");
        TestThread<Long> evil = block(orders, key, "evil");
        TestThread<Long> second = block(orders, key, "evil again");
        TestThread<Long> innocent = block(orders, neighbour, "innocent b");
        Error thrown = type.getDeclaredConstructor().newInstance();
        key.throwing(thrown);
        runUntil(5);
        evil.result();
        second.result();
        innocent.result();
        assertThat(ran.indexOf("evil")).isLessThan(ran.indexOf("evil again"));
        assertThat(orders.stats().failed()).isZero();
        assertThat(orders.stats().completed()).isEqualTo(5);
    }

    @Test
    void aKeyThatThrowsBeforeItWaitsFailsItsOwnCallOnly() {
        fill();
        OddKey key = new OddKey("a");
        AtomicInteger asked = new AtomicInteger();
        key.hash = () -> {
            if (asked.incrementAndGet() > 1) {
                throw new IllegalStateException("asked again");
            }
            return 1;
        };
        assertThat(TestThread.start(() -> orders.execute(key, () -> {})).failure())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("asked again");
        runUntil(2);
    }

    @Test
    void aCallerWhoseKeyHasChangedLeavesNothingBehindWhenItGivesUp() {
        fill();
        OddKey key = new OddKey("a");
        TestThread<Long> caller = block(orders, key, "never");
        key.throwing(new StackOverflowError());
        caller.thread().interrupt();
        assertThat(caller.rejection().reason()).isEqualTo(Reason.INTERRUPTED);
        assertThat(orders.stats().lanes()).isEqualTo(2);
        runUntil(2);
    }

    @Test
    void closingTheIntakeLetsCallersGoWhoseKeysHaveChanged() {
        fill();
        OddKey key = new OddKey("a");
        TestThread<Long> caller = block(orders, key, "never");
        key.throwing(new StackOverflowError());
        orders.closeIntake();
        assertThat(caller.rejection().reason()).isEqualTo(Reason.CLOSED);
        runUntil(2);
    }

    @Test
    void aLaneThatIsThereForAWaitingCallerOnlyIsShownToNobody() {
        fill();
        TestThread<Long> caller = block(orders, "b", "b");
        assertThat(orders.lane("b")).isEmpty();
        assertThat(orders.keys()).containsExactlyInAnyOrder("x", "y");
        assertThat(orders.lanes(10)).extracting(LaneSnapshot::key).containsExactlyInAnyOrder("x", "y");
        StructuralCheck.assertSound(orders);
        runUntil(3);
        caller.result();
    }

    @Test
    void aDrainDoesNotWaitForALaneThatIsThereForACallerOnly() {
        KeyedCoordinator<Object> paused = coordinators.add(KeyedCoordinator.<Object>builder("paused")
                .executor(executor)
                .capacity(1)
                .blockTimeout(Duration.ofMinutes(5)));
        paused.pauseKey("a");
        paused.execute("a", () -> {});
        TestThread<Long> caller = block(paused, "b", "never");
        assertThat(paused.drainWhatMoves(Duration.ofMinutes(5)).remaining()).isEqualTo(1);
        assertThat(caller.rejection().reason()).isEqualTo(Reason.CLOSED);
        paused.purge("a");
        paused.resumeKey("a");
    }

    /** The room of a key, not that of the atom. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aCallerOfAFullKeyIsLetInWhenAnOperationLeavesTheKeyWhicheverWay(boolean fair) {
        KeyedCoordinator<Object> full = coordinators.add(KeyedCoordinator.<Object>builder("full")
                .maxConcurrency(1)
                .executor(executor)
                .capacity(10)
                .capacityPerKey(1)
                .fairScheduling(fair)
                .blockTimeout(Duration.ofMinutes(5)));
        full.pauseKey("a");
        OperationFuture<?> first = full.submit("a", () -> 1);
        TestThread<Long> second = block(full, "a", "second");
        TestThread<Long> third = block(full, "a", "third");
        full.execute("b", () -> ran.add("b"));
        runUntil(1);
        assertThat(second.isDone()).isFalse();
        assertThat(first.cancel(false)).isTrue();
        second.result();
        assertThat(full.purge("a")).hasSize(1);
        third.result();
        full.resumeKey("a");
        runUntil(2);
        assertThat(ran).containsExactly("b", "third");
    }

    @Test
    void aCallerOfAParkedKeyIsLetInWhenItIsRetriedAndWhenThereIsMoreRoom() {
        KeyedCoordinator<Object> parking = coordinators.add(KeyedCoordinator.<Object>builder("parking")
                .maxConcurrency(1)
                .executor(executor)
                .capacity(6)
                .exhaustedPolicy(ExhaustedPolicy.PARK)
                .blockTimeout(Duration.ofMinutes(5)));
        boolean[] broken = {true};
        parking.execute("a", () -> {
            if (broken[0]) {
                throw new IllegalStateException("meant to fail");
            }
        });
        executor.runAll();
        parking.pauseKey("b");
        OperationFuture<?> other = parking.submit("b", () -> 1);
        parking.execute("b", () -> ran.add("b"));
        parking.execute("a", () -> ran.add("follower"));
        TestThread<Long> first =
                block(parking, "a", "first"); // it has 2 and may have no more than there is room for, which are 2
        assertThat(other.cancel(false)).isTrue();
        Eventually.until("there is more room", () -> parking.stats().blockedCallers() == 0);
        first.result();
        TestThread<Long> second = block(parking, "a", "second");
        broken[0] = false;
        assertThat(parking.retry("a")).isTrue();
        second.result();
        runUntil(3);
        assertThat(ran).containsExactly("follower", "first", "second");
        parking.resumeKey("b");
        runUntil(4);
    }

    /** Not O(keys that wait) for each start. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aStartOffersAFewOperationsHoweverManyKeysAreFullAndHaveCallersThatWait(boolean fair) throws Exception {
        assertThat(offersPerStart(20, fair)).isLessThanOrEqualTo(2);
        assertThat(offersPerStart(80, fair)).isLessThanOrEqualTo(2);
    }

    /** What a start of a key costs for which nobody waits, while callers of many full keys do. */
    private static double offersPerStart(int keys, boolean fair) throws InterruptedException {
        LanesHarness h = new LanesHarness(
                options -> options.capacity(1_000).capacityPerKey(1).fairScheduling(fair));
        BlockedCallers<String> room = new BlockedCallers<>(h.lanes);
        List<TestThread<AdmissionResult>> callers = new ArrayList<>();
        for (int i = 0; i < keys; i++) {
            String key = "full-" + i;
            h.lanes.table.pauseKey(key, true);
            h.queued(key);
            callers.add(TestThread.start(
                    () -> room.await(LanesHarness.operation(key), AdmissionResult.KEY_FULL, Long.MAX_VALUE)));
        }
        Eventually.until("all wait", () -> h.lanes.table.blockedCallers() == keys && room.offers() >= keys);
        long before = room.offers();
        int starts = 100;
        for (int i = 0; i < starts; i++) {
            h.queued("free");
            h.finish(h.begin());
            room.admit();
        }
        long offers = room.offers() - before;
        h.lanes.table.intake(false);
        room.admit();
        callers.forEach(caller -> assertThat(caller.result()).isEqualTo(AdmissionResult.CLOSED));
        return (double) offers / starts;
    }
}
