package io.keyedsequential.spring.metrics;

import io.keyedsequential.KeyedCoordinator;
import io.keyedsequential.OperationState;
import io.keyedsequential.OperationTimes;
import io.keyedsequential.OperationTimes.Sum;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * How long the operations of one atom had waited and run. The coordinator sums that up itself, so that it is read at
 * each scrape, and costs an operation nothing. Only a meter that keeps a {@link Distributions distribution} is told of
 * each operation.
 *
 * <p>Either way a scrape shows count, sum and maximum under the same names.
 */
final class TimeMeters {

    private static final String RUN = "keyedsequential.operations";
    private static final String WAIT = "keyedsequential.wait";

    private final String atom;
    private final KeyedCoordinator<?> coordinator;
    private final MeterRegistry registry;
    private final Collection<? super Meter> made;

    private TimeMeters(
            String atom, KeyedCoordinator<?> coordinator, MeterRegistry registry, Collection<? super Meter> made) {
        this.atom = atom;
        this.coordinator = coordinator;
        this.registry = registry;
        this.made = made;
    }

    static void bind(
            String atom, KeyedCoordinator<?> coordinator, MeterRegistry registry, Collection<? super Meter> made) {
        new TimeMeters(atom, coordinator, registry, made).bind();
    }

    private void bind() {
        Map<OperationState, Function<OperationTimes, Sum>> sums = Map.of(
                OperationState.COMPLETED, OperationTimes::completed,
                OperationState.FAILED, OperationTimes::failed,
                OperationState.CANCELLED, OperationTimes::cancelled);
        Map<OperationState, Timer> runs = new EnumMap<>(OperationState.class);
        sums.keySet().forEach(outcome -> runs.put(outcome, timer(RUN, tags(outcome), "run")));
        Timer wait = timer(WAIT, tags(), "waited before they ran");
        boolean runsAreTold = runs.values().stream().anyMatch(timer -> Distributions.isKept(timer, registry));
        boolean waitIsTold = Distributions.isKept(wait, registry);
        if (runsAreTold) {
            made.addAll(runs.values());
        } else {
            runs.values().forEach(registry::remove); // all of them, before another kind of meter takes the name
            runs.clear();
            sums.forEach((outcome, sum) -> sums(RUN, tags(outcome), "run", sum));
        }
        if (waitIsTold) {
            made.add(wait);
        } else {
            registry.remove(wait);
            sums(WAIT, tags(), "waited before they ran", OperationTimes::waited);
        }
        if (runsAreTold || waitIsTold) {
            coordinator.addListener(new OperationTimers(runs, waitIsTold ? wait : null));
        }
    }

    private Tags tags() {
        return Tags.of("atom", atom);
    }

    private Tags tags(OperationState outcome) {
        return tags().and("outcome", outcome.name().toLowerCase(Locale.ROOT));
    }

    private Timer timer(String name, Tags tags, String what) {
        return Timer.builder(name).description(describe(what)).tags(tags).register(registry);
    }

    private static String describe(String what) {
        return "How long operations that have ended had " + what;
    }

    private void sums(String name, Tags tags, String what, Function<OperationTimes, Sum> sum) {
        made.add(FunctionTimer.builder(
                        name,
                        coordinator,
                        measured -> sum.apply(measured.times()).count(),
                        measured -> sum.apply(measured.times()).totalNanos(),
                        TimeUnit.NANOSECONDS)
                .description(describe(what))
                .tags(tags)
                .register(registry));
        made.add(Gauge.builder(
                        name + ".seconds.max", // what Prometheus calls the maximum of a timer
                        coordinator,
                        measured -> sum.apply(measured.times()).maxNanos() / 1e9)
                .description("The longest time that operations that ended lately had " + what)
                .tags(tags)
                .register(registry));
    }
}
