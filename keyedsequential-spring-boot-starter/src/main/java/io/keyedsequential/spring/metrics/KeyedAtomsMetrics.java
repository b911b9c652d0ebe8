package io.keyedsequential.spring.metrics;

import io.keyedsequential.CoordinatorListener;
import io.keyedsequential.CoordinatorStats;
import io.keyedsequential.KeyedCoordinator;
import io.keyedsequential.OperationState;
import io.keyedsequential.OperationTimes;
import io.keyedsequential.OperationTimes.Sum;
import io.keyedsequential.spring.atom.AtomRegistrationListener;
import io.keyedsequential.spring.atom.AtomRegistry;
import io.keyedsequential.spring.atom.AtomView;
import io.keyedsequential.spring.atom.RegisteredAtom;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.core.instrument.distribution.HistogramSnapshot;
import java.time.Duration;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * The meters of all atoms, also of those that come into being later. They are read at each scrape, and cost nothing
 * before; only timers that keep a distribution are told of every operation, on the thread that ends it.
 */
public final class KeyedAtomsMetrics implements MeterBinder, AutoCloseable {

    private final AtomRegistry atoms;
    private final Map<MeterRegistry, Queue<Meter>> bound = new ConcurrentHashMap<>();

    /**
     * Measures the atoms of a registry.
     *
     * @param atoms the atoms
     */
    public KeyedAtomsMetrics(AtomRegistry atoms) {
        this.atoms = atoms;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        Queue<Meter> meters = new ConcurrentLinkedQueue<>();
        if (bound.putIfAbsent(registry, meters) == null) { // twice would count every operation twice
            atoms.follow(new AtomRegistrationListener() {
                @Override
                public void atomAdded(RegisteredAtom atom) {
                    AtomGauges.bind(atom, registry, meters);
                    if (atom.view().scope() == AtomView.Scope.FLEET) {
                        AtomGauges.StoredGauges.bind(atom, registry, meters);
                    }
                    TimeMeters.bind(atom.name(), atom.coordinator(), registry, meters);
                }

                @Override
                public void atomReleased(RegisteredAtom atom) {
                    meters.removeIf(meter -> {
                        boolean of = atom.name().equals(meter.getId().getTag("atom"));
                        if (of) {
                            registry.remove(meter);
                        }
                        return of;
                    });
                }
            });
        }
    }

    /** Takes the meters away: a registry that outlives the application can measure the next one's atoms. */
    @Override
    public void close() {
        bound.forEach((registry, meters) -> meters.forEach(registry::remove));
    }

    /**
     * The meters of one atom that are read from its coordinator's counts at each scrape, also where an engine keeps its
     * operations: they are of this instance, and those of all instances may be added up. They hold the coordinator
     * weakly, as gauges do: the holder of the atom holds it.
     */
    static final class AtomGauges {

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
            age(
                    "longest.run",
                    "The longest time any attempt has run or awaited its future",
                    KeyedCoordinator::longestRun);
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
            made.add(Gauge.builder(
                            "keyedsequential." + name, coordinator, measured -> count.applyAsDouble(measured.stats()))
                    .description(description)
                    .baseUnit(unit)
                    .tag("atom", atom)
                    .register(registry));
        }

