package io.keyedsequential.spring.actuate;

import io.keyedsequential.spring.actuate.AtomDescriptor.LimitsDescriptor;
import io.keyedsequential.spring.atom.AtomRegistry;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.boot.actuate.info.Info;
import org.springframework.boot.actuate.info.InfoContributor;

/** Names and limits of all atoms, under {@code keyedatoms}. */
public final class KeyedAtomsInfoContributor implements InfoContributor {

    private final AtomRegistry registry;

    /**
     * Shows these.
     *
     * @param registry the atoms
     */
    public KeyedAtomsInfoContributor(AtomRegistry registry) {
        this.registry = registry;
    }

    @Override
    public void contribute(Info.Builder builder) {
        Map<String, LimitsDescriptor> atoms = new LinkedHashMap<>();
        registry.atoms()
                .forEach(atom -> atoms.put(
                        atom.name(),
                        LimitsDescriptor.of(
                                atom.coordinator().options(), atom.coordinator().stats())));
        builder.withDetail("keyedatoms", atoms);
    }
}
