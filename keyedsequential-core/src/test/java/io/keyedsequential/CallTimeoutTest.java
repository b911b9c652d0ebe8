package io.keyedsequential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.keyedsequential.RejectedOperationException.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A caller waits for its turn as long as it was told to, and is told why it has not come. */
@Timeout(600)
class CallTimeoutTest {

    private static final Duration SHORT = Duration.ofMillis(20);
    private static final Duration LONG = Duration.ofHours(1);

    @RegisterExtension
    final Coordinators coordinators = new Coordinators();

    private final AtomicInteger ran = new AtomicInteger();

    private static KeyedCoordinator.Builder<String> orders(Duration callTimeout) {
        return Coordinators.orders().maxConcurrency(2).callTimeout(callTimeout);
    }

    private RejectedOperationException late(Callable<?> call) {
        RejectedOperationException late = catchThrowableOfType(RejectedOperationException.class, call::call);
        assertThat(late).isNotNull();
        assertThat(late.reason()).isEqualTo(Reason.NO_TURN);
        return late;
    }

    @Test
    void onAPausedKeyItIsRejectedAndLeavesNothingBehind() {
        KeyedCoordinator<String> orders = coordinators.add(orders(SHORT).keyNames(key -> "#" + key));
        orders.pauseKey("a");
        assertThat(late(() -> orders.call("a", ran::incrementAndGet)))
                .hasMessageStartingWith("orders: rejected, no turn: operation ")
                .hasMessageContaining(" of key #a in orders has waited for ")
                .hasMessageContaining("(callTimeout 20 ms); an operator paused the key; operation ")
                .hasMessageEndingWith("(queued=0, active=0, lanes=1, capacity=10000)");
        assertThat(orders.stats())
                .returns(0L, CoordinatorStats::queued)
                .returns(0, CoordinatorStats::blockedCallers)
                .returns(1L, CoordinatorStats::rejected)
                .returns(1L, CoordinatorStats::cancelled);
        orders.resumeKey("a");
        assertThat(orders.<Integer>call("a", ran::incrementAndGet)).isEqualTo(1);
    }

    @Test
    void itIsToldWhatKeepsItWaiting() {
        KeyedCoordinator<String> orders =
                coordinators.add(orders(SHORT).maxConcurrency(1).exhaustedPolicy(ExhaustedPolicy.PARK));
        orders.execute("parked", () -> {
            throw new IllegalStateException("no stock");
        });
        Eventually.until("it is parked", () -> orders.stats().parked() == 1);
        assertThat(late(() -> orders.call("parked", ran::incrementAndGet)))
                .hasMessageContaining("is parked: it failed with java.lang.IllegalStateException")
                .hasMessageContaining("; 1 operation waits behind it");
        orders.skip("parked");

        Gate gate = new Gate();
        orders.execute("a", gate);
        gate.awaitEntered();
        assertThat(late(() -> orders.call("a", ran::incrementAndGet))).hasMessageContaining("has been running for ");
        assertThat(late(() -> orders.call("b", ran::incrementAndGet)))
                .hasMessageContaining("waits for a permit: 1 of 1 are taken");
        gate.open();
        Eventually.idle(orders);

        orders.pause();
        assertThat(late(() -> orders.call("c", ran::incrementAndGet))).hasMessageContaining("the atom is paused");
        orders.resume();
        assertThat(ran).hasValue(0);
    }

    @Test
    void whatWaitsBehindItMovesUp() {
        KeyedCoordinator<String> orders = coordinators.add(orders(SHORT).capacityPerKey(1));
        orders.pauseKey("a");
        late(() -> orders.call("a", ran::incrementAndGet));
        assertThat(orders.tryExecute("a", ran::incrementAndGet)).isTrue();
        orders.resumeKey("a");
        Eventually.idle(orders);
        assertThat(ran).hasValue(1);
    }

    @Test
    void itCountsAsABlockedCallerAsLongAsItWaits() {
        KeyedCoordinator<String> orders = coordinators.add(orders(LONG));
        orders.pauseKey("a");
        TestThread<Integer> caller = TestThread.start(() -> orders.call("a", ran::incrementAndGet));
        Eventually.until("it waits", () -> orders.stats().callersAwaitingTurn() == 1);
        assertThat(orders.stats().blockedCallers()).isEqualTo(1);
        orders.resumeKey("a");
        assertThat(caller.result()).isEqualTo(1);
        Eventually.until("it waits no more", () -> orders.stats().blockedCallers() == 0);
    }

    @Test
    void oneThatIsInterruptedLeavesNothingBehindEither() {
        KeyedCoordinator<String> orders = coordinators.add(orders(LONG));
        orders.pauseKey("a");
        TestThread<Integer> caller = TestThread.start(() -> orders.call("a", ran::incrementAndGet));
        Eventually.until("it waits", () -> orders.stats().callersAwaitingTurn() == 1);
        caller.thread().interrupt();
        assertThat(caller.rejection().reason()).isEqualTo(Reason.INTERRUPTED);
        assertThat(orders.stats().blockedCallers()).isZero();
        assertThat(orders.stats().queued()).isZero();
        orders.resumeKey("a");
    }

