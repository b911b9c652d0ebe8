package io.keyedsequential;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** One engine with random options, a few callers, one operator, and faults wherever the engine meets other people's code. */
final class LongRunRound {

    private static final int CALLERS = 4;
    private static final int MOST_CONCURRENCY = 4;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final long seed;
    private final StripedCoordinator<String> engine;
    private final LongRun.Witness witness;
    private final int keys;
    private final boolean refusing;
    private final ExecutorService pool = Executors.newFixedThreadPool(MOST_CONCURRENCY);
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
        this.engine = (StripedCoordinator<String>) KeyedCoordinator.<String>builder("round")
                .maxConcurrency(1 + random.nextInt(MOST_CONCURRENCY))
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
        found.addAll(StructuralInvariants.violationsAtRest(engine.lanesForCheck(), engine.options()));
        CoordinatorStats stats = engine.stats();
        if (stats.admitted() != stats.completed() + stats.failed() + stats.cancelled()) {
            found.add("the counts do not balance: " + stats);
        }
        long open = futures.stream().filter(future -> !future.isDone()).count();
        if (open > 0) {
            found.add(open + " futures were never told");
        }
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

    private void operate(Random random, List<Thread> callers, long end) {
        while (System.nanoTime() - end < 0) {
            String key = "k" + random.nextInt(keys);
            switch (random.nextInt(8)) {
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
                    act(random.nextInt(8), key, fault, next);
                } catch (RejectedOperationException | IllegalStateException e) {
                    // no room or interrupted; or a turn whose body threw
                }
            }
        }

        private void act(int choice, String key, int fault, long next) {
            switch (choice) {
                case 0, 1, 2 -> engine.execute(key, () -> body(key, fault, next));
                case 3 -> engine.tryExecute(key, () -> body(key, fault, next));
                case 4 -> futures.add(engine.submit(key, () -> body(key, fault, next)));
                case 5 -> futures.add(engine.submitAsync(key, () -> stage(key, fault, next)));
                case 6 -> engine.call(key, () -> body(key, fault, next));
                default -> engine.submit(key, () -> body(key, fault, next)).cancel(false);
            }
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
                default -> {}
            }
        }
    }
}
