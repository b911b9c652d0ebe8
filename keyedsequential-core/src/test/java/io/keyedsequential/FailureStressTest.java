package io.keyedsequential;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyedsequential.StressRun.KeyNotes;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Operations that fail at random, retried and parked, while operators retry, skip, purge and cancel as they like. The state
 * of a key is plain, so that an overlap or an overtaking shows; and what the listener is told must add up for each operation.
 */
@Timeout(600)
class FailureStressTest {

    private static final int PRODUCERS = 3;
    private static final int KEYS = 6;
    private static final int OPERATIONS = 3_000;

    @RegisterExtension
    final Coordinators coordinators = new Coordinators();

    private final StressRun run = new StressRun(getClass());
    private final long seed = run.seed;
    private final KeyNotes[] keys = KeyNotes.of(KEYS, PRODUCERS);

    /** What was told of each operation, a letter an event; those of one operation come in order. */
    private static final class Letters implements CoordinatorListener {

        final Map<Long, String> of = new ConcurrentHashMap<>();

        private void tell(OperationSnapshot operation, String letter) {
            of.merge(operation.id(), letter, String::concat);
        }

        @Override
        public void operationStarted(String atom, OperationSnapshot operation) {
            tell(operation, "s");
        }

        @Override
        public void operationFinished(String atom, OperationSnapshot operation) {
            tell(operation, operation.state() == OperationState.COMPLETED ? "c" : "f");
        }

        @Override
        public void operationBackingOff(String atom, OperationSnapshot operation, Duration delay) {
            tell(operation, "b");
        }

        @Override
        public void operationParked(String atom, OperationSnapshot operation) {
            tell(operation, "p");
        }

        @Override
        public void keyReleased(String atom, OperationSnapshot operation) {
            tell(operation, "r");
        }
    }

    @Test
    void oneAtATime() {
        run(builder -> {}, true);
    }

    @Test
    void fairAndTight() {
        run(builder -> builder.fairScheduling(true).capacity(40), true);
    }

    @Test
    void twoOfAKeyAtATimeByPriority() {
        run(builder -> builder.perKeyConcurrency(2).priority(key -> key), false);
    }

    private void run(Consumer<KeyedCoordinator.Builder<Integer>> options, boolean ordered) {
        Letters letters = new Letters();
        KeyedCoordinator.Builder<Integer> builder = KeyedCoordinator.<Integer>builder("orders")
                .maxConcurrency(3)
                .capacity(300)
                .listener(letters)
                .retryPolicy(RetryPolicy.builder()
                        .maxAttempts(2)
                        .backoff(Duration.ofNanos(50_000))
                        .jitter(1)
                        .build())
                .exhaustedPolicy(ExhaustedPolicy.PARK)
                .exhaustedPolicy(IllegalArgumentException.class, ExhaustedPolicy.SKIP);
        options.accept(builder);
        KeyedCoordinator<Integer> orders = coordinators.add(builder);
        ExecutorService completer = StressRun.completer();
        AtomicInteger failuresOfTheFirst = new AtomicInteger(2);
        orders.execute(0, () -> {
            if (failuresOfTheFirst.getAndDecrement() > 0) {
                throw new IllegalStateException("park");
            }
        });
        Eventually.until(
                "one is parked before any operator comes", () -> orders.stats().parked() == 1);
        run.operate(random -> operate(orders, random));
        run.operate(random -> operate(orders, random));
        for (int producer = 0; producer < PRODUCERS; producer++) {
            int number = producer;
            run.produce(random -> produce(orders, random, number, completer, ordered));
        }
        run.finish(orders);
        for (KeyNotes each : keys) {
            each.check(seed);
        }
        CoordinatorStats stats = orders.stats();
        assertThat(letters.of).as("each is told of").hasSize((int) stats.admitted());
        AtomicInteger parked = new AtomicInteger();
        AtomicInteger backedOff = new AtomicInteger();
        letters.of.forEach((id, told) -> {
            assertThat(told.chars()
                            .filter(letter -> letter == 'c' || letter == 'f')
                            .count())
                    .as("operation %d ends once: %s, seed %d", id, told, seed)
                    .isEqualTo(1);
            assertThat(count(told, 'r'))
                    .as("operation %d is released as often as parked: %s, seed %d", id, told, seed)
                    .isEqualTo(count(told, 'p'));
            parked.addAndGet(count(told, 'p'));
            backedOff.addAndGet(count(told, 'b'));
        });
        assertThat(parked).as("some were parked").hasPositiveValue();
        assertThat((long) backedOff.get()).as("retries, seed %d", seed).isEqualTo(stats.retries());
        completer.shutdown();
    }

    private static int count(String told, char letter) {
        return (int) told.chars().filter(each -> each == letter).count();
    }

    private static void operate(KeyedCoordinator<Integer> orders, Random random) {
        int key = random.nextInt(KEYS);
        switch (random.nextInt(10)) {
            case 0 -> orders.purge(key);
            case 1, 2 -> orders.skip(key);
            case 3 ->
                orders.snapshot().stream()
                        .filter(each -> each.state() == OperationState.PARKED)
                        .findFirst()
                        .ifPresent(each -> orders.cancel(each.id()));
            case 4 -> {
                orders.pauseKey(key);
                orders.resumeKey(key);
            }
            case 5 -> orders.retry(key); // also what only backs off
            default ->
                orders.lane(key)
                        .filter(lane -> lane.state() == LaneState.PARKED)
                        .ifPresent(lane -> orders.retry(key));
        }
    }

    private void produce(
            KeyedCoordinator<Integer> orders, Random random, int producer, ExecutorService completer, boolean ordered) {
        for (int i = 1; i <= OPERATIONS; i++) {
            int number = i;
            int key = random.nextInt(KEYS);
            int failures = random.nextInt(3) == 0 ? 1 + random.nextInt(5) : 0;
            AtomicInteger left = new AtomicInteger(failures);
            RuntimeException error =
                    random.nextBoolean() ? new IllegalArgumentException("skip") : new IllegalStateException("park");
            Runnable body = () -> {
                if (ordered) {
                    note(key, producer, number);
                }
                if (left.getAndDecrement() > 0) {
                    throw error;
                }
            };
            switch (random.nextInt(6)) {
                case 0 -> {
                    try {
                        orders.call(key, Executors.callable(body));
                    } catch (IllegalArgumentException | IllegalStateException e) {
                        assertThat(e).satisfiesAnyOf(f -> assertThat(f).isSameAs(error), f -> assertThat(f)
                                .isInstanceOf(java.util.concurrent.CancellationException.class));
                    }
                }
                case 1 ->
                    orders.submitAsync(key, () -> {
                        if (ordered) {
                            note(key, producer, number);
                        }
                        boolean fails = left.getAndDecrement() > 0;
                        return CompletableFuture.runAsync(
                                () -> {
                                    if (fails) {
                                        throw error;
                                    }
                                },
                                completer);
                    });
                case 2 -> orders.submit(key, Executors.callable(body)).cancel(false);
                default -> orders.execute(key, body);
            }
        }
    }

    private void note(int key, int producer, int number) {
        KeyNotes notes = keys[key];
        notes.enter();
        notes.attempt(producer, number);
        notes.leave();
    }
}
