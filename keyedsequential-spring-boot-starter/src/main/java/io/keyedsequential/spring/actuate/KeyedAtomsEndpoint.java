package io.keyedsequential.spring.actuate;

import io.keyedsequential.CoordinatorState;
import io.keyedsequential.Keys;
import io.keyedsequential.spring.actuate.ActionLog.ActionMemory;
import io.keyedsequential.spring.actuate.AddressedLane.KeyView;
import io.keyedsequential.spring.actuate.AddressedLane.LaneAddress;
import io.keyedsequential.spring.actuate.AddressedLane.Requester;
import io.keyedsequential.spring.actuate.AtomDescriptor.AtomHandle;
import io.keyedsequential.spring.actuate.AtomDescriptor.AtomSummaryDescriptor;
import io.keyedsequential.spring.actuate.AtomDescriptor.Look;
import io.keyedsequential.spring.actuate.AtomSteering.ActionNames;
import io.keyedsequential.spring.actuate.AtomSteering.AtomAction;
import io.keyedsequential.spring.actuate.AtomSteering.LaneSteering;
import io.keyedsequential.spring.actuate.AtomSteering.LaneSteering.LaneAction;
import io.keyedsequential.spring.actuate.BoundedList.Limit;
import io.keyedsequential.spring.actuate.BoundedList.Names;
import io.keyedsequential.spring.actuate.EndpointSurroundings.AtomHistory;
import io.keyedsequential.spring.actuate.EndpointSurroundings.AtomHistory.HistoryDescriptor;
import io.keyedsequential.spring.actuate.LaneDescriptor.ExplanationDescriptor;
import io.keyedsequential.spring.actuate.ParkedSteering.ParkedRequest;
import io.keyedsequential.spring.atom.AtomRegistry;
import io.keyedsequential.spring.atom.KeyMask;
import io.keyedsequential.spring.atom.KeyMask.KeyDisplay;
import io.keyedsequential.spring.atom.KeyMask.LoggedKeys;
import io.keyedsequential.spring.atom.RegisteredAtom;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;
import org.springframework.boot.actuate.endpoint.Show;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;

