package io.keyedsequential.spring.actuate;

import io.keyedsequential.spring.atom.AtomRegistry;
import io.keyedsequential.spring.atom.KeyMask;
import io.keyedsequential.spring.atom.RegisteredAtom;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.Show;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;

/**
 * {@link Endpoint @Endpoint} that shows what runs and what waits. Cost of a call grows with the number of operations that
 * the atoms hold.
 */
@Endpoint(id = "keyedatoms", defaultAccess = Access.READ_ONLY)
public class KeyedAtomsEndpoint {

    private final AtomRegistry registry;
    private final KeyMask mask;
    private final Show showKeys;

    /**
     * Shows these.
     *
     * @param registry the atoms
     * @param mask shows keys that may not be shown
     * @param showKeys whether they may
     */
    public KeyedAtomsEndpoint(AtomRegistry registry, KeyMask mask, Show showKeys) {
        this.registry = registry;
        this.mask = mask;
        this.showKeys = showKeys;
    }

    /**
     * All atoms.
     *
     * @return without keys
     */
    @ReadOperation
    public AtomsDescriptor keyedAtoms() {
        Map<String, AtomSummaryDescriptor> atoms = new LinkedHashMap<>();
        registry.atoms().forEach(atom -> atoms.put(atom.name(), AtomDescriber.summary(atom)));
        return new AtomsDescriptor(Collections.unmodifiableMap(atoms));
    }

    /**
     * One atom, for readers about whom nothing is known.
     *
     * @param atom its name in any spelling
     * @return {@code null} if there is none
     */
    @ReadOperation
    public @Nullable AtomDescriptor keyedAtom(@Selector String atom) {
        return describe(atom, showKeys == Show.ALWAYS);
    }

    @Nullable
    AtomDescriptor describe(String name, boolean keysMayBeShown) {
        RegisteredAtom atom = registry.find(name).orElse(null);
        return atom == null ? null : AtomDescriber.describe(atom, new KeyView(mask, keysMayBeShown));
    }
}
