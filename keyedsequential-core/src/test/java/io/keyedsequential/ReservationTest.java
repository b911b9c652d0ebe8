package io.keyedsequential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keyedsequential.RejectedOperationException.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(600)
class ReservationTest {

    @RegisterExtension
    final Coordinators coordinators = new Coordinators();

    private final ManualExecutor executor = new ManualExecutor();
    private final List<String> ran = new CopyOnWriteArrayList<>();

    private KeyedCoordinator.Builder<String> blocking() {
        return Coordinators.orders().maxConcurrency(1).executor(executor);
    }

    private KeyedCoordinator.Builder<String> rejecting() {
        return blocking().overflowPolicy(OverflowPolicy.REJECT);
    }

    private static void assertRefused(Reason reason, String numbers, Runnable offer) {
        assertThatThrownBy(offer::run)
                .isInstanceOfSatisfying(RejectedOperationException.class, rejection -> assertThat(rejection.reason())
                        .isEqualTo(reason))
                .hasMessageContaining(numbers);
    }

    @Test
    void aPlaceTakesRoomUntilItIsGivenBackOrUsed() {
        KeyedCoordinator<String> orders = coordinators.add(rejecting().capacity(2));
        Reservation first = orders.reserve("a");
        Reservation second = orders.reserve("b");
        assertThat(orders.stats().reserved()).isEqualTo(2);
        assertThat(orders.stats().queued()).isZero();
        assertThat(orders.stats().admitted()).isZero();
        assertRefused(
                Reason.FULL,
                "full (queued=0, active=0, lanes=2, capacity=2, reserved=2)",
                () -> orders.execute("c", () -> {}));
        assertRefused(Reason.FULL, "reserved=2", () -> orders.reserve("c"));
        assertThat(orders.tryExecute("c", () -> {})).isFalse();
        StructuralCheck.assertSound(orders);

        first.close();
        assertThat(orders.stats().reserved()).isEqualTo(1);
        assertThat(orders.tryExecute("c", () -> ran.add("c"))).isTrue();
        second.execute(() -> ran.add("b"));
        assertThat(orders.stats().reserved()).isZero();
        assertThat(orders.stats().queued()).isEqualTo(2);
        assertRefused(Reason.FULL, "queued=2", () -> orders.execute("d", () -> {}));
        StructuralCheck.assertSound(orders);
        executor.runAll();
        assertThat(ran).containsExactlyInAnyOrder("c", "b");
        assertThat(orders.stats().admitted()).isEqualTo(2);
    }

    @Test
    void aPlaceCountsAgainstTheRoomOfItsKey() {
        KeyedCoordinator<String> orders =
                coordinators.add(rejecting().capacity(10).capacityPerKey(2));
        Reservation first = orders.reserve("hot");
        orders.execute("hot", () -> {});
        assertRefused(
                Reason.KEY_FULL,
                "key full (queued=1, active=0, lanes=1, capacity=10, reserved=1, queuedForKey=1, capacityPerKey=2)",
                () -> orders.reserve("hot"));
        assertRefused(Reason.KEY_FULL, "queuedForKey=1", () -> orders.execute("hot", () -> {}));
        Reservation cold = orders.reserve("cold");
        first.execute(() -> {});
        cold.close();
        executor.runAll();
    }

