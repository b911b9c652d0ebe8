package io.keyedsequential;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the engine lets go of. The coordinator itself stays reachable throughout. */
@Timeout(600)
class ReachabilityTest {

    @RegisterExtension
    final Coordinators coordinators = new Coordinators();

    private final ReferenceQueue<Object> collected = new ReferenceQueue<>();
    private final List<Reference<?>> watched = new ArrayList<>();
    private final ManualExecutor executor = new ManualExecutor();

    private <T> T watch(T object) {
        watched.add(new WeakReference<>(object, collected));
        return object;
    }

    private void assertAllCollected() throws InterruptedException {
        Set<Reference<?>> missing = new HashSet<>(watched);
        long end = System.nanoTime() + Eventually.DEADLINE.toNanos();
        while (!missing.isEmpty() && System.nanoTime() - end < 0) {
            System.gc();
            Reference<?> gone = collected.remove(50);
            while (gone != null) {
                missing.remove(gone);
                gone = collected.poll();
            }
        }
        assertThat(missing.stream().map(Reference::get)).as("still reachable").isEmpty();
    }

    /** A body of its own for every call, which refers to its payload. */
    private static final class Body implements Runnable, java.util.concurrent.Callable<Object> {
        private final Object payload;

        Body(Object payload) {
            this.payload = payload;
        }

        @Override
        public void run() {
            assertThat(payload).isNotNull();
        }

        @Override
        public Object call() {
            return new byte[payload.hashCode() & 1];
        }
    }

    private Body body() {
        return watch(new Body(watch(new Object())));
    }

    @Test
    void aFinishedOperationInTheWindowHoldsNeitherBodyNorPayloadNorFuture() throws Exception {
        KeyedCoordinator<String> orders = coordinators.add(Coordinators.orders().executor(executor));
        enqueue(orders);
        executor.runAll();
        assertThat(orders.snapshot()).hasSize(10);
        assertAllCollected();
        assertThat(orders.stats().completed()).isEqualTo(10);
    }

    private void enqueue(KeyedCoordinator<String> orders) {
        for (int i = 0; i < 2; i++) {
            orders.execute("a", body());
            Body told = body();
            orders.execute("a", body(), watch((OperationEnd) (id, failure) -> told.run()));
            watch(orders.submit("a", body()));
            Body inner = body();
            watch(orders.submitAsync("b", () -> CompletableFuture.completedFuture(inner.call())));
            orders.call("c", (java.util.concurrent.Callable<Object>) body());
        }
    }

    @Test
    void anOperationEndedByItsStageHoldsNeitherBodyNorResult() throws Exception {
        KeyedCoordinator<String> orders = coordinators.add(Coordinators.orders().executor(executor));
        endByStage(orders);
        assertAllCollected();
        assertThat(orders.stats().completed()).isEqualTo(1);
    }

    private void endByStage(KeyedCoordinator<String> orders) {
        CompletableFuture<Object> stage = watch(new CompletableFuture<>());
        Body body = body();
        watch(orders.submitAsync("a", () -> {
            body.run();
            return stage;
        }));
        executor.runAll();
        stage.complete(watch(new Object()));
    }

    @Test
    void timersThatAreLongHoldNothingOfWhatHasEnded() throws Exception {
        KeyedCoordinator<String> orders = coordinators.add(Coordinators.orders()
                .executor(executor)
                .runTimeout(Duration.ofHours(1))
                .queueTimeout(Duration.ofHours(1)));
        enqueue(orders);
        executor.runAll();
        assertAllCollected();
        assertThat(orders.stats().completed()).isEqualTo(10);
    }

    @Test
    void anOperationCancelledWhileItBacksOffIsHeldByItsTimerWithoutBodyAndFuture() throws Exception {
        ManualTimer timer = new ManualTimer();
        KeyedCoordinator<String> orders = coordinators.add(
                Coordinators.orders()
                        .executor(executor)
                        .retryPolicy(RetryPolicy.builder().maxAttempts(2).build()),
                timer);
        cancelWhileBackingOff(orders);
        assertAllCollected();
        assertThat(timer.pending()).hasSize(1);
        timer.fireAll();
    }

    private void cancelWhileBackingOff(KeyedCoordinator<String> orders) {
        Body body = body();
        OperationFuture<Object> future = watch(orders.submit("a", () -> {
            body.run();
            throw new IllegalStateException("on purpose");
        }));
        executor.runAll();
        assertThat(orders.stats().backingOff()).isEqualTo(1);
        future.cancel(false);
    }

