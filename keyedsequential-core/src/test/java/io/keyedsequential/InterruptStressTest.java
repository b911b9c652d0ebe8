package io.keyedsequential;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * An interrupt reaches the operation that it is meant for, or nobody. Short operations are cancelled at random while others
 * of the same threads, and callers after their turns, look whether they are interrupted.
 */
@Timeout(600)
class InterruptStressTest {

    private static final int KEYS = 3;
    private static final int ROUNDS = 20_000;

    /** One in so many is sure to be interrupted. */
    private static final int PATIENT = 200;

    @RegisterExtension
    final Coordinators coordinators = new Coordinators();

    private final StressRun run = new StressRun(getClass());
    private final long seed = run.seed;
    private final AtomicInteger strayed = new AtomicInteger();
    private final AtomicInteger strayedToCallers = new AtomicInteger();
    private final AtomicLong arrived = new AtomicLong();
    private final AtomicLong ended = new AtomicLong();

    /** What is to be cancelled at some time. */
    private final ConcurrentLinkedQueue<Runnable> toCancel = new ConcurrentLinkedQueue<>();

    @Test
    void futuresThatAreCancelled() {
        run(builder -> {}, this::submit, this::submit);
    }

    @Test
    void turnsThatAreCancelled() {
        run(builder -> {}, this::call, this::call);
    }

    @Test
    void turnsAndFuturesOfTheSameKeys() {
        run(builder -> {}, this::call, this::submit);
    }

    @Test
    void withSeveralOfAKeyAtOnce() {
        run(builder -> builder.perKeyConcurrency(2), this::call, this::submit);
    }

    @Test
    void withRetries() {
        RetryPolicy policy = RetryPolicy.builder()
                .maxAttempts(3)
                .backoff(Duration.ZERO)
                .retryIf(failure -> failure instanceof IllegalStateException)
                .build();
        run(builder -> builder.retryPolicy(policy), this::call, this::submit);
    }

    /** A limit that is so short that its end and the body's come together. */
    @Test
    void operationsWhoseTimeIsUp() {
        run(builder -> builder.runTimeout(Duration.ofNanos(60_000)), this::call, this::submit);
    }

    /** One operation after another, by one thread. */
    private interface Producer {
        void next(KeyedCoordinator<Integer> orders, Random random);
    }

    private void run(Consumer<KeyedCoordinator.Builder<Integer>> options, Producer first, Producer second) {
        KeyedCoordinator.Builder<Integer> builder = KeyedCoordinator.<Integer>builder("orders")
                .maxConcurrency(2)
                .capacity(200)
                .listener(new Recorder() {
                    @Override
                    public void operationStarted(String atom, OperationSnapshot operation) {}

                    @Override
                    public void operationFinished(String atom, OperationSnapshot operation) {}
                });
        options.accept(builder);
        boolean timed = builder.values.runTimeout != null;
        KeyedCoordinator<Integer> orders = coordinators.add(builder);
        run.operate(random -> cancelAll());
        for (Producer each : List.of(first, second)) {
            run.produce(random -> {
                for (int i = 0; i < ROUNDS; i++) {
                    each.next(orders, random);
                    if (Thread.interrupted()) {
                        strayedToCallers.incrementAndGet();
                    }
                }
            });
        }
        run.finish(orders);
        assertThat(strayedToCallers)
                .as("callers after their turn, seed %d", seed)
                .hasValue(0);
        if (!timed) { // with a limit everybody may be interrupted by his own
            assertThat(strayed).as("neighbours, seed %d", seed).hasValue(0);
        }
        assertThat(arrived.get())
                .as("some were interrupted, or nothing was tested")
                .isPositive();
        assertThat(ended.get()).as("some were not").isPositive();
    }

    private void cancelAll() {
        for (Runnable cancel = toCancel.poll(); cancel != null; cancel = toCancel.poll()) {
            cancel.run();
        }
    }

    private void submit(KeyedCoordinator<Integer> orders, Random random) {
        int key = random.nextInt(KEYS);
        int length = random.nextInt(40);
        if (random.nextInt(PATIENT) == 0) {
            orders.submit(key, () -> patient(orders));
        } else if (random.nextInt(3) == 0) {
            OperationFuture<Integer> future = orders.submit(key, () -> marked(length));
            toCancel.add(() -> future.cancel(true));
        } else {
            orders.execute(key, () -> neighbour(length));
        }
    }

    private void call(KeyedCoordinator<Integer> orders, Random random) {
        int key = random.nextInt(KEYS);
        int length = random.nextInt(40);
        try {
            if (random.nextInt(PATIENT) == 0) {
                orders.call(key, () -> patient(orders));
            } else if (random.nextInt(3) == 0) {
                orders.call(key, () -> {
                    long id = OperationContext.current().orElseThrow().operationId();
                    toCancel.add(() -> orders.cancel(id));
                    return marked(length);
                });
            } else {
                orders.call(key, () -> {
                    neighbour(length);
                    return 0;
                });
            }
        } catch (Exception e) {
            boolean expected = e instanceof CancellationException
                    || (Object) e instanceof TimeoutException
                    || e instanceof IllegalStateException;
            if (!expected) {
                throw e;
            }
        }
    }

    /** One that does not end before it is interrupted, so that some are for certain. */
    private int patient(KeyedCoordinator<Integer> orders) {
        long id = OperationContext.current().orElseThrow().operationId();
        toCancel.add(() -> orders.cancel(id));
        Eventually.until("it is interrupted", () -> Thread.currentThread().isInterrupted());
        arrived.incrementAndGet();
        return 0;
    }

    /** One that may be interrupted: it goes on for a short while, and takes the interrupt or leaves it behind. */
    private int marked(int length) {
        for (int i = 0; i < length * 20; i++) {
            Thread.onSpinWait();
            if (Thread.currentThread().isInterrupted()) {
                arrived.incrementAndGet();
                if ((i & 1) == 0) {
                    throw new IllegalStateException("interrupted"); // with the flag still set
                }
                return i;
            }
        }
        ended.incrementAndGet();
        return length;
    }

    /** One that nobody cancels. */
    private void neighbour(int length) {
        if (Thread.interrupted()) {
            strayed.incrementAndGet();
        }
        if (length == 0) {
            LockSupport.parkNanos(1_000);
        }
        for (int i = 0; i < length; i++) {
            Thread.onSpinWait();
        }
        if (Thread.interrupted()) {
            strayed.incrementAndGet();
        }
    }
}
