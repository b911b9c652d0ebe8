package io.keyedsequential;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyedsequential.StressRun.KeyNotes;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Many threads coalesce calls while others enqueue, cancel, purge and pause. Every call takes a number before it is made, and
 * every run notes the highest number that had been taken for its group when it began: the last call of a group is done by a
 * run that began after it.
 */
@Timeout(600)
class CoalescingStressTest {

    private static final int PRODUCERS = 4;
    private static final int CALLS = 6_000;
    private static final int KEYS = 5;
    private static final int GROUPS = 3;

    @RegisterExtension
    final Coordinators coordinators = new Coordinators();

    private final StressRun run = new StressRun(getClass());
    private final long seed = run.seed;

    /** By key and group: the last number taken, and the last that was taken when a run began. */
    private final AtomicLongArray called = new AtomicLongArray(KEYS * GROUPS);

    private final AtomicLongArray seenByRun = new AtomicLongArray(KEYS * GROUPS);

    private final KeyNotes[] keys = KeyNotes.of(KEYS, 0);

    private final AtomicLong ends = new AtomicLong();
    private final AtomicLong superseded = new AtomicLong();
    private final AtomicLong foreignEnds = new AtomicLong();

    @Test
    void theLastCallOfEveryGroupIsDoneByARunThatBeginsAfterIt() {
        run(builder -> {}, false);
    }

    @Test
    void theSameWithTheSmallestBuffer() {
        run(builder -> builder.capacity(3).capacityPerKey(2), false);
    }

    @Test
    void theSameFairlyAndWithPriorities() {
        run(builder -> builder.fairScheduling(true).priority(key -> key % ReadyBands.BANDS), false);
    }

    @Test
    void theSameWithRetries() {
        run(
                builder -> builder.retryPolicy(RetryPolicy.builder()
                        .maxAttempts(3)
                        .backoff(Duration.ofNanos(50_000))
                        .build()),
                false);
    }

    @Test
    void everyFutureEndsOnceWhileOperatorsTakeThingsOut() {
        run(builder -> builder.queueTimeout(Duration.ofMillis(2)), true);
    }

    private void run(Consumer<KeyedCoordinator.Builder<Integer>> options, boolean takenOut) {
        KeyedCoordinator.Builder<Integer> builder =
                KeyedCoordinator.<Integer>builder("orders").maxConcurrency(3).capacity(200);
        options.accept(builder);
        KeyedCoordinator<Integer> orders = coordinators.add(builder);
        run.operate(random -> operate(orders, random, takenOut));
        for (int producer = 0; producer < PRODUCERS; producer++) {
            run.produce(random -> produce(orders, random, takenOut));
        }
        run.finish(orders); // which looks at what the groups keep as well

        CoordinatorStats stats = orders.stats();
        for (KeyNotes each : keys) {
            each.check(seed);
        }
        assertThat(ends).as("each future ended once, seed %d", seed).hasValue((long) PRODUCERS * CALLS);
        assertThat(superseded.get()).as("superseded").isPositive();
        if (!takenOut) {
            for (int group = 0; group < KEYS * GROUPS; group++) {
                assertThat(seenByRun.get(group))
                        .as("the last call of group %d, seed %d", group, seed)
                        .isEqualTo(called.get(group))
                        .isPositive();
            }
            assertThat(foreignEnds).as("ends for no reason, seed %d", seed).hasValue(0);
            assertThat(stats.cancelled()).isEqualTo(superseded.get());
            assertThat(stats.completed()).isEqualTo(stats.admitted() - superseded.get());
        }
    }

    private static void operate(KeyedCoordinator<Integer> orders, Random random, boolean takesOut) {
        int key = random.nextInt(KEYS);
        switch (random.nextInt(takesOut ? 5 : 4)) {
            case 0 -> {
                orders.pauseKey(key);
                orders.lane(key);
                orders.resumeKey(key);
            }
            case 1 -> orders.snapshot();
            case 2 -> orders.lanes(3);
            case 3 -> {
                orders.pause();
                orders.resume();
            }
            default -> orders.purge(key);
        }
    }

    private void produce(KeyedCoordinator<Integer> orders, Random random, boolean takenOut) {
        Coalescing[] quiet = new Coalescing[GROUPS];
        for (int i = 0; i < GROUPS; i++) {
            quiet[i] = Coalescing.latest("group " + i).quiet(Duration.ofNanos(200_000), Duration.ofMillis(1));
        }
        for (int i = 0; i < CALLS; i++) {
            int key = random.nextInt(KEYS);
            int group = random.nextInt(GROUPS);
            int index = key * GROUPS + group;
            Coalescing how = random.nextInt(3) == 0 ? quiet[group] : Coalescing.latest("group " + group);
            called.incrementAndGet(index);
            int[] failures = {
                random.nextInt(8) == 0 && orders.options().retryPolicy().maxAttempts() > 1 ? 1 : 0
            };
            OperationFuture<Long> future = orders.submitLatest(key, how, () -> body(key, index, failures));
            future.whenComplete((result, failure) -> {
                ends.incrementAndGet();
                if (failure instanceof SupersededException) {
                    superseded.incrementAndGet();
                } else if (failure != null) {
                    foreignEnds.incrementAndGet();
                }
            });
            if (takenOut && random.nextInt(4) == 0) {
                future.cancel(random.nextBoolean());
            }
            if (random.nextInt(6) == 0) {
                orders.execute(key, () -> body(key, -1, new int[1]));
            }
        }
    }

    private long body(int key, int index, int[] failures) {
        long seen = index < 0 ? 0 : called.get(index);
        keys[key].enter();
        keys[key].leave();
        if (failures[0]-- > 0) {
            throw new IllegalStateException("on purpose");
        }
        if (index >= 0) {
            seenByRun.accumulateAndGet(index, seen, Math::max);
        }
        return seen;
    }
}
