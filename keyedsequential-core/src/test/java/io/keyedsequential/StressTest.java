package io.keyedsequential;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyedsequential.StressRun.KeyNotes;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Everything at once, from a seed. The state of a key is plain: if two of its operations ever overlap, or one does not
 * see what the one before did, the numbers do not add up.
 */
@Timeout(600)
class StressTest {

    private static final int PRODUCERS = 4;
    private static final int KEYS = 12;
    private static final int OPERATIONS = 15_000;

    @RegisterExtension
    final Coordinators coordinators = new Coordinators();

    private final StressRun run = new StressRun(getClass());
    private final long seed = run.seed;
    private final KeyNotes[] keys = KeyNotes.of(KEYS, PRODUCERS);
    private final int[] foreignInterrupts = new int[KEYS];

    @Test
    void onTheOwnedPool() {
        run(builder -> {});
    }

    @Test
    void fair() {
        run(builder -> builder.fairScheduling(true));
    }

    @Test
    void withTheSmallestBuffer() {
        run(builder -> builder.capacity(4).capacityPerKey(2));
    }

    @Test
    void onCallingThreads() {
        run(builder -> builder.executor(Runnable::run));
    }

    @Test
    void withoutAWindowAndWithAListener() {
        run(builder -> builder.window(0).listener(new Recorder() {
            @Override
            public void operationStarted(String atom, OperationSnapshot operation) {
                if (operation.id() % 16 == 0) { // each of them would take its turn among all that the machine does
                    Thread.yield();
                }
            }

            @Override
            public void operationFinished(String atom, OperationSnapshot operation) {
                throw new IllegalStateException("contained");
            }
        }));
    }

    @Test
    void onVirtualThreads() throws Exception {
        Executor virtual;
        try {
            virtual = (Executor)
                    Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
        } catch (NoSuchMethodException e) {
            Assumptions.abort("this virtual machine has no virtual threads");
            return;
        }
        run(builder -> builder.executor(virtual));
    }

    private void run(Consumer<KeyedCoordinator.Builder<Integer>> options) {
        KeyedCoordinator.Builder<Integer> builder =
                KeyedCoordinator.<Integer>builder("orders").maxConcurrency(3).capacity(500);
        options.accept(builder);
        KeyedCoordinator<Integer> orders = coordinators.add(builder);
        ExecutorService completer = StressRun.completer();
        run.operate(random -> operate(orders, random));
        for (int producer = 0; producer < PRODUCERS; producer++) {
            int number = producer;
            run.produce(random -> produce(orders, random, number, completer));
        }
        run.finish(orders);
        long bodies = 0;
        for (int key = 0; key < KEYS; key++) {
            keys[key].check(seed);
            assertThat(foreignInterrupts[key])
                    .as("foreign interrupts, seed %d", seed)
                    .isZero();
            bodies += keys[key].bodies;
        }
        CoordinatorStats stats = orders.stats();
        assertThat(stats.completed() + stats.failed())
                .as("bodies, seed %d", seed)
                .isEqualTo(bodies);
        completer.shutdown();
    }

    private static void operate(KeyedCoordinator<Integer> orders, Random random) {
        int key = random.nextInt(KEYS);
        switch (random.nextInt(6)) {
            case 0 -> {
                orders.pause();
                orders.stats();
                orders.resume();
            }
            case 1 -> {
                orders.pauseKey(key);
                orders.lane(key);
                orders.resumeKey(key);
            }
            case 2, 3 -> orders.setMaxConcurrency(1 + random.nextInt(5));
            case 4 -> orders.snapshot();
            default -> orders.lanes(3);
        }
    }

    private void produce(KeyedCoordinator<Integer> orders, Random random, int producer, Executor completer) {
        for (int i = 1; i <= OPERATIONS; i++) {
            int number = i;
            int key = random.nextInt(4) == 0 ? 0 : random.nextInt(KEYS); // one key is hot
            Runnable body = () -> body(key, producer, number);
            try {
                switch (random.nextInt(12)) {
                    case 0 ->
                        orders.call(key, () -> {
                            body.run();
                            return orders.call(key, () -> number);
                        });
                    case 1 ->
                        orders.submit(key, Executors.callable(() -> body(key, producer, number, true)))
                                .cancel(true);
                    case 2 ->
                        orders.execute(key, () -> {
                            body.run();
                            throw new IllegalArgumentException("on purpose");
                        });
                    case 3 ->
                        orders.submitAsync(key, () -> {
                            body.run();
                            return CompletableFuture.runAsync(Thread::yield, completer);
                        });
                    case 4 -> orders.tryExecute(key, body);
                    case 5 ->
                        orders.execute(key, () -> {
                            body.run();
                            int other = (key + 1) % KEYS;
                            orders.execute(other, () -> body(other, -1, 0));
                        });
                    case 6 ->
                        orders.execute(key, () -> {
                            body.run();
                            Thread.currentThread().interrupt();
                        });
                    default -> orders.execute(key, body);
                }
            } catch (RejectedOperationException e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
    }

    private void body(int key, int producer, int number) {
        body(key, producer, number, false);
    }

    /** An operation that is cancelled while it runs may find itself interrupted; any other must not. */
    private void body(int key, int producer, int number, boolean cancelled) {
        KeyNotes notes = keys[key];
        notes.enter();
        if (producer >= 0) {
            notes.only(producer, number);
        }
        if (!cancelled && Thread.currentThread().isInterrupted()) {
            foreignInterrupts[key]++;
        }
        notes.leave();
    }
}
