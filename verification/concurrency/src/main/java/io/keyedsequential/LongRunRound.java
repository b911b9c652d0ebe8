package io.keyedsequential;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** One engine with random options, a few callers, one operator, and faults wherever the engine meets other people's code. */
final class LongRunRound {

    private static final int CALLERS = 4;
    private static final int MOST_CONCURRENCY = 4;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final long seed;
    private final StripedCoordinator<String> engine;
    private final LongRun.Witness witness;
    private final int keys;
    private final boolean refusing;
    /** Not bounded: an operation that waits for another one lends its permit, but needs its thread. */
    private final ExecutorService pool = Executors.newCachedThreadPool();

    private final ConcurrentLinkedQueue<CompletableFuture<String>> stages = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<OperationFuture<?>> futures = new ConcurrentLinkedQueue<>();
    private volatile boolean over;

    LongRunRound(long seed) {
        this.seed = seed;
        Random random = new Random(seed);
        int capacity = 1 + random.nextInt(40);
        int perKey = random.nextInt(3) == 0 ? 2 : 1;
        this.keys = 1 + random.nextInt(6);
        this.refusing = random.nextBoolean();
        this.witness = new LongRun.Witness(perKey, MOST_CONCURRENCY);
        KeyedCoordinator.Builder<String> builder = KeyedCoordinator.<String>builder("round");
        failuresAndTime(builder, random);
        this.engine = (StripedCoordinator<String>) builder.maxConcurrency(1 + random.nextInt(MOST_CONCURRENCY))
                .perKeyConcurrency(perKey)
                .capacity(capacity)
                .capacityPerKey(1 + random.nextInt(capacity))
                .fairScheduling(random.nextInt(3) == 0)
                .overflowPolicy(random.nextInt(4) == 0 ? OverflowPolicy.REJECT : OverflowPolicy.BLOCK)
                .executor(this::handOver)
                .listener(new CoordinatorListener() {
                    @Override
                    public void operationFinished(String atom, OperationSnapshot operation) {
                        if (operation.id() % 1_000 == 0) {
                            throw new IllegalStateException("a listener that throws");
                        }
                    }
                })
                .build();
    }

    private void failuresAndTime(KeyedCoordinator.Builder<String> builder, Random random) {
        if (random.nextBoolean()) {
            builder.retryPolicy(RetryPolicy.builder()
                    .maxAttempts(2 + random.nextInt(3))
                    .backoff(Duration.ofNanos(random.nextInt(500_000)))
                    .build());
        }
        builder.exhaustedPolicy(ExhaustedPolicy.values()[random.nextInt(ExhaustedPolicy.values().length)]);
        if (random.nextInt(3) == 0) {
            builder.queueTimeout(Duration.ofMillis(1 + random.nextInt(50)));
        }
        if (random.nextInt(3) == 0) {
            builder.runTimeout(Duration.ofMillis(1 + random.nextInt(5)));
        }
        if (random.nextInt(3) == 0) {
            builder.priority(key -> key.hashCode() & 7);
        }
    }

    long admitted() {
        return engine.stats().admitted();
    }

    @Override
    public String toString() {
        return engine.options() + " " + engine.stats();
    }

    private void handOver(Runnable runner) {
        if (refusing && !over && ThreadLocalRandom.current().nextInt(500) == 0) {
            throw new RejectedExecutionException("a fault");
        }
        pool.execute(runner);
    }

