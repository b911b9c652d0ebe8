package io.keyedsequential.spring.actuate;

import io.keyedsequential.Keys;
import io.keyedsequential.spring.atom.AtomRegistry;
import io.keyedsequential.spring.atom.KeyDisplay;
import io.keyedsequential.spring.atom.KeyMask;
import io.keyedsequential.spring.atom.LoggedKeys;
import io.keyedsequential.spring.atom.RegisteredAtom;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.Show;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;

/**
 * {@link Endpoint @Endpoint} that shows what runs, what waits and why, and lets operators steer it. The size of an answer is bounded; the cost of a call
 * grows with the number of lanes, not with that of operations. What is about one atom or lane is offered by an extension for each technology,
 * since each addresses them in its own way.
 */
@Endpoint(id = "keyedatoms", defaultAccess = Access.READ_ONLY)
public class KeyedAtomsEndpoint {

    /** How many atoms are named at most where one was not found. */
    private static final int ATOMS_NAMED = 50;

    private final AtomRegistry registry;
    private final KeyMask mask;
    private final Show showKeys;
    private final boolean writable;
    private final EndpointSurroundings around;
    private final ActionMemory actions = new ActionMemory();
    private final ActionLog log;

    /**
     * Shows these.
     *
     * @param registry the atoms
     * @param mask shows keys that may not be shown
     * @param showKeys whether they may
     * @param writable whether answers say that write operations are open
     */
    public KeyedAtomsEndpoint(AtomRegistry registry, KeyMask mask, Show showKeys, boolean writable) {
        this(registry, mask, showKeys, writable, EndpointSurroundings.none(new LoggedKeys(KeyDisplay.MASKED, mask)));
    }

    /**
     * Shows these, and what is around them.
     *
     * @param registry the atoms
     * @param mask shows keys that may not be shown
     * @param showKeys whether they may
     * @param writable whether answers say that write operations are open
     * @param around what is known of the application
     */
    public KeyedAtomsEndpoint(
            AtomRegistry registry, KeyMask mask, Show showKeys, boolean writable, EndpointSurroundings around) {
        this.registry = registry;
        this.mask = mask;
        this.showKeys = showKeys;
        this.writable = writable;
        this.around = around;
        this.log = new ActionLog(around.keys(), actions, around.events());
    }

    /**
     * All atoms, for readers about whom nothing is known.
     *
     * @param history whether to add the last hour of each. Default: no
     * @return with what operators have done lately, which may name keys
     */
    @ReadOperation
    public AtomsDescriptor keyedAtoms(@Nullable Boolean history) {
        return describeAll(history, unknown());
    }

    /**
     * One atom, for readers about whom nothing is known.
     *
     * @param atom its name in any spelling
     * @param limit how many lanes to show, 1 or more; more than 1,000 are never shown. Default: 50
     * @param search what to look for among keys, labels, names and ids. Default: nothing
     * @return its lanes and operations
     * @throws org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException if there is none; names those that there
     *     are
     */
    public AtomDescriptor keyedAtom(String atom, @Nullable Integer limit, @Nullable String search) {
        return describe(atom, limit, search, unknown());
    }

    /**
     * One lane, and why it does not move, for readers about whom nothing is known.
     *
     * @param atom the atom's name in any spelling
     * @param key the lane's handle; the key itself if keys may be shown
     * @param limit how many operations to show, 1 or more; more than 1,000 are never shown. Default: 100
     * @return its operations, and why it does not move
     * @throws org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException if there is no such atom or lane; names
     *     those that there are
     */
    public ExplanationDescriptor keyedLane(String atom, String key, @Nullable Integer limit) {
        return explain(atom, LaneAddress.text(key), limit, unknown());
    }

