package io.keyedsequential.spring.metrics;

import io.keyedsequential.spring.atom.AtomRegistrationListener;
import io.keyedsequential.spring.atom.AtomRegistry;
import io.keyedsequential.spring.atom.AtomView;
import io.keyedsequential.spring.atom.RegisteredAtom;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

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
                        StoredGauges.bind(atom, registry, meters);
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
}
