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
 * {@link Endpoint @Endpoint} that shows what runs, what waits and why. The size of an answer is bounded; the cost of a call
 * grows with the number of lanes, not with that of operations.
 */
@Endpoint(id = "keyedatoms", defaultAccess = Access.READ_ONLY)
public class KeyedAtomsEndpoint {

    private final AtomRegistry registry;
    private final KeyMask mask;
    private final Show showKeys;
    private final boolean writable;

    /**
     * Shows these.
     *
     * @param registry the atoms
     * @param mask shows keys that may not be shown
     * @param showKeys whether they may
     * @param writable whether answers say that write operations are open
     */
    public KeyedAtomsEndpoint(AtomRegistry registry, KeyMask mask, Show showKeys, boolean writable) {
        this.registry = registry;
        this.mask = mask;
        this.showKeys = showKeys;
        this.writable = writable;
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
        return new AtomsDescriptor(Collections.unmodifiableMap(atoms), writable);
    }

    /**
     * One atom, for readers about whom nothing is known.
     *
     * @param atom its name in any spelling
     * @param limit how many lanes to show, 1 or more; more than 1,000 are never shown. Default: 50
     * @return {@code null} if there is none
     */
    @ReadOperation
    public @Nullable AtomDescriptor keyedAtom(@Selector String atom, @Nullable Integer limit) {
        return describe(atom, limit, unknown());
    }

    /**
     * One lane, and why it does not move, for readers about whom nothing is known.
     *
     * @param atom the atom's name in any spelling
     * @param key the lane's handle; the key itself if keys may be shown
     * @param limit how many operations to show, 1 or more; more than 1,000 are never shown. Default: 100
     * @return {@code null} if there is no such atom or lane
     */
    @ReadOperation
    public @Nullable ExplanationDescriptor keyedLane(
            @Selector String atom, @Selector String key, @Nullable Integer limit) {
        return explain(atom, key, limit, unknown());
    }

    @Nullable
    AtomDescriptor describe(String name, @Nullable Integer limit, Reader reader) {
        int lanes = ShownAtMost.of(limit, AtomDescriber.LANES);
        RegisteredAtom atom = registry.find(name).orElse(null);
        return atom == null ? null : AtomDescriber.describe(atom, lanes, keys(reader), writable);
    }

    @Nullable
    ExplanationDescriptor explain(String name, String address, @Nullable Integer limit, Reader reader) {
        int operations = ShownAtMost.of(limit, AtomDescriber.OPERATIONS);
        KeyView keys = keys(reader);
        AddressedLane lane = AddressedLane.find(registry, name, address, keys).orElse(null);
        return lane == null
                ? null
                : lane.look()
                        .map(seen -> ExplanationDescriptor.of(lane.atom(), seen, keys, writable, operations))
                        .orElse(null);
    }

    private Reader unknown() {
        return new Reader(null, showKeys == Show.ALWAYS);
    }

    private KeyView keys(Reader reader) {
        return new KeyView(mask, reader.mayBeShownKeys());
    }
}
