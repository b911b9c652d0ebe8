package io.keyedsequential.spring.benchmarks;

import io.keyedsequential.CoordinatorStats;
import io.keyedsequential.spring.atom.AtomRegistry;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.NullUnmarked;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

/**
 * What a {@code void} call costs from the call to the end of its body, annotated with {@code @KeyedSequential} and with
 * {@code @Async}. One thread calls; both have two threads for the bodies.
 *
 * <p>A measured invocation is a batch of calls and the wait for all their bodies. Without the wait, the side with the
 * unbounded queue would be credited for calls that have not run. One by one, the batch is a single call: then it is waking
 * threads that costs, the one that runs the body and the one that waits for it, and keys do not matter.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(5)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@NullUnmarked // the fields are set by JMH, or before it measures
public class AnnotatedCall {

    /** Calls per batch: far below the capacity of the atom, so that nobody waits for room. */
    public static final int BATCH = 1_000;

    /** How many keys the calls are spread over, in turn. {@code @Async} has no keys and gets the same orders. */
    @Param({"1", "16", "1000", "100000"})
    public int customers;

    private ConfigurableApplicationContext application;
    private Arrivals arrivals;
    private AnnotatedOrders annotatedOrders;
    private AsyncOrders asyncOrders;
    private Order[] orders;
    private int next;

    /** For JMH. */
    public AnnotatedCall() {}

    /** Starts the application and makes the arguments of a batch. */
    @Setup(Level.Trial)
    public void start() {
        application = OrderDesk.start();
        arrivals = application.getBean(Arrivals.class);
        annotatedOrders = application.getBean(AnnotatedOrders.class);
        asyncOrders = application.getBean(AsyncOrders.class);
        orders = IntStream.range(0, Math.max(BATCH, customers / BATCH * BATCH))
                .mapToObj(i -> new Order("customer-" + i % customers, i))
                .toArray(Order[]::new);
    }

    /**
     * Stops the application.
     *
     * @throws IllegalStateException if a call was not measured that should have been: it failed or was rejected
     */
    @TearDown(Level.Trial)
    public void stop() {
        CoordinatorStats stats = stats();
        application.close();
        if (stats.failed() + stats.rejected() + stats.cancelled() > 0) {
            throw new IllegalStateException("not every body has run: " + stats);
        }
    }

    /**
     * Ours.
     *
     * @throws InterruptedException never
     */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public void keyedSequential() throws InterruptedException {
        arrivals.expect(BATCH);
        int first = nextBatch();
        for (int i = first; i < first + BATCH; i++) {
            annotatedOrders.process(orders[i]);
        }
        arrivals.awaitAll();
    }

    /**
     * Ours, with a key that SpEL evaluates.
     *
     * @throws InterruptedException never
     */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public void keyedSequentialBySpel() throws InterruptedException {
        arrivals.expect(BATCH);
        int first = nextBatch();
        for (int i = first; i < first + BATCH; i++) {
            annotatedOrders.processBySpel(orders[i]);
        }
        arrivals.awaitAll();
    }

    /**
     * Spring's.
     *
     * @throws InterruptedException never
     */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public void async() throws InterruptedException {
        arrivals.expect(BATCH);
        int first = nextBatch();
        for (int i = first; i < first + BATCH; i++) {
            asyncOrders.process(orders[i]);
        }
        arrivals.awaitAll();
    }

    /**
     * Ours, where nothing is under way when a call comes.
     *
     * @throws InterruptedException never
     */
    @Benchmark
    public void keyedSequentialOneByOne() throws InterruptedException {
        arrivals.expect(1);
        annotatedOrders.process(orders[0]);
        arrivals.awaitAll();
    }

    /**
     * Spring's, where nothing is under way when a call comes.
     *
     * @throws InterruptedException never
     */
    @Benchmark
    public void asyncOneByOne() throws InterruptedException {
        arrivals.expect(1);
        asyncOrders.process(orders[0]);
        arrivals.awaitAll();
    }

    /** Where in the orders the next batch begins. They are a whole number of batches, so that each customer comes as often. */
    private int nextBatch() {
        int first = next;
        next = first + BATCH == orders.length ? 0 : first + BATCH;
        return first;
    }

    /** What the atom has counted. */
    CoordinatorStats stats() {
        return application
                .getBean(AtomRegistry.class)
                .coordinator(AnnotatedOrders.VOID_ATOM)
                .stats();
    }

    /** What runs the bodies of {@code @Async} methods. */
    ThreadPoolTaskExecutor asyncExecutor() {
        return application.getBean(OrderDesk.ASYNC_EXECUTOR, ThreadPoolTaskExecutor.class);
    }
}
