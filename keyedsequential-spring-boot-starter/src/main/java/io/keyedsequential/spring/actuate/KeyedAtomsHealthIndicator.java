package io.keyedsequential.spring.actuate;

import io.keyedsequential.spring.atom.AtomRegistry;
import io.keyedsequential.spring.atom.KeyMask;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

/**
 * {@link org.springframework.boot.health.contributor.HealthIndicator} that shows keys which do not move: those that are
 * parked, at once; those of which one attempt takes long; those that are held for long. A key that only waits for a permit is not among
 * them: the atom is saturated then, which its oldest wait tells. Keys are always masked.
 *
 * <p>A stuck key is mostly a matter of that key alone, and a restart would not free it: the status says so only if told to. Cost
 * grows with the number of lanes.
 */
public final class KeyedAtomsHealthIndicator extends AbstractHealthIndicator {

    private final AtomRegistry registry;
    private final KeyView masked;
    private final Duration stuckAfter;
    private final Status whenStuck;

    /**
     * Shows these.
     *
     * @param registry the atoms
     * @param mask shows keys
     * @param stuckAfter after how long a key counts as stuck that is not parked
     * @param whenStuck the status while one is
     */
    public KeyedAtomsHealthIndicator(AtomRegistry registry, KeyMask mask, Duration stuckAfter, Status whenStuck) {
        super("keyedatoms: the atoms could not be looked at");
        this.registry = registry;
        this.masked = new KeyView(mask, false);
        this.stuckAfter = stuckAfter;
        this.whenStuck = whenStuck;
    }

    @Override
    protected void doHealthCheck(Health.Builder builder) {
        Map<String, AtomHealthDescriptor> atoms = new LinkedHashMap<>();
        registry.atoms().forEach(atom -> atoms.put(atom.name(), AtomHealthDescriptor.of(atom, stuckAfter, masked)));
        boolean stuck = atoms.values().stream().anyMatch(AtomHealthDescriptor::isStuck);
        builder.status(stuck ? whenStuck : Status.UP)
                .withDetail("stuckAfter", stuckAfter)
                .withDetail("atoms", atoms);
    }
}