    @Test
    void inFairModeReservedPlacesAreTheShareOfTheirKey() {
        KeyedCoordinator<String> orders =
                coordinators.add(rejecting().capacity(10).fairScheduling(true));
        List<Reservation> places = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            places.add(orders.reserve("hot"));
        }
        assertRefused(Reason.KEY_FULL, "fair", () -> orders.reserve("hot"));
        orders.reserve("cold").close();
        places.forEach(Reservation::close);
    }

    @Test
    void theOrderOfAKeyIsThatOfTheHandOverAlsoAfterARetry() {
        KeyedCoordinator<String> orders =
                coordinators.add(rejecting().capacity(10).retryPolicy(RetryPolicy.attempts(2)));
        AtomicBoolean failed = new AtomicBoolean();
        Reservation late = orders.reserve("a");
        orders.execute("a", () -> {
            ran.add("first");
            if (failed.compareAndSet(false, true)) {
                throw new IllegalStateException("once");
            }
        });
        assertThat(late.execute(() -> ran.add("second"))).isPositive();
        orders.execute("a", () -> ran.add("third"));
        Eventually.until("all ran", () -> {
            executor.runAll();
            return ran.size() == 4;
        });
        assertThat(ran).containsExactly("first", "first", "second", "third");
    }

    @Test
    void anUnusedPlaceHoldsNoOperationOfItsKeyUp() {
        KeyedCoordinator<String> orders = coordinators.add(rejecting().capacity(10));
        Reservation unused = orders.reserve("a");
        orders.execute("a", () -> ran.add("a"));
        executor.runAll();
        assertThat(ran).containsExactly("a");
        unused.close();
    }

    @Test
    void eachWayToUseItRunsTheBody() {
        KeyedCoordinator<String> orders = coordinators.add(rejecting().capacity(10));
        OperationFuture<String> value = orders.reserve("a").submit(() -> "value");
        OperationFuture<String> stage = orders.reserve("a").submitAsync(() -> CompletableFuture.completedFuture("s"));
        executor.runAll();
        assertThat(value).isCompletedWithValue("value");
        assertThat(stage).isCompletedWithValue("s");
        assertThat(value.operationId()).isLessThan(stage.operationId());
    }

    @Test
    void aPlaceIsGoodForOneOperation() {
        KeyedCoordinator<String> orders = coordinators.add(rejecting().capacity(10));
        Reservation used = orders.reserve("a");
        used.execute(() -> {});
        Reservation closed = orders.reserve("a");
        closed.close();
        closed.close();
        used.close();
        for (Reservation spent : List.of(used, closed)) {
            for (Consumer<Reservation> use : List.<Consumer<Reservation>>of(
                    place -> place.execute(() -> {}),
                    place -> place.submit(() -> 1),
                    place -> place.submitAsync(() -> CompletableFuture.completedFuture(1)))) {
                assertThatThrownBy(() -> use.accept(spent))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessage("orders: the reserved place has been used or given back:"
                                + " reserve one for each operation");
            }
        }
        assertThat(orders.stats().reserved()).isZero();
        assertThat(orders.stats().queued()).isEqualTo(1);
        executor.runAll();
    }

    @Test
    void aBodyThatIsMissingCostsThePlaceNothing() {
        KeyedCoordinator<String> orders = coordinators.add(rejecting().capacity(10));
        Reservation place = orders.reserve("a");
        assertThatThrownBy(() -> place.execute(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> orders.reserve(null)).isInstanceOf(NullPointerException.class);
        place.execute(() -> ran.add("a"));
        executor.runAll();
        assertThat(ran).containsExactly("a");
    }

    @Test
    void aLaneIsThereWhileAPlaceIsAndSaysSo() {
        KeyedCoordinator<String> orders = coordinators.add(rejecting().capacity(10));
        Reservation one = orders.reserve("a");
        Reservation two = orders.reserve("a");
        LaneSnapshot lane = orders.lane("a").orElseThrow();
        assertThat(lane.queued()).isZero();
        assertThat(lane.operations()).isEmpty();
        assertThat(lane.explanation().sentence())
                .isEqualTo("it has no operation yet: 2 places are reserved for what is handed over later");
        two.close();
        orders.pauseKey("a");
        assertThat(orders.lane("a").orElseThrow().explanation().sentence())
                .isEqualTo("an operator paused the key; it has no operation yet:"
                        + " 1 place is reserved for what is handed over later");
        orders.resumeKey("a");
        one.close();
        assertThat(orders.lane("a")).isEmpty();
    }

    @Test
    void aCallerThatWaitsIsLetInWhenAPlaceIsGivenBack() {
        KeyedCoordinator<String> orders = coordinators.add(blocking().capacity(1));
        Reservation place = orders.reserve("a");
        TestThread<Long> caller = TestThread.start(() -> orders.execute("b", () -> ran.add("b")));
        Eventually.until("it waits", () -> orders.stats().blockedCallers() == 1);
        place.close();
        caller.result();
        executor.runAll();
        assertThat(ran).containsExactly("b");
    }

    @Test
    void soIsOneThatWaitsForTheRoomOfTheKey() {
        KeyedCoordinator<String> orders =
                coordinators.add(blocking().capacity(10).capacityPerKey(1));
        Reservation place = orders.reserve("a");
        TestThread<Long> caller = TestThread.start(() -> orders.execute("a", () -> ran.add("a")));
        AtomicBoolean watched = new AtomicBoolean();
        Eventually.until("its line is put away until an operation or a place leaves the key", () -> {
            ((StripedCoordinator<String>) orders).lanes().table.look("a", lane -> watched.set(lane.isWatched()));
            return watched.get();
        });
        place.close();
        caller.result();
        executor.runAll();
        assertThat(ran).containsExactly("a");
    }

    @Test
    void whoReservesWaitsForRoomLikeAnyOtherCaller() {
        KeyedCoordinator<String> orders = coordinators.add(blocking().capacity(1));
        orders.execute("a", () -> ran.add("a"));
        TestThread<Reservation> caller = TestThread.start(() -> orders.reserve("b"));
        Eventually.until("it waits", () -> orders.stats().blockedCallers() == 1);
        executor.runAll();
        Reservation place = caller.result();
        assertThat(orders.stats().reserved()).isEqualTo(1);
        place.execute(() -> ran.add("b"));
        executor.runAll();
        assertThat(ran).containsExactly("a", "b");
    }

    @Test
    void whoReservesIsRefusedAfterTheBlockTimeout() {
        KeyedCoordinator<String> orders =
                coordinators.add(blocking().capacity(1).blockTimeout(Duration.ofMillis(5)));
        Reservation place = orders.reserve("a");
        assertRefused(Reason.FULL, "reserved=1", () -> orders.reserve("b"));
        place.close();
    }

    @Test
    void whoMustNotWaitIsRefusedInstead() {
        KeyedCoordinator<String> orders = coordinators.add(blocking().capacity(1));
        Reservation place = orders.tryReserve("a");
        assertRefused(Reason.FULL, "reserved=1", () -> orders.tryReserve("b"));
        place.close();
        orders.tryReserve("b").close();
    }

    @Test
    void aBodyReservesBeyondTheBoundInsteadOfWaitingForItself() {
        KeyedCoordinator<String> orders = coordinators.add(blocking().capacity(1));
        orders.execute("a", () -> {
            Reservation one = orders.reserve("a");
            Reservation two = orders.reserve("a");
            one.execute(() -> ran.add("one"));
            two.execute(() -> ran.add("two"));
        });
        executor.runAll();
        assertThat(ran).containsExactly("one", "two");
        assertThat(orders.stats().admittedBeyondBound()).isEqualTo(1);
    }

    @Test
    void aPlaceOutlivesTheIntakeAndAnAtomWithPlacesOnlyIsIdle() {
        KeyedCoordinator<String> orders = coordinators.add(rejecting().capacity(10));
        Reservation place = orders.reserve("a");
        Reservation other = orders.reserve("b");
        assertThat(orders.awaitIdle(Duration.ZERO)).isTrue();
        assertThat(orders.drain(Duration.ZERO).complete()).isTrue();
        assertThat(orders.drainWhatMoves(Duration.ofDays(1)).complete()).isTrue();
        assertRefused(Reason.CLOSED, "reserved=2", () -> orders.reserve("c"));
        place.execute(() -> ran.add("a"));
        DrainReport report = orders.drain(Duration.ZERO);
        assertThat(report.remaining()).isEqualTo(1);
        executor.runAll();
        assertThat(ran).containsExactly("a");
        other.close();
    }

    @Test
    void aDrainIsNotKeptWaitingByALaneOfPlacesBesideAParkedOne() {
        KeyedCoordinator<String> orders =
                coordinators.add(rejecting().capacity(10).exhaustedPolicy(ExhaustedPolicy.PARK));
        Reservation place = orders.reserve("a");
        orders.execute("parked", () -> {
            throw new IllegalStateException("for ever");
        });
        executor.runAll();
        assertThat(orders.drainWhatMoves(Duration.ofDays(1)).remaining()).isEqualTo(1);
        orders.purge("parked");
        place.close();
    }

    @Test
    void nothingIsTakenOnceTheCoordinatorIsClosed() {
        KeyedCoordinator<String> orders = coordinators.add(rejecting().capacity(10));
        Reservation place = orders.reserve("a");
        orders.close();
        assertRefused(Reason.CLOSED, "closed", () -> place.execute(() -> ran.add("never")));
        assertThat(orders.stats().reserved()).isZero();
        place.close();
        executor.runAll();
        assertThat(ran).isEmpty();
    }

    @Test
    void whatTheExecutorRefusesAtTheHandOverIsHandedOverAgain() {
        AtomicBoolean refuses = new AtomicBoolean(true);
        KeyedCoordinator<String> orders =
                coordinators.add(Coordinators.orders().maxConcurrency(1).executor(task -> {
                    if (refuses.getAndSet(false)) {
                        throw new RejectedExecutionException("once");
                    }
                    new Thread(task).start();
                }));
        OperationFuture<String> taken = orders.reserve("a").submit(() -> "ran");
        assertThat(taken.join()).isEqualTo("ran");
        assertThat(orders.stats().rejected()).isZero();
    }

    @Test
    void aPlaceThatIsLostIsGivenBackBeforeACallerIsRefused() {
        KeyedCoordinator<String> orders = coordinators.add(rejecting().capacity(2));
        Reservation kept = orders.reserve("a");
        orders.reserve("b"); // lost at once
        Eventually.until("room", () -> {
            System.gc();
            return orders.tryExecute("c", () -> ran.add("c"));
        });
        assertThat(orders.stats().reserved()).isEqualTo(1);
        StructuralCheck.assertSound(orders);
        kept.execute(() -> ran.add("a"));
        executor.runAll();
        assertThat(ran).containsExactlyInAnyOrder("c", "a");
    }

    /** Places and operations take the same room, and never more of it than there is. */
    @Test
    void theRoomIsGivenOutExactlyOnceWhoeverAsks() throws Exception {
        for (int round = 0; round < 300; round++) {
            int capacity = 1 + round % 5;
            KeyedCoordinator<String> orders = coordinators.add(rejecting().capacity(capacity));
            CountDownLatch begin = new CountDownLatch(1);
            List<TestThread<Integer>> callers = new ArrayList<>();
            List<Reservation> places = new CopyOnWriteArrayList<>();
            for (int caller = 0; caller < 4; caller++) {
                boolean reserves = caller % 2 == 0;
                String key = "key-" + caller;
                callers.add(TestThread.start(() -> {
                    begin.await();
                    int taken = 0;
                    for (int i = 0; i < 3; i++) {
                        if (!reserves) {
                            taken += orders.tryExecute(key, () -> {}) ? 1 : 0;
                        } else {
                            try {
                                places.add(orders.reserve(key));
                                taken++;
                            } catch (RejectedOperationException full) {
                                // counted by not being counted
                            }
                        }
                    }
                    return taken;
                }));
            }
            begin.countDown();
            int taken = callers.stream().mapToInt(TestThread::result).sum();
            assertThat(taken).as("round %d", round).isEqualTo(capacity);
            StructuralCheck.assertSound(orders);
            places.forEach(place -> place.execute(() -> {}));
            assertThat(orders.stats().queued()).isEqualTo(capacity);
            executor.runAll();
        }
    }
}
