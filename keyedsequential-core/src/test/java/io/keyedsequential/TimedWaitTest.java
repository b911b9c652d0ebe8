package io.keyedsequential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An operation that waits with a limit, or that is interrupted, goes on, whoever has the permit that it has lent. */
@Timeout(600)
class TimedWaitTest {

    @RegisterExtension
    final Coordinators coordinators = new Coordinators();

    private final CountDownLatch open = new CountDownLatch(1);
    private final CountDownLatch inBody = new CountDownLatch(1);

    private final KeyedCoordinator<String> orders =
            coordinators.add(Coordinators.orders().maxConcurrency(1).closeTimeout(Duration.ZERO));

    /** Runs on the permit that was lent, and does not end before the one that has lent it has gone on. */
    private OperationFuture<Integer> behindTheLatch() {
        return orders.submit("b", () -> {
            inBody.countDown();
            Eventually.await(open);
            return 1;
        });
    }

    @Test
    void aTimedGetComesBackThoughTheOneItWaitsForHasItsPermit() {
        OperationFuture<String> outer = orders.submit("a", () -> {
            try {
                behindTheLatch().get(50, TimeUnit.MILLISECONDS);
                return "no timeout";
            } catch (TimeoutException e) {
                open.countDown();
                return "timed out";
            }
        });
        assertThat(outer.join()).isEqualTo("timed out");
    }

    @Test
    void aWaitForAFutureThatATimeLimitEndsComesBackAndSoDoesOneForADependentOfIt() {
        OperationFuture<String> outer = orders.submit("a", () -> {
            try {
                behindTheLatch()
                        .orTimeout(50, TimeUnit.MILLISECONDS)
                        .thenApply(value -> value)
                        .join();
                return "no timeout";
            } catch (CompletionException e) {
                open.countDown();
                return "timed out";
            }
        });
        assertThat(outer.join()).isEqualTo("timed out");
    }

    /** A cancellation, and the end of a {@code runTimeout}, reach the body though an unrelated operation has its permit. */
    @Test
    void whoCancelsAnOperationThatWaitsForItsPermitLetsItGoOn() {
        CompletableFuture<Integer> elsewhere = new CompletableFuture<>();
        OperationFuture<Integer> outer = orders.submit("a", () -> {
            OperationFuture.lending(elsewhere).join();
            open.countDown();
            return 0;
        });
        Eventually.until("it has lent its permit", () -> permits().lent() == 1);
        CountDownLatch taken = new CountDownLatch(1);
        orders.execute("b", () -> {
            taken.countDown();
            Eventually.await(open);
        });
        Eventually.await(taken);
        elsewhere.complete(1);
        Eventually.until("it wants its permit back", () -> permits().isAwaited());
        outer.cancel(true);
        Eventually.await(open);
    }

    /** The one that it waits for keeps the permit until it has gone on: that must not outlast its time. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anOperationWhoseTimeIsUpWhileItWaitsGoesOnWithoutItsPermit(boolean timedWait) {
        ManualTimer timer = new ManualTimer();
        StripedCoordinator<String> limited = coordinators.add(
                Coordinators.orders()
                        .maxConcurrency(1)
                        .runTimeout(Duration.ofMinutes(1))
                        .closeTimeout(Duration.ZERO),
                timer);
        CountDownLatch begun = new CountDownLatch(1);
        AtomicInteger atWork = new AtomicInteger();
        AtomicInteger ran = new AtomicInteger();
        OperationFuture<?> outer = limited.submit("a", () -> {
            OperationFuture<Integer> inner = limited.submit("b", () -> {
                begun.countDown();
                Eventually.await(open);
                return 1;
            });
            try {
                return timedWait ? inner.get(1, TimeUnit.HOURS) : inner.get();
            } catch (InterruptedException e) {
                limited.execute("c", ran::incrementAndGet);
                atWork.set(limited.stats().active());
                open.countDown();
                throw e;
            }
        });
        Eventually.await(begun);
        timer.pending().get(0).fire(); // that of the outer one, which began first
        assertThatThrownBy(outer::join).hasCauseInstanceOf(TimeoutException.class);
        Eventually.idle(limited);
        assertThat(atWork).hasValue(2); // one more than there are permits
        assertThat(ran).hasValue(1);
    }

    private Permits<?> permits() {
        return ((StripedCoordinator<?>) orders).lanes().permits;
    }

    private boolean hasBegun(OperationFuture<?> future) {
        return orders.running(10).stream().anyMatch(running -> running.id() == future.operationId());
    }

    /** One more is at work than there are permits: it is the only one more, and nothing starts beside it. */
    @Test
    void nothingStartsUntilThePermitHasBeenMadeGood() {
        AtomicInteger atWork = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CountDownLatch goOn = new CountDownLatch(1);
        CountDownLatch over = new CountDownLatch(1);
        OperationFuture<?> outer = orders.submit("a", () -> {
            OperationFuture<Integer> inner = behindTheLatch();
            while (!hasBegun(inner)) { // a wait may end before its permit is taken
                assertThatThrownBy(() -> inner.get(1, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
            }
            over.countDown();
            Eventually.await(goOn);
            return 0;
        });
        Eventually.await(over);
        Eventually.await(inBody); // between its start and that its runner still searches, as far as can be seen
        for (int i = 0; i < 20; i++) {
            orders.execute("k" + i, () -> {
                most.accumulateAndGet(atWork.incrementAndGet(), Math::max);
                atWork.decrementAndGet();
            });
        }
        StructuralCheck.assertSound(orders);
        assertThat(permits().isOverLimit() || orders.stats().active() == 1).isTrue();
        open.countDown(); // b ends, its runner makes the permit good and starts nothing
        Eventually.until("made good", () -> permits().taken() == 1);
        assertThat(orders.stats().queued()).isEqualTo(20);
        StructuralCheck.assertSound(orders);
        goOn.countDown();
        outer.join();
        Eventually.idle(orders);
        assertThat(most).hasValue(1);
    }

    @Test
    void aTimedGetThatEndsInTimeHasItsPermit() {
        OperationFuture<String> outer = orders.submit("a", () -> {
            Integer value = orders.submit("b", () -> 1).get(1, TimeUnit.HOURS);
            return value + " over " + permits().isOverLimit();
        });
        assertThat(outer.join()).isEqualTo("1 over false");
        assertThat(orders.submit("a", () -> orders.submit("b", () -> 2).get(Long.MAX_VALUE, TimeUnit.DAYS))
                        .join())
                .isEqualTo(2);
    }
}