    /**
     * Does something to an atom.
     *
     * @param atom its name in any spelling
     * @param action {@code pause}, {@code resume} or {@code limits}; {@code cancel}, {@code retry}, {@code skip}, {@code purge} or
     *     {@code abandon} of an operation; {@code retry-parked}, {@code skip-parked} or {@code purge-parked} of all parked lanes
     * @param maxConcurrency for {@code limits}: how many operations run at once from now on
     * @param operation for those of an operation: its id
     * @param error for those of parked lanes: only lanes that have failed with this class
     * @param preview for those of parked lanes: {@code true} to be told only what would be done
     * @param atMost for those of parked lanes: how many are expected; if there are more, nothing is done
     * @return what was done
     * @throws org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException if it was not, with why
     */
    public ActionDescriptor steerAtom(
            String atom,
            String action,
            @Nullable Integer maxConcurrency,
            @Nullable Long operation,
            @Nullable String error,
            @Nullable Boolean preview,
            @Nullable Integer atMost) {
        return steer(atom, action, maxConcurrency, operation, new ParkedRequest(error, preview, atMost), unknown());
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
    public ActionDescriptor steerLane(String atom, String key, String action) {
        return steer(atom, LaneAddress.text(key), action, unknown());
    }

    AtomsDescriptor describeAll(@Nullable Boolean withHistory, Reader reader) {
        List<RegisteredAtom> known = registry.atoms();
        Map<String, AtomSummaryDescriptor> atoms = new LinkedHashMap<>();
        known.forEach(atom -> atoms.put(atom.name(), AtomDescriber.summary(atom)));
        AtomHistory history = around.history();
        return new AtomsDescriptor(
                around.application(),
                around.instance(),
                HeadlineDescriptor.of(atoms.values()),
                Collections.unmodifiableMap(atoms),
                writable,
                actions.ofAll(reader),
                history == null || !Boolean.TRUE.equals(withHistory) ? null : history.describe(known));
    }

    AtomDescriptor describe(String name, @Nullable Integer limit, @Nullable String search, Reader reader) {
        int lanes = ShownAtMost.of(limit, AtomDescriber.LANES);
        RegisteredAtom atom = atom(name);
        return AtomDescriber.describe(atom, lanes, search, keys(reader), writable, actions.ofAtom(atom.name(), reader));
    }

    ExplanationDescriptor explain(String name, LaneAddress address, @Nullable Integer limit, Reader reader) {
        int operations = ShownAtMost.of(limit, AtomDescriber.OPERATIONS);
        KeyView keys = keys(reader);
        AddressedLane lane = AddressedLane.find(atom(name), address, keys);
        return ExplanationDescriptor.of(lane, lane.seen(keys), keys, writable, operations, around.traces());
    }

    ActionDescriptor steer(
            String name,
            @Nullable String action,
            @Nullable Integer maxConcurrency,
            @Nullable Long operation,
            ParkedRequest parked,
            Reader reader) {
        AtomAction asked = ActionNames.parse(action, AtomAction.class);
        RegisteredAtom atom = atom(name);
        AtomSteering steering = new AtomSteering(atom, keys(reader));
        return asked.ofParked() != null && parked.isPreview()
                ? steering.act(asked, maxConcurrency, operation, parked).answer() // nothing is done, so nothing is told
                : log.toldOfSeveral(
                        atom.name(),
                        ActionNames.of(asked),
                        reader,
                        () -> steering.act(asked, maxConcurrency, operation, parked));
    }

    ActionDescriptor steer(String name, LaneAddress address, @Nullable String action, Reader reader) {
        LaneAction asked = ActionNames.parse(action, LaneAction.class);
        RegisteredAtom atom = atom(name);
        KeyView keys = keys(reader);
        AddressedLane lane = asked == LaneAction.PAUSE || asked == LaneAction.RESUME
                ? AddressedLane.findOrName(atom, address, keys)
                : AddressedLane.find(atom, address, keys);
        return log.told(
                atom.name(), ActionNames.of(asked), lane.key(), reader, () -> new LaneSteering(lane, keys).act(asked));
    }

    private RegisteredAtom atom(String address) {
        return AtomHandle.find(registry, address).orElseThrow(() -> {
            List<RegisteredAtom> known = registry.atoms();
            return new RefusedException(
                    RefusedException.NOT_FOUND,
                    "no atom '%s'; known atoms: %s"
                            .formatted(
                                    Keys.describe(address),
                                    Names.bounded(
                                            known.stream()
                                                    .limit(ATOMS_NAMED)
                                                    .map(atom -> Keys.describe(atom.name()))
                                                    .toList(),
                                            known.size())));
        });
    }

    private Reader unknown() {
        return new Reader(null, showKeys == Show.ALWAYS);
    }

    private KeyView keys(Reader reader) {
        return new KeyView(mask, reader.mayBeShownKeys());
    }
}
