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
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;

/**
 * {@link Endpoint @Endpoint} that shows what runs, what waits and why, and lets operators steer it. The size of an answer is bounded; the cost of a call
 * grows with the number of lanes, not with that of operations.
 */
@Endpoint(id = "keyedatoms", defaultAccess = Access.READ_ONLY)
public class KeyedAtomsEndpoint {

    private final AtomRegistry registry;
    private final KeyMask mask;
    private final Show showKeys;
    private final boolean writable;
    private final ActionLog log = new ActionLog();

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

    /**
     * Does something to an atom.
     *
     * @param atom its name in any spelling
     * @param action {@code pause}, {@code resume}, {@code limits} or {@code cancel}
     * @param maxConcurrency for {@code limits}: how many operations run at once from now on
     * @param operation for {@code cancel}: the id of the operation
     * @return what was done
     * @throws org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException if it was not, with why
     */
    @WriteOperation
    public ActionDescriptor steerAtom(
            @Selector String atom, String action, @Nullable Integer maxConcurrency, @Nullable Long operation) {
        return steer(atom, action, maxConcurrency, operation, unknown());
    }

    /**
     * Does something to a lane.
     *
     * @param atom the atom's name in any spelling
     * @param key the lane's handle; the key itself if keys may be shown
     * @param action {@code retry}, {@code skip}, {@code purge}, {@code pause} or {@code resume}
     * @return what was done
     * @throws org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException if it was not, with why
     */
    @WriteOperation
    public ActionDescriptor steerLane(@Selector String atom, @Selector String key, String action) {
        return steer(atom, key, action, unknown());
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

    ActionDescriptor steer(
            String name,
            @Nullable String action,
            @Nullable Integer maxConcurrency,
            @Nullable Long operation,
            Reader reader) {
        AtomAction asked = ActionNames.parse(action, AtomAction.class);
        RegisteredAtom atom = registry.find(name).orElseThrow(() -> unknownAtom(name));
        return log.told(atom.name(), ActionNames.of(asked), null, reader, () -> new AtomSteering(
                        atom.name(), atom.coordinator())
                .act(asked, maxConcurrency, operation));
    }

    ActionDescriptor steer(String name, String address, @Nullable String action, Reader reader) {
        LaneAction asked = ActionNames.parse(action, LaneAction.class);
        RegisteredAtom atom = registry.find(name).orElseThrow(() -> unknownAtom(name));
        KeyView keys = keys(reader);
        AddressedLane lane = AddressedLane.find(registry, name, address, keys)
                .orElseThrow(() -> new RefusedException(
                        RefusedException.NOT_FOUND,
                        "%s: no such lane: it has emptied, or never was".formatted(atom.name())));
        return log.told(
                atom.name(), ActionNames.of(asked), mask.mask(lane.key()), reader, () -> new LaneSteering(lane, keys)
                        .act(asked));
    }

    private RefusedException unknownAtom(String name) {
        return new RefusedException(
                RefusedException.NOT_FOUND,
                "no atom '%s'; known atoms: %s"
                        .formatted(
                                name,
                                registry.atoms().stream()
                                        .map(RegisteredAtom::name)
                                        .toList()));
    }

    private Reader unknown() {
        return new Reader(null, showKeys == Show.ALWAYS);
    }

    private KeyView keys(Reader reader) {
        return new KeyView(mask, reader.mayBeShownKeys());
    }
}
