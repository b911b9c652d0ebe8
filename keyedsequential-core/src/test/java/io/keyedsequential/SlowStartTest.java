package io.keyedsequential;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** An executor that takes long to begin what it was given: all permits come into use in two such delays. */
@Timeout(600)
class SlowStartTest {

    private static final int PERMITS = 8;

    @RegisterExtension
    final Coordinators coordinators = new Coordinators();

    private final AtomicLong clock = new AtomicLong();
    private final ManualTimer watch = new ManualTimer();
    private final List<Runnable> handedOver = new ArrayList<>();
    private final CountDownLatch open = new CountDownLatch(1);
    private final AtomicInteger atWork = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();
    private final List<Thread> threads = new ArrayList<>();

    private boolean refuses;

    private final StripedCoordinator<String> orders = coordinators.add(new StripedCoordinator<>(
            "orders",
            Coordinators.orders().maxConcurrency(PERMITS).executor(this::take).toOptions(),
            Clockworks.of(new ManualTimer(), watch, clock::get)));

    private synchronized void take(Runnable runner) {
        if (refuses) {
            throw new RejectedExecutionException("no thread");
        }
        handedOver.add(runner);
    }

    private synchronized int pending() {
        return handedOver.size();
    }

    private synchronized List<Runnable> takeAll() {
        List<Runnable> all = List.copyOf(handedOver);
        handedOver.clear();
        return all;
    }

    private void begin(List<Runnable> runners) {
        for (Runnable runner : runners) {
            Thread thread = new Thread(runner, "pool");
            threads.add(thread);
            thread.start();
        }
    }

    private void oneThatStays() {
        most.accumulateAndGet(atWork.incrementAndGet(), Math::max);
        Eventually.await(open);
        atWork.decrementAndGet();
    }

    @AfterEach
    void everythingEnds() throws InterruptedException {
        open.countDown();
        while (orders.lanes().counts.isAnyAtWork() && !refuses) {
            begin(takeAll());
            Thread.yield();
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private void enqueue(int keys) {
        for (int i = 0; i < keys; i++) {
            orders.execute("k" + i, this::oneThatStays);
        }
    }

    /** The first runner begins late: then there is one for every lane that is ready and every permit. */
    private void beginLate() {
        assertThat(pending()).isEqualTo(1); // nothing is known of it yet
        clock.addAndGet(SlowStart.LONG_NANOS + 1);
        begin(takeAll());
    }

    @Test
    void fromTheSecondOnAsManyRunnersAreOnTheirWayAsLanesAreReady() {
        enqueue(5);
        beginLate();
        Eventually.until("four more are handed over", () -> pending() == 4);
        StructuralCheck.assertSound(orders);
        begin(takeAll());
        Eventually.until("all are at work", () -> atWork.get() == 5);
        assertThat(pending()).isZero();
        StructuralCheck.assertSound(orders);
    }

    @Test
    void neverMoreThanThereArePermits() {
        enqueue(50);
        beginLate();
        Eventually.until("the others are handed over", () -> pending() == PERMITS - 1);
        begin(takeAll());
        Eventually.until("all are at work", () -> atWork.get() == PERMITS);
        assertThat(pending()).isZero();
        open.countDown();
        Eventually.until("all has run", () -> {
            begin(takeAll());
            return orders.stats().completed() == 50;
        });
        assertThat(most).hasValue(PERMITS);
    }

    @Test
    void aProducerHasOneHandedOverForItsLaneWhileOthersArePending() {
        enqueue(2);
        beginLate();
        Eventually.until("the second", () -> pending() == 1);
        orders.execute("another", this::oneThatStays);
        orders.execute("and another", this::oneThatStays);
        orders.execute("and another", this::oneThatStays); // no lane more
        Eventually.until("one for each lane", () -> pending() == 3);
        StructuralCheck.assertSound(orders);
    }

    @Test
    void whereOneBeginsQuicklyThereIsOneAtATimeAgain() {
        enqueue(3);
        beginLate();
        Eventually.until("two more", () -> pending() == 2);
        begin(takeAll()); // the clock stands still
        Eventually.until("all are at work", () -> atWork.get() == 3);
        enqueueMore(4);
        assertThat(pending()).isEqualTo(1);
    }

    private void enqueueMore(int keys) {
        for (int i = 0; i < keys; i++) {
            orders.execute("more" + i, this::oneThatStays);
        }
    }

    @Test
    void severalThatAreLostAreAllHandedOverAgain() {
        enqueue(4);
        beginLate();
        Eventually.until("three more", () -> pending() == 3);
        takeAll(); // lost
        watch.only().fire(); // sees them for the first time
        watch.only().fire();
        Eventually.until("all three are handed over again", () -> pending() == 3);
        begin(takeAll());
        Eventually.until("all are at work", () -> atWork.get() == 4);
        StructuralCheck.assertSound(orders);
    }

    /** Each of them has a permit, and one of those was lent. */
    @Test
    void anOperationThatWantsItsPermitBackTakesItFromOneOfThem() throws Exception {
        orders.setMaxConcurrency(2);
        CountDownLatch waited = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        orders.execute("outer", () -> {
            OperationFuture<Integer> inner = orders.submit("inner", () -> 1);
            orders.execute("k1", this::oneThatStays);
            orders.execute("k2", this::oneThatStays);
            inner.cancel(false);
            OperationFuture.lending(new CompletableFuture<Integer>().completeOnTimeout(1, 1, TimeUnit.MILLISECONDS))
                    .join(); // lends, and wants it back without a limit
            waited.countDown();
            Eventually.await(goOn);
        });
        beginLate();
        assertThat(waited.await(Eventually.DEADLINE.toNanos(), TimeUnit.NANOSECONDS))
                .isTrue();
        StructuralCheck.assertSound(orders);
        goOn.countDown();
    }

    @Test
    void whatIsRefusedGivesItsPermitBackAndIsTriedAgain() {
        enqueue(4);
        synchronized (this) {
            refuses = true;
        }
        clock.addAndGet(SlowStart.LONG_NANOS + 1);
        begin(takeAll());
        Eventually.until(
                "only the first has a permit", () -> orders.lanes().permits.taken() == 1 && atWork.get() == 1);
        assertThat(orders.stats().queued()).isEqualTo(3);
        synchronized (this) {
            refuses = false;
        }
        open.countDown(); // the runner that there is takes the others
        Eventually.until("all has run", () -> orders.stats().completed() == 4);
    }
}
