package io.keyedsequential.spring.metrics;

import io.keyedsequential.CoordinatorStats;
import io.keyedsequential.spring.atom.AtomView;
import io.keyedsequential.spring.atom.RegisteredAtom;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import java.util.Collection;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/**
 * The meters of what an engine keeps for all instances. Each instance shows the same, so that dashboards take the
 * largest and do not add them up. The engine's view says how often it looks.
 */
final class StoredGauges {

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
