package io.keyedsequential;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a listener is told of times, and that nothing else is made for one that wants nothing else. */
@Timeout(600)
class TimedListenerTest {

    @RegisterExtension
    final Coordinators coordinators = new Coordinators();

    private final ManualExecutor executor = new ManualExecutor();
    private final List<String> heard = new CopyOnWriteArrayList<>();

    /** Overrides what it is told of, and nothing else. */
    private class Timing implements CoordinatorListener {

        @Override
        public void operationTimed(String atom, OperationState outcome, long waitNanos, long runNanos) {
            String waited = waitNanos < 0 ? " waited less than nothing" : "";
            heard.add(atom + " " + outcome + (runNanos > 0 ? " ran" : " did not run") + waited);
        }
    }

    private class TimingByInheritance extends Timing {}

    private static class Named implements Runnable, NamedOperation {

        private final AtomicInteger asked = new AtomicInteger();

        @Override
        public void run() {}

        @Override
        public String operationName() {
            asked.incrementAndGet();
            return "named";
        }
    }

    private KeyedCoordinator<String> orders() {
        return coordinators.add(Coordinators.orders().executor(executor));
    }

    private int timesAskedForItsName(KeyedCoordinator<String> orders) {
        Named body = new Named();
        orders.execute("a", body);
        executor.runAll();
        return body.asked.get();
    }

    @Test
    void everyEndIsTimedWithItsOutcome() {
        KeyedCoordinator<String> orders = orders();
        orders.addListener(new TimingByInheritance());
        orders.execute("a", TimedListenerTest::busy);
        Future<?> failing = orders.submit("a", () -> {
            busy();
            throw new IllegalStateException("broken");
        });
        Future<?> withdrawn = orders.submit("a", () -> "never");
        withdrawn.cancel(false);
        executor.runAll();
        assertThat(heard).containsExactly("orders CANCELLED did not run", "orders COMPLETED ran", "orders FAILED ran");
        assertThat(failing).isDone();
    }

    /** Until the clock has moved. */
    private static void busy() {
        long begin = System.nanoTime();
        while (System.nanoTime() == begin) {
            Thread.onSpinWait();
        }
    }

    @Test
    void turnsAndStagesAreTimedToo() throws Exception {
        KeyedCoordinator<String> orders = coordinators.add(Coordinators.orders());
        orders.addListener(new Timing());
        orders.call("a", () -> {
            busy();
            return "";
        });
        CompletableFuture<String> stage = new CompletableFuture<>();
        OperationFuture<String> held = orders.submitAsync("a", () -> stage);
        Eventually.until("the stage is awaited", () -> orders.stats().awaiting() == 1);
        stage.complete("");
        held.join();
        Eventually.idle(orders);
        assertThat(heard).containsExactly("orders COMPLETED ran", "orders COMPLETED ran");
    }

    @Test
    void theTimesAreThoseOfTheViewAlsoAfterSeveralAttempts() {
        List<Duration> timed = new CopyOnWriteArrayList<>();
        List<Duration> viewed = new CopyOnWriteArrayList<>();
        KeyedCoordinator<String> orders = coordinators.add(Coordinators.orders()
                .retryPolicy(RetryPolicy.builder()
                        .maxAttempts(2)
                        .backoff(Duration.ofMillis(1))
                        .build())
                .listener(new CoordinatorListener() {
                    @Override
                    public void operationTimed(String atom, OperationState outcome, long waitNanos, long runNanos) {
                        timed.add(Duration.ofNanos(waitNanos));
                        timed.add(Duration.ofNanos(runNanos));
                    }

                    @Override
                    public void operationFinished(String atom, OperationSnapshot operation) {
                        viewed.add(operation.waitTime());
                        viewed.add(operation.runTime());
                    }
                }));
        orders.execute("a", TimedListenerTest::busy);
        AtomicInteger attempts = new AtomicInteger();
        orders.execute("a", () -> {
            busy();
            if (attempts.incrementAndGet() == 1) {
                throw new IllegalStateException("once");
            }
        });
        Eventually.idle(orders);
        assertThat(attempts).hasValue(2);
        assertThat(timed).hasSize(4).isEqualTo(viewed);
    }

    @Test
    void noViewIsMadeForAListenerThatOnlyTimes() {
        int unheard = timesAskedForItsName(orders());
        KeyedCoordinator<String> timed = orders();
        timed.addListener(new Timing());
        assertThat(timesAskedForItsName(timed)).isEqualTo(unheard);
        assertThat(heard).hasSize(1);
        timed.addListener(new Recorder());
        assertThat(timesAskedForItsName(timed)).isGreaterThan(unheard);
    }

    @Test
    void aListenerThatThrowsIsContained() {
        KeyedCoordinator<String> orders = orders();
        orders.addListener(new CoordinatorListener() {
            @Override
            public void operationTimed(String atom, OperationState outcome, long waitNanos, long runNanos) {
                throw new IllegalStateException("deaf");
            }
        });
        orders.addListener(new Timing());
        orders.execute("a", TimedListenerTest::busy);
        orders.execute("b", TimedListenerTest::busy);
        executor.runAll();
        assertThat(heard).hasSize(2);
        assertThat(orders.stats().completed()).isEqualTo(2);
    }
}
