package io.keyedsequential;

import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** Two bodies on one thread, of which the first may be interrupted: two operations, or two attempts of one. */
final class Interrupted {

    private final ConcurrentLinkedQueue<Runnable> runners = new ConcurrentLinkedQueue<>();
    private final StripedCoordinator<String> coordinator;
    private final OperationFuture<String> first;
    private volatile @Nullable Runnable limit;
    private int bodies;
    private boolean stray;

    private Interrupted(boolean limited) {
        CoordinatorOptions.Builder options =
                CoordinatorOptions.builder().maxConcurrency(1).window(0).executor(runners::add);
        if (limited) {
            options.runTimeout(Duration.ofHours(1))
                    .retryPolicy(RetryPolicy.builder()
                            .maxAttempts(2)
                            .backoff(Duration.ZERO)
                            .build());
        }
        coordinator = new StripedCoordinator<>("engine", options.build(), Engine.clockwork(this::after));
        first = coordinator.submit("a", this::body);
        if (!limited) {
            coordinator.execute("a", this::body);
        }
    }

    /** Two operations, the first of which is cancelled. */
    static Interrupted withoutLimit() {
        return new Interrupted(false);
    }

    /** Two attempts, the first of which fails while its time is up. */
    static Interrupted withLimit() {
        return new Interrupted(true);
    }

    private Timer.Scheduled after(long nanos, Runnable action) {
        if (limit == null) {
            limit = action; // of the first attempt
        }
        return () -> {};
    }

    /** The second body looks a moment for an interrupt that was meant for the first. */
    private String body() {
        if (++bodies == 1) {
            if (limit != null) {
                throw new IllegalStateException("the first attempt fails");
            }
            return "first";
        }
        for (int i = 0; i < 100; i++) {
            Thread.onSpinWait();
            stray |= Thread.currentThread().isInterrupted();
        }
        return "second";
    }

    /** Runs both bodies; whether the second was interrupted. */
    boolean runBoth() {
        for (Runnable runner = runners.poll(); runner != null; runner = runners.poll()) {
            runner.run();
        }
        // The first is not run if it was cancelled before it started.
        return stray;
    }

    boolean firstWentWell() {
        return first.isDone() && !first.isCompletedExceptionally();
    }

    void cancelFirst() {
        first.cancel(true);
    }

    /** Waits until the attempt has begun, then says that it has lasted too long. */
    void timeIsUp() {
        Runnable set = limit;
        while (set == null) {
            Thread.onSpinWait();
            set = limit;
        }
        set.run();
    }
}
