package io.keyedsequential;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Operations that wait for others at random, from a seed: in an agreed order nobody is refused, in any order nobody hangs. */
@Timeout(600)
class WaitStressTest {

    private static final int THREADS = 6;
    private static final int KEYS = 7;
    private static final int ROUNDS = 1_500;

    @RegisterExtension
    final Coordinators coordinators = new Coordinators();

    private final StressRun run = new StressRun(getClass());
    private final long seed = run.seed;
    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong bodies = new AtomicLong();
    private final AtomicLong crowded = new AtomicLong();

    private KeyedCoordinator<Integer> orders;
    private KeyedCoordinator<Integer> stock;
    private AtomicIntegerArray inside;
    private int perKey;

    /** Keys of even number belong to one atom, the others to the other. */
    private KeyedCoordinator<Integer> atomOf(int key) {
        return key % 2 == 0 ? orders : stock;
    }

    private void run(int limit, int perKeyConcurrency, boolean inOrder) {
        perKey = perKeyConcurrency;
        inside = new AtomicIntegerArray(KEYS);
        orders = coordinators.add(KeyedCoordinator.<Integer>builder("orders")
                .maxConcurrency(limit)
                .perKeyConcurrency(Math.min(limit, perKeyConcurrency)));
        stock = coordinators.add(KeyedCoordinator.<Integer>builder("stock")
                .maxConcurrency(Math.max(2, limit))
                .perKeyConcurrency(Math.min(Math.max(2, limit), perKeyConcurrency)));
        for (int t = 0; t < THREADS; t++) {
            run.produce(random -> {
                for (int round = 0; round < ROUNDS; round++) {
                    try {
                        descend(random, inOrder ? random.nextInt(KEYS) : -1, 0, inOrder);
                    } catch (Throwable e) {
                        expected(e);
                    }
                }
            });
        }
        run.finish(orders, stock);
        System.out.println("WaitStressTest: " + bodies + " bodies, " + refused + " refused");
        assertThat(crowded).as("more of one key than allowed, seed %d", seed).hasValue(0);
        if (inOrder) {
            assertThat(refused)
                    .as("refused though there was no circle, seed %d", seed)
                    .hasValue(0);
        }
        long ended = orders.stats().completed()
                + orders.stats().failed()
                + stock.stats().completed()
                + stock.stats().failed();
        assertThat(ended).as("bodies, seed %d", seed).isEqualTo(bodies.get());
    }

    /** Runs an operation of another key than the ones around it, which does the same, and waits for it. */
    private Object descend(Random random, int above, int depth, boolean inOrder) throws Exception {
        int key = inOrder ? above + 1 + random.nextInt(2) : random.nextInt(KEYS);
        if (key >= KEYS || depth > 3) {
            return depth;
        }
        KeyedCoordinator<Integer> atom = atomOf(key);
        Random inner = new Random(random.nextLong());
        return switch (random.nextInt(4)) {
            case 0, 1 -> call(atom, key, inner, depth, inOrder);
            case 2 -> atom.submit(key, () -> body(inner, key, depth, inOrder)).join();
            default -> atom.submit(key, () -> body(inner, key, depth, inOrder)).get();
        };
    }

    /** A call of a key that the thread holds runs inline, and is no operation of its own. */
    private Object call(KeyedCoordinator<Integer> atom, int key, Random random, int depth, boolean inOrder) {
        String around = current();
        return atom.call(
                key,
                () -> current().equals(around)
                        ? descend(random, key, depth + 1, inOrder)
                        : body(random, key, depth, inOrder));
    }

    private static String current() {
        return OperationContext.current()
                .map(operation -> operation.atom() + operation.operationId())
                .orElse("outside");
    }

    private Object body(Random random, int key, int depth, boolean inOrder) throws Exception {
        bodies.incrementAndGet();
        if (inside.incrementAndGet(key) > perKey) {
            crowded.incrementAndGet();
        }
        try {
            if (random.nextInt(3) == 0) {
                Thread.yield();
            }
            return descend(random, key, depth + 1, inOrder);
        } finally {
            inside.decrementAndGet(key);
        }
    }

    private void expected(Throwable thrown) {
        Throwable cause = thrown;
        while (cause instanceof CompletionException || cause instanceof ExecutionException) {
            cause = cause.getCause();
        }
        if (!(cause instanceof KeyedDeadlockException)) {
            throw new AssertionError("seed " + seed, thrown);
        }
        refused.incrementAndGet();
    }

    @Test
    void inAnAgreedOrderNobodyIsRefused() {
        run(3, 1, true);
    }

    @Test
    void inAnAgreedOrderNobodyIsRefusedWithOnePermit() {
        run(1, 1, true);
    }

    @Test
    void inAnAgreedOrderNobodyIsRefusedWhereSeveralHoldAKey() {
        run(4, 2, true);
    }

    @Test
    void inAnyOrderNobodyHangs() {
        run(3, 1, false);
        assertThat(refused.get()).as("there were circles").isPositive();
    }

    @Test
    void inAnyOrderNobodyHangsWithOnePermit() {
        run(1, 1, false);
    }

    @Test
    void inAnyOrderNobodyHangsWhereSeveralHoldAKey() {
        run(4, 2, false);
        assertThat(refused.get()).as("there were circles").isPositive();
    }
}