/**
 * {@link Endpoint @Endpoint} that shows what runs, what waits and why, and lets operators steer it. The size of an
 * answer is bounded; the cost of a call grows with the number of lanes, not with that of operations. What is about one
 * atom or lane is offered by an extension for each technology, since each addresses them in its own way.
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
     * @throws org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException if there is none; names those
     *     that there are
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
     * @throws org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException if there is no such atom or
     *     lane; names those that there are
     */
    public ExplanationDescriptor keyedLane(String atom, String key, @Nullable Integer limit) {
        return explain(atom, LaneAddress.text(key), limit, unknown());
    }

    /**
     * Does something to an atom.
     *
     * @param atom its name in any spelling
     * @param action {@code pause}, {@code resume}, {@code limits} or {@code reset-limits}; {@code cancel},
     *     {@code retry}, {@code skip}, {@code purge} or {@code abandon} of an operation; {@code retry-parked},
     *     {@code skip-parked} or {@code purge-parked} of all parked lanes
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

    AtomsDescriptor describeAll(@Nullable Boolean withHistory, Requester reader) {
        List<RegisteredAtom> known = registry.atoms();
        Map<String, AtomSummaryDescriptor> atoms = new LinkedHashMap<>();
        known.forEach(atom -> atoms.put(atom.name(), AtomDescriptor.summary(atom)));
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

    AtomDescriptor describe(String name, @Nullable Integer limit, @Nullable String search, Requester reader) {
        int lanes = Limit.of(limit, AtomDescriptor.LANES);
        RegisteredAtom atom = atom(name);
        return AtomDescriptor.of(
                atom,
                lanes,
                search,
                keys(reader),
                writable,
                actions.ofAtom(atom.name(), reader),
                PartitionsDescriptor.of(atom, lanes, around.instance()));
    }

    ExplanationDescriptor explain(String name, LaneAddress address, @Nullable Integer limit, Requester reader) {
        int operations = Limit.of(limit, AtomDescriptor.OPERATIONS);
        RegisteredAtom atom = atom(name);
        KeyView keys = keys(reader);
        return Look.orRefuse(atom, () -> {
            AddressedLane lane = AddressedLane.find(atom, address, keys);
            return ExplanationDescriptor.of(
                    lane, lane.seen(keys), keys, writable, operations, around.traces(), atom.partitionSources());
        });
    }

    ActionDescriptor steer(
            String name,
            @Nullable String action,
            @Nullable Integer maxConcurrency,
            @Nullable Long operation,
            ParkedRequest parked,
            Requester reader) {
        AtomAction asked = ActionNames.parse(action, AtomAction.class);
        RegisteredAtom atom = atom(name);
        AtomSteering steering = new AtomSteering(atom, keys(reader));
        Supplier<ActionLog.Done> act =
                () -> Look.orRefuse(atom, () -> steering.act(asked, maxConcurrency, operation, parked));
        return asked.ofParked() != null && parked.isPreview()
                ? act.get().answer() // nothing is done, so nothing is told
                : log.toldOfSeveral(atom.name(), ActionNames.of(asked), reader, act);
    }

    ActionDescriptor steer(String name, LaneAddress address, @Nullable String action, Requester reader) {
        LaneAction asked = ActionNames.parse(action, LaneAction.class);
        RegisteredAtom atom = atom(name);
        KeyView keys = keys(reader);
        AddressedLane lane = Look.orRefuse(
                atom,
                () -> asked == LaneAction.PAUSE || asked == LaneAction.RESUME
                        ? AddressedLane.findOrName(atom, address, keys)
                        : AddressedLane.find(atom, address, keys));
        return log.told(
                atom.name(),
                ActionNames.of(asked),
                lane.key(),
                reader,
                () -> Look.orRefuse(atom, () -> new LaneSteering(lane, keys).act(asked)));
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

    private Requester unknown() {
        return new Requester(null, showKeys == Show.ALWAYS);
    }

    private KeyView keys(Requester reader) {
        return new KeyView(mask, reader.mayBeShownKeys());
    }

    /**
     * Description of all atoms.
     *
     * @param application the name of the application, if it has one
     * @param instance which of its processes this is
     * @param headline what may need an operator, over all atoms
     * @param atoms the atoms by name
     * @param writable whether write operations are open
     * @param actions what operators have done lately to any atom, newest first; at most 20
     * @param history the last hour of each atom, if it was asked for and is remembered; of the first 100 atoms
     */
    public record AtomsDescriptor(
            @Nullable String application,
            String instance,
            HeadlineDescriptor headline,
            Map<String, AtomSummaryDescriptor> atoms,
            boolean writable,
            BoundedList<ActedDescriptor> actions,
            @Nullable Map<String, HistoryDescriptor> history)
            implements OperationResponseBody {}

    /**
     * Description of what may need an operator, over all atoms.
     *
     * @param stuckKeys how many keys do not move; of each atom, counted up to 200
     * @param parkedKeys how many operations keep their key closed until an operator decides
     * @param pausedKeys how many keys an operator has paused by themselves; of each atom, counted up to 200
     * @param pausedAtoms how many atoms are paused as a whole
     * @param saturatedAtoms how many atoms have hardly room, or none
     * @param unavailableAtoms how many atoms have an engine that cannot be asked now
     * @param pausedPartitions how many partitions of this instance have a full window
     */
    public record HeadlineDescriptor(
            long stuckKeys,
            long parkedKeys,
            long pausedKeys,
            int pausedAtoms,
            int saturatedAtoms,
            int unavailableAtoms,
            int pausedPartitions) {

        static HeadlineDescriptor of(Collection<AtomSummaryDescriptor> atoms) {
            long stuck = 0;
            long parked = 0;
            long paused = 0;
            int pausedAtoms = 0;
            int saturated = 0;
            int unavailable = 0;
            int partitions = 0;
            for (AtomSummaryDescriptor atom : atoms) {
                stuck += atom.attention().stuckKeys();
                parked += atom.attention().parkedKeys();
                paused += atom.attention().pausedKeys();
                pausedAtoms += atom.state() == CoordinatorState.PAUSED ? 1 : 0;
                saturated += atom.attention().saturated() ? 1 : 0;
                unavailable += atom.unavailable() == null ? 0 : 1;
                partitions += atom.attention().pausedPartitions();
            }
            return new HeadlineDescriptor(stuck, parked, paused, pausedAtoms, saturated, unavailable, partitions);
        }
    }

    /**
     * Description of what an operator has asked for.
     *
     * @param at when it was over
     * @param atom the atom
     * @param action what was asked for
     * @param key the key that it was about, or its mask; absent if it was about none, or about several
     * @param handle what addresses the lane of that key in a URL
     * @param by who asked, for readers who are known themselves or may see keys
     * @param carriedOut whether it was done; otherwise it was refused
     * @param result what came of it, or why it was refused
     */
    public record ActedDescriptor(
            Instant at,
            String atom,
            String action,
            @Nullable String key,
            @Nullable String handle,
            @Nullable String by,
            boolean carriedOut,
            String result) {}

    /**
     * Description of what a write operation has done.
     *
     * @param atom the atom's name
     * @param key the key, or its mask; absent if the action is about no lane
     * @param handle what addresses the lane in a URL; absent if the action is about no lane
     * @param action what was asked for
     * @param result what came of it, in one sentence that names no key
     * @param maxConcurrency the limit that holds from now on; absent if the action is about another thing
     * @param operations the ids of the operations that were tried again, given up or taken out; empty for other actions
     * @param preview {@code true} if nothing was done: {@code result} says what would be; absent otherwise
     * @param lanes the parked lanes that it was done to, or would be; absent for actions that are about one of them
     * @param errors what all parked lanes of the atom have failed with; absent for actions that are about one of them
     */
    public record ActionDescriptor(
            String atom,
            @Nullable String key,
            @Nullable String handle,
            String action,
            String result,
            @Nullable Integer maxConcurrency,
            BoundedList<Long> operations,
            @Nullable Boolean preview,
            @Nullable BoundedList<ParkedLaneDescriptor> lanes,
            @Nullable BoundedList<ParkedErrorDescriptor> errors)
            implements OperationResponseBody {

        /** What was done to one atom, lane or operation. */
        ActionDescriptor(
                String atom,
                @Nullable String key,
                @Nullable String handle,
                String action,
                String result,
                @Nullable Integer maxConcurrency,
                BoundedList<Long> operations) {
            this(atom, key, handle, action, result, maxConcurrency, operations, null, null, null);
        }
    }

    /**
     * Description of a lane that is parked.
     *
     * @param key the key, or its mask
     * @param handle what addresses the lane in a URL
     * @param operation the id of the operation that keeps it closed
     * @param label which business that operation is about, if it says so
     * @param error the class of what it has failed with
     * @param behind how many operations wait behind it
     */
    public record ParkedLaneDescriptor(
            String key, String handle, long operation, @Nullable String label, @Nullable String error, int behind) {}

    /**
     * Description of what lanes are parked for.
     *
     * @param type the class of what the operation has failed with that keeps each of them closed
     * @param lanes how many
     */
    public record ParkedErrorDescriptor(String type, long lanes) {}

    /**
     * Description of why a request was not carried out.
     *
     * @param message what is wrong with it, and what would be right; names no key
     */
    public record RefusalDescriptor(String message) implements OperationResponseBody {}

    /** A request that was understood and is not carried out; outside of the web its message is the answer. */
    static final class RefusedException extends InvalidEndpointRequestException {

        static final int BAD_REQUEST = 400;
        static final int NOT_FOUND = 404;
        static final int CONFLICT = 409;
        static final int UNAVAILABLE = 503;

        private static final long serialVersionUID = 1L;

        private final int status;
        private final String why;

        RefusedException(int status, String message) {
            super(message, message);
            this.status = status;
            this.why = message;
        }

        int status() {
            return status;
        }

        String why() {
            return why;
        }
    }
}