    @Test
    void aCancelledOperationHoldsNeitherBodyNorFuture() throws Exception {
        KeyedCoordinator<String> orders = coordinators.add(Coordinators.orders().executor(executor));
        cancel(orders);
        assertAllCollected();
        assertThat(orders.stats().cancelled()).isEqualTo(2);
        executor.runAll();
    }

    private void cancel(KeyedCoordinator<String> orders) {
        watch(orders.submit("a", body())).cancel(false);
        watch(orders.submitAsync("a", () -> new CompletableFuture<>())).cancel(false);
    }

    @Test
    void aFailedOperationHoldsItsErrorAndNotItsBody() throws Exception {
        KeyedCoordinator<String> orders = coordinators.add(Coordinators.orders().executor(executor));
        fail(orders);
        executor.runAll();
        assertAllCollected();
        assertThat(orders.snapshot())
                .singleElement()
                .extracting(OperationSnapshot::error)
                .isNotNull();
    }

    private void fail(KeyedCoordinator<String> orders) {
        Body body = body();
        watch(orders.submit("a", () -> {
            body.run();
            throw new IllegalStateException();
        }));
    }

    @Test
    void aRejectedOperationIsHeldByNobody() throws Exception {
        KeyedCoordinator<String> orders = coordinators.add(
                Coordinators.orders().executor(executor).capacity(1).blockTimeout(java.time.Duration.ofMillis(1)));
        orders.execute("a", () -> {});
        reject(orders);
        assertAllCollected();
        executor.runAll();
    }

    private void reject(KeyedCoordinator<String> orders) {
        try {
            orders.execute("a", body());
        } catch (RejectedOperationException expected) {
            assertThat(orders.tryExecute("b", body())).isFalse();
        }
    }

    @Test
    void withoutAWindowNothingOfAKeyStaysOnceIdle() throws Exception {
        KeyedCoordinator<Object> orders = coordinators.add(KeyedCoordinator.<Object>builder("orders")
                .executor(executor)
                .maxConcurrency(2)
                .window(0));
        enqueueUnderWatchedKeys(orders);
        executor.runAll();
        assertAllCollected();
        assertThat(orders.stats().admitted()).isEqualTo(40);
    }

    private void enqueueUnderWatchedKeys(KeyedCoordinator<Object> orders) {
        for (int i = 0; i < 10; i++) {
            Object key = watch(new Object());
            orders.execute(key, body());
            watch(orders.submit(key, body()));
            orders.call(watch(new Object()), (java.util.concurrent.Callable<Object>) body());
            orders.submit(watch(new Object()), body()).cancel(false);
            orders.pauseKey(watch(key));
            orders.resumeKey(key);
        }
    }

    @Test
    void aFutureThatIsKeptDoesNotKeepTheCoordinator() throws Exception {
        List<OperationFuture<Object>> kept = futuresOfAForgottenCoordinator();
        assertAllCollected();
        assertThat(kept).allMatch(OperationFuture::isDone);
    }

    private List<OperationFuture<Object>> futuresOfAForgottenCoordinator() {
        KeyedCoordinator<String> orders =
                watch(Coordinators.orders().executor(new ManualExecutor()).build());
        ManualExecutor own = (ManualExecutor) orders.options().executor();
        OperationFuture<Object> completed = orders.submit("a", body());
        own.runAll();
        OperationFuture<Object> cancelled = orders.submit("a", body());
        cancelled.cancel(false);
        own.runAll();
        return List.of(completed, cancelled);
    }

    @Test
    void aFutureThatIsKeptDoesNotKeepTheOperationsAfterIt() throws Exception {
        record Key(String name) {} // equal, and another object for every operation
        KeyedCoordinator<Key> orders = coordinators.add(KeyedCoordinator.<Key>builder("orders")
                .executor(executor)
                .maxConcurrency(1)
                .window(0));
        OperationFuture<Integer> kept = orders.submit(new Key("a"), () -> 1);
        for (int i = 0; i < 200; i++) {
            orders.execute(watch(new Key("a")), body());
            watch(orders.submit(watch(new Key("a")), body()));
        }
        executor.runAll();
        assertAllCollected();
        assertThat(kept).isDone();
    }

    @Test
    void aFinishedTurnInTheWindowDoesNotHoldTheThreadThatTookIt() throws Exception {
        KeyedCoordinator<String> orders = coordinators.add(Coordinators.orders().executor(executor));
        takeTurnOnAThreadThatEnds(orders);
        assertThat(orders.snapshot()).hasSize(1);
        assertAllCollected();
    }

    private void takeTurnOnAThreadThatEnds(KeyedCoordinator<String> orders) throws InterruptedException {
        Thread thread = watch(new Thread(() -> orders.call("a", () -> 1)));
        thread.start();
        thread.join();
    }
}