    List<String> run(Duration duration) throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        long end = System.nanoTime() + duration.toNanos();
        for (int i = 0; i < CALLERS; i++) {
            Caller caller = new Caller(i, new Random(31 * seed + i), end);
            threads.add(start("caller-" + i, caller::run));
        }
        Thread operator = start("operator", () -> operate(new Random(31 * seed + CALLERS), threads, end));
        Thread cleaner = start("cleaner", () -> decideTheRest(end));
        Thread completer = start("completer", this::completeStages);
        for (Thread thread : threads) {
            thread.join(PATIENCE.toMillis());
            if (thread.isAlive()) {
                witness.violated(thread.getName() + " is stuck at " + List.of(thread.getStackTrace()));
            }
        }
        operator.join(PATIENCE.toMillis());
        if (!engine.awaitIdle(PATIENCE)) {
            witness.violated("not idle after " + PATIENCE + ": " + engine.stats() + " " + engine.lanes(5));
        }
        over = true;
        cleaner.join(PATIENCE.toMillis());
        completer.join(PATIENCE.toMillis());
        pool.shutdown();
        return check();
    }

    private Thread start(String name, Runnable body) {
        Thread thread = new Thread(body, name);
        thread.setDaemon(true);
        thread.setUncaughtExceptionHandler((t, e) -> witness.violated(t.getName() + " died of " + e));
        thread.start();
        return thread;
    }

    private List<String> check() {
        List<String> found = witness.violations();
        found.addAll(StructuralInvariants.violationsAtRest(engine.lanes(), engine.options()));
        CoordinatorStats stats = engine.stats();
        if (stats.admitted() != stats.completed() + stats.failed() + stats.cancelled()) {
            found.add("the counts do not balance: " + stats);
        }
        futures.stream()
                .filter(future -> !future.isDone())
                .limit(5)
                .forEach(future ->
                        found.add("the future of operation " + future.operationId() + " was never told; last: "
                                + engine.snapshot().stream()
                                        .filter(each -> each.id() >= future.operationId())
                                        .limit(1)
                                        .toList()));
        return found;
    }

    /** Completes stages until the end, on a thread that knows nothing of the engine; some of them with an error. */
    @SuppressWarnings("ThreadPriorityCheck") // it has nothing better to do, and others have
    private void completeStages() {
        Random random = new Random(31 * seed + CALLERS + 1);
        while (!over || !stages.isEmpty()) {
            CompletableFuture<String> stage = stages.poll();
            if (stage == null) {
                Thread.onSpinWait();
                Thread.yield();
            } else if (random.nextInt(5) == 0) {
                stage.completeExceptionally(new IllegalStateException("a stage that fails"));
            } else {
                stage.complete("done");
            }
        }
    }

    private void cancelAny() {
        OperationFuture<?> future = futures.peek();
        if (future != null) {
            future.cancel(true);
        }
    }

    /** After the end, whatever is parked or has halted the atom is decided, until nothing is left. */
    private void decideTheRest(long end) {
        while (System.nanoTime() - end < 0) {
            LockSupport.parkNanos(end - System.nanoTime());
        }
        while (!over) {
            engine.resume();
            engine.skip("nested");
            for (int i = 0; i < keys; i++) {
                engine.skip("k" + i);
            }
            LockSupport.parkNanos(100_000);
        }
    }

    private void operate(Random random, List<Thread> callers, long end) {
        while (System.nanoTime() - end < 0) {
            String key = "k" + random.nextInt(keys);
            switch (random.nextInt(14)) {
                case 8, 9 -> engine.retry(key);
                case 10 -> engine.skip(key);
                case 11 -> engine.purge(key);
                case 12 -> engine.cancel(Math.max(1, admitted() - random.nextInt(20)));
                case 13 -> cancelAny();
                case 0 -> engine.pauseKey(key);
                case 1, 2 -> engine.resumeKey(key);
                case 3 -> engine.pause();
                case 4 -> engine.resume();
                case 5 -> engine.setMaxConcurrency(1 + random.nextInt(MOST_CONCURRENCY));
                case 6 -> callers.get(random.nextInt(callers.size())).interrupt();
                default -> engine.snapshot();
            }
            LockSupport.parkNanos(random.nextInt(500_000)); // it interferes; it is not to be most of the load
            if (random.nextInt(3) == 0) {
                engine.resume();
                for (int i = 0; i < keys; i++) {
                    engine.resumeKey("k" + i);
                }
            }
        }
        engine.resume();
        for (int i = 0; i < keys; i++) {
            engine.resumeKey("k" + i);
        }
    }

    /** A caller: enqueues, takes turns, cancels, and lets its bodies throw, nest and return stages. */
    private final class Caller {

        private final int number;
        private final Random random;
        private final long end;
        private final AtomicLong sequence = new AtomicLong();

        Caller(int number, Random random, long end) {
            this.number = number;
            this.random = random;
            this.end = end;
        }

        void run() {
            while (System.nanoTime() - end < 0) {
                String key = "k" + random.nextInt(keys);
                int fault = random.nextInt(40);
                long next = sequence.incrementAndGet();
                Thread.interrupted(); // what the operator did to the call before
                try {
                    act(random.nextInt(11), key, fault, next);
                } catch (RejectedOperationException | IllegalStateException | IllegalArgumentException e) {
                    // no room or interrupted; a turn whose body threw, or that an operator took out
                } catch (Exception e) {
                    if (!(e instanceof TimeoutException)) { // a turn that came too late, or took too long
                        witness.violated("a call threw " + e);
                    }
                }
            }
        }

        private void act(int choice, String key, int fault, long next) throws Exception {
            switch (choice) {
                case 0, 1, 2 -> engine.execute(key, () -> body(key, fault, next));
                case 3 -> engine.tryExecute(key, () -> body(key, fault, next));
                case 4 -> futures.add(engine.submit(key, () -> body(key, fault, next)));
                case 5 -> futures.add(engine.submitAsync(key, () -> stage(key, fault, next)));
                case 6 -> engine.call(key, () -> body(key, fault, next));
                case 7 -> futures.add(engine.submitLatest(key, coalescing(next), () -> body(key, fault, -1)));
                case 8 -> engine.submit(key, () -> body(key, fault, next)).cancel(true);
                case 9 -> engine.execute(key, () -> body(key, -1 - fault, next)); // which may wait for other keys
                default -> engine.submit(key, () -> body(key, fault, next)).cancel(false);
            }
        }

        private Coalescing coalescing(long next) {
            Coalescing latest = Coalescing.latest("group " + (next & 1));
            return (next & 2) == 0 ? latest : latest.quiet(Duration.ofNanos(200_000), Duration.ofMillis(1));
        }

        private boolean body(String key, int fault, long next) {
            witness.tookPermit();
            witness.began(key, number, next);
            try {
                misbehave(key, fault);
                return true;
            } finally {
                witness.ended(key);
                witness.gavePermit();
            }
        }

        private CompletableFuture<String> stage(String key, int fault, long next) {
            witness.tookPermit();
            witness.began(key, number, next);
            boolean returned = false;
            try {
                misbehave(key, fault);
                CompletableFuture<String> stage = new CompletableFuture<>();
                // The witness is told first: dependents run last come, first served.
                CompletableFuture<String> told = stage.whenComplete((result, failure) -> witness.ended(key));
                stages.add(stage);
                returned = true;
                return told;
            } finally {
                if (!returned) {
                    witness.ended(key);
                }
                witness.gavePermit();
            }
        }

        private void misbehave(String key, int fault) {
            switch (fault) {
                case 0 -> throw new IllegalStateException("a body that throws");
                case 1 -> throw new IllegalStateException("a body that throws", new StackOverflowError());
                case 2 -> Thread.currentThread().interrupt();
                case 3 -> engine.execute("nested", () -> {});
                case 4 -> engine.call(key, () -> fault);
                case 5 -> throw new IllegalArgumentException("a body that throws otherwise");
                default -> {
                    if (fault < 0) {
                        waitForAnother(-fault);
                    }
                }
            }
        }

        /** Waits for an operation of any key, which may close a circle of waits: that is told, and never hangs. */
        private void waitForAnother(int choice) {
            String other = "k" + choice % keys;
            witness.gavePermit();
            try {
                if (choice % 2 == 0) {
                    engine.call(other, () -> choice);
                } else {
                    OperationFuture<Integer> future = engine.submit(other, () -> choice);
                    futures.add(future);
                    future.join();
                }
            } catch (KeyedDeadlockException | RejectedOperationException | CompletionException e) {
                // allowed: somebody else waits for us, there is no room, or it did not end well
            } finally {
                witness.tookPermit();
            }
        }
    }
}