    @Test
    void withoutALimitOfItsOwnItWaitsAsLongAsForRoom() {
        KeyedCoordinator<String> orders = coordinators.add(Coordinators.orders().blockTimeout(SHORT));
        assertThat(orders.options().callTimeout()).isEqualTo(SHORT);
        orders.pauseKey("a");
        late(() -> orders.call("a", ran::incrementAndGet));
        orders.resumeKey("a");
        assertThat(CoordinatorOptions.builder()
                        .overflowPolicy(OverflowPolicy.REJECT)
                        .build()
                        .callTimeout())
                .isEqualTo(CoordinatorOptions.DEFAULT_BLOCK_TIMEOUT);
        assertThat(CoordinatorOptions.builder()
                        .options(orders.options())
                        .blockTimeout(LONG)
                        .build()
                        .callTimeout())
                .isEqualTo(LONG);
    }

    @Test
    void theLongestLimitIsNoneAndALongerOneIsRefused() {
        Duration longest = Duration.ofNanos(Long.MAX_VALUE);
        KeyedCoordinator<String> orders = coordinators.add(orders(longest));
        Gate gate = new Gate();
        orders.execute("a", gate);
        TestThread<Integer> caller = TestThread.start(() -> orders.call("a", ran::incrementAndGet));
        Eventually.until("it waits", () -> orders.stats().callersAwaitingTurn() == 1);
        gate.open();
        assertThat(caller.result()).isEqualTo(1);
        for (Duration bad : List.of(Duration.ZERO, Duration.ofMillis(-1), Duration.ofDays(999_999_999))) {
            assertThatThrownBy(() -> orders(bad))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(
                            "orders: callTimeout must be more than zero and at most 292 years, was " + bad);
        }
    }

    @Test
    void theTimeThatItWaitsForRoomIsPartOfIt() {
        KeyedCoordinator<String> orders =
                coordinators.add(orders(SHORT).capacity(1).blockTimeout(LONG));
        orders.pauseKey("a");
        orders.execute("a", ran::incrementAndGet);
        RejectedOperationException full =
                catchThrowableOfType(RejectedOperationException.class, () -> orders.call("a", ran::incrementAndGet));
        assertThat(full.reason()).isIn(Reason.FULL, Reason.KEY_FULL);
        orders.resumeKey("a");
    }

    @Test
    void betweenTwoAttemptsTheTimeCountsFromWhenTheNextOneIsDue() {
        ManualTimer timer = new ManualTimer();
        RetryPolicy twice = RetryPolicy.builder()
                .maxAttempts(2)
                .backoff(LONG)
                .maxBackoff(LONG)
                .build();
        StripedCoordinator<String> orders =
                coordinators.add(orders(Duration.ofMillis(1)).retryPolicy(twice), timer);
        TestThread<String> caller = TestThread.start(() -> orders.call("a", () -> {
            if (ran.incrementAndGet() == 1) {
                throw new IllegalStateException("once");
            }
            return "second";
        }));
        Eventually.until("it waits", () -> orders.stats().callersAwaitingTurn() == 1);
        caller.awaitWaiting();
        timer.only().fire();
        assertThat(caller.result()).isEqualTo("second");
    }

    @Test
    void onAKeyThatIsPausedBetweenTwoAttemptsItIsToldWhatItLastFailedWith() {
        RetryPolicy twice = RetryPolicy.builder()
                .maxAttempts(2)
                .backoff(Duration.ofMillis(1))
                .build();
        KeyedCoordinator<String> orders = coordinators.add(orders(SHORT).retryPolicy(twice));
        assertThat(late(() -> orders.call("a", () -> {
                    orders.pauseKey("a");
                    throw new IllegalStateException("no stock");
                })))
                .hasMessageContaining("an operator paused the key")
                .hasRootCauseMessage("no stock");
        orders.resumeKey("a");
    }

    /** Its own permit is kept by a body that goes on only when it has come back. */
    @Test
    void fromInsideAnOperationItComesBackWithoutItsPermit() {
        KeyedCoordinator<String> stock = coordinators.add(
                KeyedCoordinator.<String>builder("stock").callTimeout(SHORT).maxConcurrency(1));
        KeyedCoordinator<String> orders = coordinators.add(orders(LONG).maxConcurrency(1));
        stock.pauseKey("s");
        CountDownLatch back = new CountDownLatch(1);
        Gate begun = new Gate();
        OperationFuture<String> outer = orders.submit("a", () -> {
            orders.execute("b", () -> {
                begun.run();
                Eventually.await(back);
            });
            begun.open();
            do {
                late(() -> stock.call("s", ran::incrementAndGet));
            } while (!begun.isEntered());
            back.countDown();
            return "back";
        });
        assertThat(outer).succeedsWithin(Eventually.DEADLINE).isEqualTo("back");
        stock.resumeKey("s");
    }

    @Test
    void whoeverIsLateAndWhoeverIsNotIsToldTheTruth() throws InterruptedException {
        KeyedCoordinator<String> orders = coordinators.add(orders(Duration.ofNanos(200_000)));
        AtomicInteger late = new AtomicInteger();
        List<Thread> callers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Thread caller = new Thread(() -> {
                for (int call = 0; call < 500; call++) {
                    String key = "k" + ThreadLocalRandom.current().nextInt(2);
                    try {
                        orders.call(key, ran::incrementAndGet);
                    } catch (RejectedOperationException e) {
                        assertThat(e.reason()).isEqualTo(Reason.NO_TURN);
                        late.incrementAndGet();
                    }
                }
            });
            callers.add(caller);
            caller.start();
        }
        for (Thread caller : callers) {
            caller.join();
        }
        assertThat(ran.get() + late.get()).isEqualTo(2_000);
        assertThat(orders.stats().completed()).isEqualTo(ran.get());
    }
}