        private void age(String name, String description, Function<KeyedCoordinator<?>, Duration> age) {
            made.add(TimeGauge.builder(
                            "keyedsequential." + name, coordinator, TimeUnit.NANOSECONDS, measured -> age.apply(
                                            measured)
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

        /**
         * The meters of what an engine keeps for all instances. Each instance shows the same, so that dashboards take
         * the largest and do not add them up. The engine's view says how often it looks.
         */
        static final class StoredGauges {

            private final RegisteredAtom atom;
            private final MeterRegistry registry;
            private final Collection<? super Meter> made;

            private StoredGauges(RegisteredAtom atom, MeterRegistry registry, Collection<? super Meter> made) {
                this.atom = atom;
                this.registry = registry;
                this.made = made;
            }

            static void bind(RegisteredAtom atom, MeterRegistry registry, Collection<? super Meter> made) {
                new StoredGauges(atom, registry, made).bind();
            }

            private void bind() {
                operations("queued", CoordinatorStats::queued);
                operations("running", stats -> stats.active() + stats.awaiting());
                operations("backing-off", CoordinatorStats::backingOff);
                operations("parked", CoordinatorStats::parked);
                made.add(Gauge.builder("keyedsequential.stored.lanes", atom.view(), view -> view.stats()
                                .lanes())
                        .description("Keys that have a stored operation, or are paused, on all instances together")
                        .tag("atom", atom.name())
                        .register(registry));
                made.add(TimeGauge.builder(
                                "keyedsequential.stored.oldest.wait",
                                atom.view(),
                                TimeUnit.NANOSECONDS,
                                view -> view.oldestWait().toNanos())
                        .description("The longest time any stored operation has been waiting")
                        .tag("atom", atom.name())
                        .register(registry));
            }

            private void operations(String state, ToDoubleFunction<CoordinatorStats> count) {
                made.add(Gauge.builder(
                                "keyedsequential.stored.operations",
                                atom.view(),
                                (AtomView view) -> count.applyAsDouble(view.stats()))
                        .description("Operations that an engine keeps now, for all instances together")
                        .tag("atom", atom.name())
                        .tag("state", state)
                        .register(registry));
            }
        }
    }

    /**
     * How long the operations of one atom had waited and run. The coordinator sums that up itself, so that it is read
     * at each scrape, and costs an operation nothing. Only a meter that keeps a {@link Distributions distribution} is
     * told of each operation.
     *
     * <p>Either way a scrape shows count, sum and maximum under the same names.
     */
    static final class TimeMeters {

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

        /** Which timers keep more of what they are told than sums and a maximum. */
        static final class Distributions {

            /** Hands on each time; its server makes percentiles. */
            private static final String STATSD = "io.micrometer.statsd.";

            /** May keep buckets that its timers do not show. */
            private static final String OTLP = "io.micrometer.registry.otlp.";

            private Distributions() {}

            /**
             * Whether a timer has percentiles, buckets or thresholds, as configured for its name, or may have and does
             * not tell.
             *
             * @param timer of the registry
             * @param registry if it is made of several, one of them is enough
             */
            static boolean isKept(Timer timer, MeterRegistry registry) {
                if (!(registry instanceof CompositeMeterRegistry composite)) {
                    HistogramSnapshot snapshot = timer.takeSnapshot();
                    String type = timer.getClass().getName();
                    return snapshot.histogramCounts().length > 0
                            || snapshot.percentileValues().length > 0
                            || type.startsWith(STATSD)
                            || type.startsWith(OTLP);
                }
                for (MeterRegistry each : composite.getRegistries()) {
                    Timer part = partOf(timer, each);
                    if (part != null && isKept(part, each)) {
                        return true;
                    }
                }
                return false;
            }

            private static @Nullable Timer partOf(Timer timer, MeterRegistry registry) {
                return registry.find(timer.getId().getName())
                        .tags(timer.getId().getTags())
                        .timer();
            }
        }

        /**
         * The timers of one atom that must be told of every operation as it ends, since they keep a distribution.
         * Overrides nothing that makes the coordinator build a view of each operation.
         */
        static final class OperationTimers implements CoordinatorListener {

            private final @Nullable Timer completed;
            private final @Nullable Timer failed;
            private final @Nullable Timer cancelled;
            private final @Nullable Timer wait;

            /**
             * Tells these.
             *
             * @param runs by outcome; those that are missing are not told
             * @param wait {@code null} if it is not told
             */
            OperationTimers(Map<OperationState, Timer> runs, @Nullable Timer wait) {
                this.completed = runs.get(OperationState.COMPLETED);
                this.failed = runs.get(OperationState.FAILED);
                this.cancelled = runs.get(OperationState.CANCELLED);
                this.wait = wait;
            }

            /** Only counts: failures without a future stay with the log. */
            @Override
            public boolean logsFailures() {
                return false;
            }

            @Override
            public void operationTimed(String atom, OperationState outcome, long waitNanos, long runNanos) {
                record(wait, waitNanos);
                record(
                        outcome == OperationState.COMPLETED
                                ? completed
                                : outcome == OperationState.FAILED ? failed : cancelled,
                        runNanos);
            }

            private static void record(@Nullable Timer timer, long nanos) {
                if (timer != null) {
                    timer.record(nanos, TimeUnit.NANOSECONDS);
                }
            }
        }
    }
}
