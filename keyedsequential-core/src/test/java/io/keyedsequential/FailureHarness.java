package io.keyedsequential;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Atoms whose operations fail on purpose: runners run on demand, and time passes when the test says so. After the test each
 * atom must be whole, idle, and still be whole once it is closed.
 */
final class FailureHarness implements AfterEachCallback {

    final ManualExecutor executor = new ManualExecutor();
    final HandTimer timer = new HandTimer();
    final Events events = new Events();
    final List<String> ran = new CopyOnWriteArrayList<>();

    private final List<StripedCoordinator<String>> made = new ArrayList<>();

    /** One permit, three attempts with a backoff of exactly 100 and then 200 ms; the rest is for the test to say. */
    StripedCoordinator<String> make(Consumer<KeyedCoordinator.Builder<String>> options) {
        KeyedCoordinator.Builder<String> builder = Coordinators.orders()
                .maxConcurrency(1)
                .executor(executor)
                .listener(events)
                .closeTimeout(Duration.ZERO)
                .retryPolicy(attempts(3));
        options.accept(builder);
        StripedCoordinator<String> coordinator =
                new StripedCoordinator<>("orders", builder.toOptions(), Clockworks.of(timer));
        made.add(coordinator);
        return coordinator;
    }

    static RetryPolicy attempts(int most) {
        return RetryPolicy.builder()
                .maxAttempts(most)
                .backoff(Duration.ofMillis(100))
                .jitter(0)
                .build();
    }

    /** A body that notes every attempt and fails the first ones. */
    Body failing(String name, int times) {
        return new Body(name, times, new IllegalStateException(name));
    }

    /** A body that fails until it is told otherwise. */
    Body broken(String name) {
        return failing(name, Integer.MAX_VALUE);
    }

    Body good(String name) {
        return failing(name, 0);
    }

    /** A body that notes its name; its stage is the given one at first, and afterwards one that is complete. */
    Supplier<CompletableFuture<String>> failingStage(String name, CompletableFuture<String> first) {
        Deque<CompletableFuture<String>> stages = new ArrayDeque<>(List.of(first));
        return () -> {
            ran.add(name);
            CompletableFuture<String> stage = stages.poll();
            return stage == null ? CompletableFuture.completedFuture(name) : stage;
        };
    }

    /** Runs everything that is handed over. */
    void run() {
        executor.runAll();
    }

    /** Lets the time pass of everything that is scheduled now, then runs what comes of it. */
    void elapse() {
        timer.fireAll();
        executor.runAll();
    }

    @Override
    public void afterEach(ExtensionContext context) {
        if (context.getExecutionException().isPresent()) {
            return;
        }
        for (StripedCoordinator<String> coordinator : made) {
            StructuralCheck.assertIdle(coordinator);
            coordinator.close();
            executor.runAll();
            StructuralCheck.assertIdle(coordinator);
        }
    }

    /** What an operation does. Notes its name and the attempt that its context tells. */
    final class Body implements Runnable, java.util.concurrent.Callable<String> {

        final String name;
        final RuntimeException error;
        private volatile int failuresLeft;

        Body(String name, int times, RuntimeException error) {
            this.name = name;
            this.failuresLeft = times;
            this.error = error;
        }

        /** From now on it succeeds. */
        void mend() {
            failuresLeft = 0;
        }

        @Override
        public void run() {
            ran.add(name + "#"
                    + OperationContext.current().map(OperationContext::attempt).orElse(-1));
            if (failuresLeft > 0) {
                failuresLeft--;
                throw error;
            }
        }

        @Override
        public String call() {
            run();
            return name;
        }
    }

    /** Runs what is scheduled on demand, on the thread that asks. */
    static final class HandTimer implements Timer {

        private final List<Runnable> due = new ArrayList<>();

        /** The delays in milliseconds, in the order in which they were asked for. */
        final List<Long> delays = new ArrayList<>();

        @Override
        public synchronized Scheduled after(long nanos, Runnable action) {
            delays.add(nanos / 1_000_000);
            due.add(action);
            return () -> cancel(action);
        }

        private synchronized void cancel(Runnable action) {
            due.remove(action);
        }

        synchronized int size() {
            return due.size();
        }

        private synchronized List<Runnable> takeAll() {
            List<Runnable> taken = List.copyOf(due);
            due.clear();
            return taken;
        }

        void fireAll() {
            takeAll().forEach(Runnable::run);
        }
    }

    /** A listener that keeps what it is told as short lines, in the order of arrival, and the snapshots beside. */
    static final class Events implements CoordinatorListener {

        final List<String> told = new CopyOnWriteArrayList<>();
        final List<OperationSnapshot> shown = new CopyOnWriteArrayList<>();

        /** What to do when a line is told; for a listener that interferes. */
        volatile Consumer<String> then = line -> {};

        private void tell(String what, OperationSnapshot operation, String rest) {
            String line = what + " " + operation.id() + "#" + operation.attempt() + rest;
            told.add(line);
            shown.add(operation);
            then.accept(line);
        }

        @Override
        public void operationStarted(String atom, OperationSnapshot operation) {
            tell("started", operation, "");
        }

        @Override
        public void operationFinished(String atom, OperationSnapshot operation) {
            tell("finished", operation, " " + operation.state());
        }

        @Override
        public void operationBackingOff(String atom, OperationSnapshot operation, Duration delay) {
            tell("backingOff", operation, " " + delay.toMillis());
        }

        @Override
        public void operationParked(String atom, OperationSnapshot operation) {
            tell("parked", operation, "");
        }

        @Override
        public void keyReleased(String atom, OperationSnapshot operation) {
            tell("released", operation, "");
        }

        @Override
        public void atomHalted(String atom, OperationSnapshot operation, Throwable failure) {
            tell("halted", operation, " " + failure.getMessage());
        }
    }
}
