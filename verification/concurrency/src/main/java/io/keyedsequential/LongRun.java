package io.keyedsequential;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Random operations with random faults for as long as wanted: {@code LongRun [seconds] [seed]}, ten minutes by default. Runs
 * rounds of a few seconds, each on a new engine with other options, and checks at the end of each that everything
 * balances. Exits with 1 on a violation and says the seed of the round; every thread of a round draws from its own seed, so
 * the same seed gives each thread the same actions, though not the same schedule.
 */
public final class LongRun {

    private static final int ROUND_SECONDS = 5;

    private LongRun() {}

    /**
     * Runs.
     *
     * @param args seconds, seed of the first round
     * @throws InterruptedException if the run is broken off
     */
    public static void main(String[] args) throws InterruptedException {
        long seconds = args.length > 0 ? Long.parseLong(args[0]) : 600;
        long seed = args.length > 1 ? Long.parseLong(args[1]) : System.nanoTime() & 0xffff_ffffL;
        System.exit(run(seconds, seed).isEmpty() ? 0 : 1);
    }

    /** Returns what was violated. */
    static List<String> run(long seconds, long firstSeed) throws InterruptedException {
        long begin = System.nanoTime();
        long end = begin + Duration.ofSeconds(seconds).toNanos();
        long operations = 0;
        for (long seed = firstSeed; System.nanoTime() - end < 0; seed++) {
            long left = end - System.nanoTime();
            LongRunRound round = new LongRunRound(seed);
            List<String> violations = round.run(Duration.ofNanos(
                    Math.min(left, Duration.ofSeconds(ROUND_SECONDS).toNanos())));
            operations += round.admitted();
            System.out.printf("%5d s  seed %d  %s%n", (System.nanoTime() - begin) / 1_000_000_000, seed, round);
            if (!violations.isEmpty()) {
                violations.forEach(System.out::println);
                return violations;
            }
        }
        System.out.printf("%d operations, no violation%n", operations);
        return List.of();
    }

    /** What bodies see of each other: at most so many of a key at once, and each caller's operations in order. */
    static final class Witness {

        private final int perKeyConcurrency;
        private final Map<String, AtomicLong> running = new ConcurrentHashMap<>();
        private final Map<String, Long> lastOf = new ConcurrentHashMap<>();
        private final List<String> violations = new ArrayList<>();
        private final AtomicLong atOnce = new AtomicLong();
        private final int mostAtOnce;

        Witness(int perKeyConcurrency, int mostAtOnce) {
            this.perKeyConcurrency = perKeyConcurrency;
            this.mostAtOnce = mostAtOnce;
        }

        /** A body of a key began; the number ascends with every operation the caller enqueued under the key. */
        void began(String key, int caller, long number) {
            long ofKey = running.computeIfAbsent(key, k -> new AtomicLong()).incrementAndGet();
            if (ofKey > perKeyConcurrency) {
                violated("key %s runs %d at once".formatted(key, ofKey));
            }
            // Coalesced operations have none: they go behind what came before them.
            Long last = perKeyConcurrency > 1 || number < 0 ? null : lastOf.put(key + "/" + caller, number);
            if (last != null && last > number) {
                violated("key %s, caller %d: %d ran after %d".formatted(key, caller, number, last));
            }
        }

        /** A body of a key, or the stage it returned, ended. */
        void ended(String key) {
            AtomicLong ofKey = running.get(key);
            if (ofKey != null) {
                ofKey.decrementAndGet();
            }
        }

        /** The thread of a body began to hold a permit. */
        void tookPermit() {
            long now = atOnce.incrementAndGet();
            if (now > mostAtOnce) {
                violated("%d operations run at once, %d may".formatted(now, mostAtOnce));
            }
        }

        void gavePermit() {
            atOnce.decrementAndGet();
        }

        synchronized void violated(String what) {
            if (violations.size() < 20) {
                violations.add(what);
            }
        }

        synchronized List<String> violations() {
            return new ArrayList<>(violations);
        }
    }
}
