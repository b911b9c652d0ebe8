package io.keyedsequential.spring.metrics;

import io.keyedsequential.CoordinatorStats;
import io.keyedsequential.KeyedCoordinator;
import io.keyedsequential.spring.atom.RegisteredAtom;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * The meters of one atom that are read from its coordinator's counts at each scrape, also where an engine keeps its
 * operations: they are of this instance, and those of all instances may be added up. They hold the coordinator weakly,
 * as gauges do: the holder of the atom holds it.
 */
final class AtomGauges {

    private static final String OPERATIONS = "operations";

    private final String atom;
    private final KeyedCoordinator<?> coordinator;
    private final MeterRegistry registry;
    private final Collection<? super Meter> made;

    private AtomGauges(RegisteredAtom atom, MeterRegistry registry, Collection<? super Meter> made) {
        this.atom = atom.name();
        this.coordinator = atom.coordinator();
        this.registry = registry;
        this.made = made;
    }

    static void bind(RegisteredAtom atom, MeterRegistry registry, Collection<? super Meter> made) {
        new AtomGauges(atom, registry, made).bind();
    }

    private void bind() {
        gauge("queued", OPERATIONS, "Operations that wait now", CoordinatorStats::queued);
        gauge(
                "reserved",
                OPERATIONS,
                "Places kept now for calls that wait for the commit of their transaction",
                CoordinatorStats::reserved);
        gauge("active", OPERATIONS, "Operations that run now, each with a permit", CoordinatorStats::active);
        gauge(
                "awaiting",
                OPERATIONS,
                "Operations whose future is not complete yet; they hold their key, no permit",
                CoordinatorStats::awaiting);
        gauge("backing.off", OPERATIONS, "Operations between two attempts now", CoordinatorStats::backingOff);
        gauge(
                "lanes",
                null,
                "Keys that have an operation or a reserved place now, or are paused",
                CoordinatorStats::lanes);
        gauge(
                "lanes.parked",
                null,
                "Operations that keep their key closed until an operator decides",
                CoordinatorStats::parked);
        gauge(
                "blocked.callers",
                null,
                "Callers whose threads wait now, for room or for their turn",
                CoordinatorStats::blockedCallers);
        gauge(
                "blocked.callers.turn",
                null,
                "Those of them that wait for their turn",
                CoordinatorStats::callersAwaitingTurn);
        gauge("concurrency.limit", "permits", "Operations that may run at once", CoordinatorStats::maxConcurrency);
        made.add(Gauge.builder("keyedsequential.capacity", coordinator, measured -> measured.options()
                        .capacity())
                .description("Operations that may be queued at most")
                .baseUnit(OPERATIONS)
                .tag("atom", atom)
                .register(registry));
        age("oldest.wait", "The longest time any operation has been waiting", KeyedCoordinator::oldestWait);
        age("longest.run", "The longest time any attempt has run or awaited its future", KeyedCoordinator::longestRun);
        counter("rejected", OPERATIONS, "Operations that were refused", CoordinatorStats::rejected);
        counter("retries", null, "Attempts after which another one followed", CoordinatorStats::retries);
        counter(
                "admitted.beyond.bound",
                OPERATIONS,
                "Operations that an operation of the same atom enqueued although there was no room",
                CoordinatorStats::admittedBeyondBound);
    }

    private void gauge(
            String name, @Nullable String unit, String description, ToDoubleFunction<CoordinatorStats> count) {
        made.add(
                Gauge.builder("keyedsequential." + name, coordinator, measured -> count.applyAsDouble(measured.stats()))
                        .description(description)
                        .baseUnit(unit)
                        .tag("atom", atom)
                        .register(registry));
    }

    private void age(String name, String description, Function<KeyedCoordinator<?>, Duration> age) {
        made.add(TimeGauge.builder(
                        "keyedsequential." + name, coordinator, TimeUnit.NANOSECONDS, measured -> age.apply(measured)
                                .toNanos())
                .description(description)
                .tag("atom", atom)
                .register(registry));
    }

    private void counter(
            String name, @Nullable String unit, String description, ToDoubleFunction<CoordinatorStats> count) {
        made.add(FunctionCounter.builder(
                        "keyedsequential." + name, coordinator, measured -> count.applyAsDouble(measured.stats()))
                .description(description)
                .baseUnit(unit)
                .tag("atom", atom)
                .register(registry));
    }
}
