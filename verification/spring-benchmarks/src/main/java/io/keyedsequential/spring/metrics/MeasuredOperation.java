package io.keyedsequential.spring.metrics;

import io.keyedsequential.CoordinatorListener;
import io.keyedsequential.CoordinatorStats;
import io.keyedsequential.KeyedCoordinator;
import io.keyedsequential.OperationSnapshot;
import io.keyedsequential.OperationState;
import io.keyedsequential.spring.metrics.KeyedAtomsMetrics.TimeMeters;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Statistic;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.TimeUnit;
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

/**
 * What the two timers cost per operation, with a body that does nothing: one caller, two permits, a batch of operations and
 * the wait for all of them. In the starter's package, since what times operations is nobody else's business.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(5)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@NullUnmarked // the fields are set before JMH measures
public class MeasuredOperation {

    /** Operations per batch: below the capacity, so that nobody waits for room. */
    public static final int BATCH = 5_000;

    private static final int KEYS = 1_000;
    private static final String ATOM = "orders";
    private static final Runnable BODY = () -> {};

    /**
     * Where operations are timed. Two listeners do nothing: {@code times} is told of times as our timers are, {@code view} has
     * a view made of each operation.
     */
    @Param({"none", "times", "simple", "prometheus", "prometheus-histogram", "view"})
    public String meters;

    private final String[] keys = new String[KEYS];
    private KeyedCoordinator<String> orders;
    private MeterRegistry registry;

    /** For JMH. */
    public MeasuredOperation() {}

    /** Builds the coordinator and what measures it. */
    @Setup(Level.Trial)
    public void start() {
        for (int i = 0; i < KEYS; i++) {
            keys[i] = "customer-" + i;
        }
        orders = KeyedCoordinator.<String>builder(ATOM).maxConcurrency(2).build();
        registry = switch (meters) {
            case "none", "times", "view" -> null;
            case "simple" -> new SimpleMeterRegistry();
            case "prometheus", "prometheus-histogram" -> new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
            default -> throw new IllegalArgumentException("meters: " + meters);
        };
        if (meters.equals("prometheus-histogram")) {
            registry.config().meterFilter(WITH_HISTOGRAM);
        }
        if (registry != null) {
            TimeMeters.bind(ATOM, orders, registry, new ArrayList<>());
        } else if (meters.equals("view")) {
            orders.addListener(new Viewing());
        } else if (meters.equals("times")) {
            orders.addListener(new Timing());
        }
    }

    /** As {@code management.metrics.distribution.percentiles-histogram} does it. */
    private static final MeterFilter WITH_HISTOGRAM = new MeterFilter() {
        @Override
        public DistributionStatisticConfig configure(Meter.Id id, DistributionStatisticConfig config) {
            return DistributionStatisticConfig.builder()
                    .percentilesHistogram(true)
                    .build()
                    .merge(config);
        }
    };

    private static final class Timing implements CoordinatorListener {

        @Override
        public boolean logsFailures() {
            return false;
        }

        @Override
        public void operationTimed(String atom, OperationState outcome, long waitNanos, long runNanos) {}
    }

    private static final class Viewing implements CoordinatorListener {

        @Override
        public boolean logsFailures() {
            return false;
        }

        @Override
        public void operationFinished(String atom, OperationSnapshot operation) {}
    }

    /**
     * Stops them.
     *
     * @throws IllegalStateException if something was not measured that should have been
     */
    @TearDown(Level.Trial)
    public void stop() {
        CoordinatorStats stats = orders.stats();
        orders.close();
        if (registry != null && timed() != stats.completed()) {
            throw new IllegalStateException("%d operations were timed of %s".formatted(timed(), stats));
        }
    }

    /** How many operations were timed. */
    long timed() {
        for (io.micrometer.core.instrument.Measurement each : registry.get("keyedsequential.operations")
                .tag("outcome", "completed")
                .meter()
                .measure()) {
            if (each.getStatistic() == Statistic.COUNT) {
                return (long) each.getValue();
            }
        }
        throw new IllegalStateException("nothing counts");
    }

    /** A batch, and the wait for its end. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public void execute() {
        for (int i = 0; i < BATCH; i++) {
            orders.execute(keys[i % KEYS], BODY);
        }
        if (!orders.awaitIdle(Duration.ofSeconds(30))) {
            throw new IllegalStateException("not idle: " + orders.stats());
        }
    }
}
