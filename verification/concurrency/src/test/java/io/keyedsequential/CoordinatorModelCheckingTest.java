package io.keyedsequential;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jetbrains.lincheck.Lincheck;
import org.jetbrains.lincheck.LincheckAssertionError;
import org.junit.jupiter.api.Test;

/**
 * The whole coordinator, a thread for every runner, under Lincheck: the real {@link Runner}, {@link Dispatcher},
 * {@link BlockedCallers} and {@link IdleWatch} in schedules that Lincheck chooses. A thread that waits for ever fails the
 * test as a deadlock.
 *
 * <p>What it cannot see: weak memory; what is due at a time, since time stands still and no timer fires: time-outs, an
 * executor that refuses, one that loses a runner. Every schedule takes milliseconds, so there are hundreds and not
 * millions of them.
 */
class CoordinatorModelCheckingTest {

    private static final int SCHEDULES = Integer.getInteger("lincheck.schedules", 15);
    private static final int MOST_TRIES = 10;
    private static final Duration LONG = Duration.ofHours(1);

    /** Time stands still: a thread that waits for a time would go round for ever in schedules that never end. */
    private static final Timer NEVER = (nanos, action) -> () -> {};

    @Test
    void aProducerThatWaitsForRoomIsAdmitted() {
        inSchedules(() -> {
            Threads threads = new Threads(1, 1);
            threads.act(
                    engine -> engine.execute("a", () -> {}),
                    engine -> engine.execute("a", () -> {}),
                    engine -> engine.execute("b", () -> {}));
            threads.expect(3, 0);
        });
    }

    @Test
    void aStageEndsItsOperationOnce() {
        inSchedules(() -> {
            Threads threads = new Threads(1, 4);
            CompletableFuture<String> stage = new CompletableFuture<>();
            threads.act(
                    engine -> {
                        engine.submitAsync("a", () -> stage);
                        engine.execute("a", () -> {});
                    },
                    engine -> stage.complete("done"));
            threads.expect(2, 0);
        });
    }

    @Test
    void aCallerThatFindsAStageInItsWayIsLetIn() {
        inSchedules(() -> {
            Threads threads = new Threads(1, 1);
            CompletableFuture<String> stage = new CompletableFuture<>();
            threads.act(
                    engine -> engine.submitAsync("a", () -> stage),
                    engine -> stage.complete("done"),
                    engine -> engine.execute("b", () -> {}));
            threads.expect(2, 0);
        });
    }

    @Test
    void aCancelledOperationRunsOrIsWithdrawn() {
        inSchedules(() -> {
            Threads threads = new Threads(1, 4);
            int[] ran = new int[1];
            threads.engine.execute("a", () -> {});
            OperationFuture<Integer> cancelled = threads.engine.submit("a", () -> ++ran[0]);
            threads.act(engine -> cancelled.cancel(false));
            threads.expect(1 + ran[0], 1 - ran[0]);
        });
    }

    @Test
    void aTurnAndARunnerShareAKey() {
        inSchedules(() -> {
            Threads threads = new Threads(2, 4);
            int[] plain = new int[1];
            threads.act(engine -> engine.call("a", () -> plain[0]++), engine -> engine.execute("a", () -> plain[0]++));
            threads.expect(2, 0);
            require(plain[0] == 2, "two operations of one key overlapped");
        });
    }

    @Test
    void pausingAndResumingLosesNothing() {
        inSchedules(() -> {
            Threads threads = new Threads(1, 4);
            threads.act(
                    engine -> {
                        engine.pauseKey("a");
                        engine.resumeKey("a");
                    },
                    engine -> {
                        engine.execute("a", () -> {});
                        engine.execute("a", () -> {});
                    });
            threads.expect(2, 0);
        });
    }

    @Test
    void whoeverAwaitsIdlenessIsTold() {
        inSchedules(() -> {
            Threads threads = new Threads(1, 4);
            threads.engine.execute("a", () -> {});
            threads.act(engine -> require(engine.awaitIdle(LONG), "awaitIdle gave up"));
            threads.expect(1, 0);
        });
    }

    /**
     * Lincheck gives up a schedule that takes thirty seconds, and rewriting the classes that a schedule is the first to use
     * takes as long on a busy machine. It then has no interleaving to show, as it has for every deadlock and livelock that it
     * finds. The next try finds these classes rewritten; a schedule that does hang, unseen by Lincheck, does so every time.
     */
    private static void inSchedules(Runnable test) {
        for (int tries = 1; ; tries++) {
            try {
                Lincheck.runConcurrentTest(SCHEDULES, test);
                return;
            } catch (LincheckAssertionError e) {
                if (tries == MOST_TRIES || !tookTooLong(e)) {
                    throw e;
                }
            }
        }
    }

    private static boolean tookTooLong(LincheckAssertionError error) {
        String message = String.valueOf(error.getMessage());
        return message.contains("has hung") && !message.contains("interleaving");
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalStateException(message);
        }
    }

    private interface Action {
        void on(StripedCoordinator<String> engine);
    }

    /** An engine that starts a thread for every runner, and those who use it. */
    private static final class Threads {

        final StripedCoordinator<String> engine;
        private final List<Thread> runners = new ArrayList<>();

        Threads(int maxConcurrency, int capacity) {
            CoordinatorOptions options = KeyedCoordinator.<String>builder("engine")
                    .maxConcurrency(maxConcurrency)
                    .capacity(capacity)
                    .fairScheduling(true)
                    .capacityPerKey(capacity)
                    .blockTimeout(LONG)
                    .window(0)
                    .executor(this::start)
                    .toOptions();
            this.engine = new StripedCoordinator<>(
                    "engine",
                    options,
                    new AtomParts.Clockwork(
                            NEVER, NEVER, NEVER, new SpareThreads("engine", 0, LONG.toNanos()), () -> 0));
        }

        private void start(Runnable runner) {
            Thread thread = new Thread(runner);
            synchronized (runners) {
                runners.add(thread);
            }
            thread.start();
        }

        /** Runs the actions at once and waits for them and for every runner. */
        void act(Action... actions) {
            List<Thread> actors = new ArrayList<>();
            for (Action action : actions) {
                actors.add(new Thread(() -> action.on(engine)));
            }
            for (Thread actor : actors) {
                actor.start();
            }
            for (Thread actor : actors) {
                join(actor);
            }
            for (int i = 0; i < runners.size(); i++) {
                join(runners.get(i));
            }
        }

        private static void join(Thread thread) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        void expect(long completed, long cancelled) {
            CoordinatorStats stats = engine.stats();
            require(stats.completed() == completed && stats.cancelled() == cancelled, stats.toString());
            List<String> found = StructuralInvariants.violationsAtRest(engine.lanes(), engine.options());
            require(found.isEmpty(), found.toString());
        }
    }
}
