package io.keyedsequential;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyedsequential.OperationTimes.Sum;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The sums of times: what each ended operation adds to them, and which maxima they remember. */
@Timeout(600)
class TimesTest {

    @RegisterExtension
    final Coordinators coordinators = new Coordinators();

    /** What a listener that is told of each end adds up. */
    private static final class Adding implements CoordinatorListener {

        private final long[] counts = new long[4];
        private final long[] totals = new long[4];
        private final long[] maxima = new long[4];

        @Override
        public synchronized void operationTimed(String atom, OperationState outcome, long waitNanos, long runNanos) {
            add(
                    switch (outcome) {
                        case COMPLETED -> 0;
                        case FAILED -> 1;
                        default -> 2;
                    },
                    runNanos);
            add(3, waitNanos);
        }

        private void add(int kind, long nanos) {
            counts[kind]++;
            totals[kind] += nanos;
            maxima[kind] = Math.max(maxima[kind], nanos);
        }

        private synchronized Sum sum(int kind) {
            return new Sum(counts[kind], totals[kind], maxima[kind]);
        }

        private OperationTimes toTimes() {
            return new OperationTimes(sum(0), sum(1), sum(2), sum(3));
        }
    }

    @Test
    void everyEndIsAddedWhereverItComes() throws Exception {
        Adding adding = new Adding();
        KeyedCoordinator<String> orders = coordinators.add(Coordinators.orders()
                .maxConcurrency(2)
                .queueTimeout(Duration.ofDays(1))
                .listener(adding));
        orders.execute("a", () -> {});
        orders.call("a", () -> "turn");
        orders.submit("a", () -> {
            throw new IllegalStateException("broken");
        });
        CompletableFuture<String> stage = new CompletableFuture<>();
        OperationFuture<String> staged = orders.submitAsync("a", () -> stage);
        CompletableFuture<String> never = new CompletableFuture<>();
        OperationFuture<String> given = orders.submitAsync("b", () -> never);
        Eventually.until("both stages are awaited", () -> orders.stats().awaiting() == 2);
        orders.submit("b", () -> "taken out").cancel(false);
        orders.submitLatest("b", Coalescing.latest("figures"), () -> "replaced");
        orders.submitLatest("b", Coalescing.latest("figures"), () -> "the latest");
        stage.complete("");
        staged.join();
        assertThat(orders.abandon(given.operationId())).isTrue();
        Eventually.idle(orders);

        OperationTimes times = orders.times();
        assertThat(times).isEqualTo(adding.toTimes());
        assertThat(times.completed().count()).isEqualTo(4);
        assertThat(times.failed().count()).isEqualTo(2);
        assertThat(times.cancelled().count()).isEqualTo(2);
        assertThat(times.waited().count()).isEqualTo(8);
    }

    @Test
    void slotsThatGoLeaveTheirSums() throws Exception {
        Adding adding = new Adding();
        KeyedCoordinator<Integer> orders = coordinators.add(
                KeyedCoordinator.<Integer>builder("orders").maxConcurrency(300).listener(adding));
        CountDownLatch all = new CountDownLatch(300);
        List<OperationFuture<String>> futures = new ArrayList<>();
        for (int key = 0; key < 300; key++) {
            futures.add(orders.submit(key, () -> {
                all.countDown();
                all.await();
                return "";
            }));
        }
        futures.forEach(OperationFuture::join);
        Eventually.idle(orders);
        for (int key = 0; key < 300; key++) {
            orders.submit(key, () -> "").get();
        }
        Eventually.idle(orders);

        assertThat(((StripedCoordinator<Integer>) orders).lanes().permits.slots())
                .hasSizeLessThan(300);
        assertThat(orders.times()).isEqualTo(adding.toTimes());
    }

    @Test
    void aMaximumIsRememberedForOneToTwoMinutes() {
        Permits<String> permits = new Permits<>(new MessageNames("orders", null), 2);
        AtomicLong now = new AtomicLong(Duration.ofSeconds(-30).toNanos());
        Times times = new Times(permits, now::get);
        Slot<String> slot = permits.takeForTurn();
        Slot<String> other = permits.takeForTurn();
        times.ended(slot, ended(70));
        times.ended(other, ended(50));
        times.endedAside(ended(60));
        assertThat(times.read().completed()).isEqualTo(new Sum(3, 180, 70));

        now.addAndGet(Duration.ofMinutes(1).toNanos());
        times.ended(other, ended(40));
        assertThat(times.read().completed()).isEqualTo(new Sum(4, 220, 70));
        times.ended(other, ended(30));
        assertThat(times.read().completed()).as("of the window before").isEqualTo(new Sum(5, 250, 70));

        now.addAndGet(Duration.ofMinutes(1).toNanos());
        assertThat(times.read().completed()).as("of that after it").isEqualTo(new Sum(5, 250, 30));

        now.addAndGet(Duration.ofMinutes(1).toNanos());
        assertThat(times.read().completed()).isEqualTo(new Sum(5, 250, 0));
    }

    private static Operation<String> ended(long ranNanos) {
        Operation<String> operation = new PlainOperation<>("a", () -> {}, 1);
        operation.startedAt = 1;
        operation.end(Operation.COMPLETED, null, 1 + ranNanos);
        return operation;
    }
}
