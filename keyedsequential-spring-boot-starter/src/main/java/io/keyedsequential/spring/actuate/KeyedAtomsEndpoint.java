package io.keyedsequential.spring.actuate;

import io.keyedsequential.CoordinatorOptions;
import io.keyedsequential.CoordinatorState;
import io.keyedsequential.CoordinatorStats;
import io.keyedsequential.FailedAttempt;
import io.keyedsequential.Keys;
import io.keyedsequential.LaneExplanation;
import io.keyedsequential.LaneSnapshot;
import io.keyedsequential.LaneState;
import io.keyedsequential.OneLine;
import io.keyedsequential.OperationSnapshot;
import io.keyedsequential.OperationState;
import io.keyedsequential.OverflowPolicy;
import io.keyedsequential.spring.actuate.ActionLog.ActionMemory;
import io.keyedsequential.spring.actuate.AtomSteering.AtomAction;
import io.keyedsequential.spring.actuate.LaneSteering.LaneAction;
import io.keyedsequential.spring.actuate.ParkedSteering.ParkedRequest;
import io.keyedsequential.spring.atom.AtomRegistry;
import io.keyedsequential.spring.atom.AtomView;
import io.keyedsequential.spring.atom.KeyMask;
import io.keyedsequential.spring.atom.KeyMask.KeyDisplay;
import io.keyedsequential.spring.atom.KeyMask.LoggedKeys;
import io.keyedsequential.spring.atom.PartitionSource;
import io.keyedsequential.spring.atom.RecordedFailure;
import io.keyedsequential.spring.atom.RegisteredAtom;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.Access;
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

    AtomDescriptor describe(String name, @Nullable Integer limit, @Nullable String search, Requester reader) {
        int lanes = Limit.of(limit, AtomDescriber.LANES);
        RegisteredAtom atom = atom(name);
        return AtomDescriber.describe(
                atom,
                lanes,
                search,
                keys(reader),
                writable,
                actions.ofAtom(atom.name(), reader),
                PartitionsDescriptor.of(atom, lanes, around.instance()));
    }

    ExplanationDescriptor explain(String name, LaneAddress address, @Nullable Integer limit, Requester reader) {
        int operations = Limit.of(limit, AtomDescriber.OPERATIONS);
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
     * Description of one atom in a few numbers.
     *
     * @param handle what addresses it in a URL: its name, if that has no odd characters
     * @param declaredBy the methods that declare it, or the bean
     * @param engine what keeps its operations
     * @param scope whose operations these are: of this instance, or of all that share the engine
     * @param state what it does as a whole
     * @param paused whether an operator paused it
     * @param intakeOpen whether it takes new operations
     * @param limits its limits
     * @param counts what is there now, and what has been
     * @param oldestWait the longest time any operation has been waiting, be it queued, backing off or parked; zero if
     *     none waits
     * @param longestRun the longest time any attempt has been under way on this instance: it runs, or awaits its
     *     future; zero if none does
     * @param asOf when the oldest of this was looked at
     * @param attention what of it may need an operator
     * @param unavailable why its engine cannot be asked, so that all of this is of what this process knows; absent if
     *     it can
     */
    public record AtomSummaryDescriptor(
            String handle,
            String declaredBy,
            String engine,
            AtomView.Scope scope,
            CoordinatorState state,
            boolean paused,
            boolean intakeOpen,
            LimitsDescriptor limits,
            CoordinatorStats counts,
            Duration oldestWait,
            Duration longestRun,
            Instant asOf,
            AttentionDescriptor attention,
            @Nullable String unavailable) {}

    /**
     * Description of the limits of an atom.
     *
     * @param maxConcurrency how many operations run at once, as it is at present
     * @param configuredMaxConcurrency the same as configured, if an operator has set another one; otherwise absent
     * @param perKeyConcurrency how many operations of one key run at once
     * @param capacity how many operations are queued at most
     * @param capacityPerKey how many operations of one key are queued at most
     * @param overflowPolicy what happens to a caller that finds no room
     * @param blockTimeout how long such a caller waits; absent if it does not wait
     * @param callTimeout how long a caller that runs the method itself waits for its turn
     * @param fairScheduling whether every turn is one operation
     * @param window how many finished operations are remembered at most
     * @param windowAge how long they are
     */
    public record LimitsDescriptor(
            int maxConcurrency,
            @Nullable Integer configuredMaxConcurrency,
            int perKeyConcurrency,
            int capacity,
            int capacityPerKey,
            OverflowPolicy overflowPolicy,
            @Nullable Duration blockTimeout,
            Duration callTimeout,
            boolean fairScheduling,
            int window,
            Duration windowAge) {

        static LimitsDescriptor of(CoordinatorOptions options, CoordinatorStats stats) {
            return new LimitsDescriptor(
                    stats.maxConcurrency(),
                    stats.maxConcurrency() == options.maxConcurrency() ? null : options.maxConcurrency(),
                    options.perKeyConcurrency(),
                    options.capacity(),
                    options.capacityPerKey(),
                    options.overflowPolicy(),
                    options.overflowPolicy() == OverflowPolicy.BLOCK ? options.blockTimeout() : null,
                    options.callTimeout(),
                    options.fairScheduling(),
                    options.window(),
                    options.windowAge());
        }
    }

    /**
     * Description of what of an atom may need an operator.
     *
     * @param stuckKeys how many keys do not move: those that are parked, and those that have not moved for a minute and
     *     wait for more than a permit; counted up to 200
     * @param parkedKeys how many operations keep their key closed until an operator retries, skips or purges them
     * @param pausedKeys how many keys an operator has paused by themselves; counted up to 200
     * @param saturated whether more than 80 % of the capacity is taken, or a caller waits for room; what an engine
     *     keeps elsewhere takes none
     * @param pausedPartitions how many partitions of this instance have a full window
     */
    public record AttentionDescriptor(
            int stuckKeys, long parkedKeys, int pausedKeys, boolean saturated, int pausedPartitions) {

        /** Enough to know that there are many: each that is counted is looked at. */
        static final int MOST_COUNTED = 200;

        /** As the alert {@code KeyedSequentialSaturated} has it. */
        private static final double SATURATED = 0.8;

        static AttentionDescriptor of(RegisteredAtom atom, AtomView view, CoordinatorStats stats) {
            return new AttentionDescriptor(
                    view.stuckLanes(AtomDescriber.STUCK_AFTER, MOST_COUNTED).size(),
                    stats.parked(),
                    view.pausedLanes(MOST_COUNTED).size(),
                    stats.blockedCallers() > 0
                            || (atom.isInMemory()
                                    && taken(stats)
                                            > SATURATED
                                                    * atom.coordinator()
                                                            .options()
                                                            .capacity()),
                    (int) atom.partitionSources().stream()
                            .flatMap(source -> source.partitions().stream())
                            .filter(PartitionSource.Partition::paused)
                            .count());
        }

        /** All that takes room: nothing is admitted while it is as much as the capacity. */
        private static long taken(CoordinatorStats stats) {
            return stats.queued() + stats.reserved() + stats.awaiting() + stats.backingOff() + stats.parked();
        }
    }

    /**
     * Description of the last hour of an atom, one number for every sample; oldest first.
     *
     * @param asOf when this was asked, by the same clock
     * @param from when the first sample was taken
     * @param seconds when each was taken, in seconds after the first
     * @param completed how many operations have completed since the sample before
     * @param failed how many have failed since the sample before
     * @param queued how many were queued
     * @param oldestWait how long the operation had waited that waited longest, in milliseconds
     */
    public record HistoryDescriptor(
            Instant asOf,
            Instant from,
            List<Integer> seconds,
            List<Integer> completed,
            List<Integer> failed,
            List<Integer> queued,
            List<Integer> oldestWait) {}

    /**
     * Description of one atom.
     *
     * @param name its name
     * @param writable whether write operations are open
     * @param limit how many lanes are shown at most, in each list of lanes
     * @param summary what there is in a few numbers
     * @param lanes the busiest keys, those with most operations first
     * @param stuck keys that may need an operator, whether or not they are among the busiest: first those that are
     *     parked, then those that have not moved for a minute and wait for more than a permit; each the longest first.
     *     If it is truncated there are at least as many as its total says
     * @param paused keys that an operator has paused by themselves, in no order. If it is truncated there are at least
     *     as many as its total says
     * @param oldest keys in which an operation has waited longest, whatever it waits for, the longest first; at most 10
     * @param running what runs, or holds its key until its future is complete; the longest under way first
     * @param failed what has failed and is still in the window, newest first
     * @param recent finished operations in the window, newest first
     * @param actions what operators have done to it lately, newest first; at most 50
     * @param found what has been searched for; absent if nothing was
     * @param partitions what hands records of partitioned logs to it; absent if nothing does
     */
    public record AtomDescriptor(
            String name,
            boolean writable,
            int limit,
            AtomSummaryDescriptor summary,
            BoundedList<LaneDescriptor> lanes,
            BoundedList<LaneDescriptor> stuck,
            BoundedList<LaneDescriptor> paused,
            BoundedList<LaneDescriptor> oldest,
            BoundedList<OperationDescriptor> running,
            BoundedList<OperationDescriptor> failed,
            BoundedList<OperationDescriptor> recent,
            BoundedList<ActedDescriptor> actions,
            @Nullable FoundDescriptor found,
            @Nullable PartitionsDescriptor partitions)
            implements OperationResponseBody {}

    /**
     * Description of the operations of one key.
     *
     * @param key the key, or its mask
     * @param handle what addresses the lane in a URL
     * @param state what the lane does
     * @param paused whether an operator paused this key
     * @param queued how many operations wait, as the atom counts them
     * @param running how many run, or hold the key until their future is complete
     * @param heldBack how many back off or are parked, and keep the key closed
     * @param oldestWait the longest time any operation has been waiting, be it queued or held back; zero if none waits
     * @param why what it is doing or why it does not move, in one sentence that names no key
     * @param error the class of what the operation has failed with that everything behind it waits for; absent if it
     *     has not
     * @param operations its first operations, running ones first; at most 10
     */
    public record LaneDescriptor(
            String key,
            String handle,
            LaneState state,
            boolean paused,
            int queued,
            int running,
            int heldBack,
            Duration oldestWait,
            String why,
            @Nullable String error,
            List<OperationSummary> operations) {

        private static final int MOST_OPERATIONS = 10;

        static LaneDescriptor of(LaneSnapshot lane, KeyView keys) {
            OperationSnapshot first = lane.explanation().operation();
            Throwable error = first == null ? null : first.error();
            return new LaneDescriptor(
                    keys.show(lane.key()),
                    keys.handle(lane.key()),
                    lane.state(),
                    lane.paused(),
                    lane.queued(),
                    lane.running(),
                    lane.heldBack(),
                    lane.oldestWait(),
                    lane.explanation().sentence(),
                    error == null ? null : RecordedFailure.typeOf(error),
                    lane.operations().stream()
                            .limit(MOST_OPERATIONS)
                            .map(OperationSummary::of)
                            .toList());
        }
    }

    /**
     * Description of one operation in a list of lanes, as little of it as a block on a screen needs.
     *
     * @param id its id
     * @param operation the name of the operation, if it has one
     * @param label which business it is about, if it says so
     * @param state its state
     * @param attempt which attempt this is; 1 is the first, 0 means that it has not begun
     */
    public record OperationSummary(
            long id, @Nullable String operation, @Nullable String label, OperationState state, int attempt) {

        static OperationSummary of(OperationSnapshot operation) {
            return new OperationSummary(
                    operation.id(), operation.name(), operation.label(), operation.state(), operation.attempt());
        }
    }

    /**
     * Description of one operation. Its arguments are never shown.
     *
     * @param id its id
     * @param key its key, or the mask of it
     * @param handle what addresses its lane in a URL
     * @param operation the name of the operation, if it has one
     * @param label which business it is about, if it says so
     * @param state its state
     * @param attempt which attempt this is; 1 is the first, 0 means that it has not begun
     * @param attempts how many attempts have begun in all, also before an operator retried it
     * @param enqueuedAt when it was admitted
     * @param startedAt when its body began
     * @param finishedAt when it ended
     * @param waitTime from admission to its beginning, or to now
     * @param runTime from its beginning to its end, or to now
     * @param thread the thread that runs it now
     * @param instance which instance runs it now, where several share the engine
     * @param error what it failed with
     * @param trace the id of the trace that it belongs to, if there is one
     */
    public record OperationDescriptor(
            long id,
            String key,
            String handle,
            @Nullable String operation,
            @Nullable String label,
            OperationState state,
            int attempt,
            int attempts,
            Instant enqueuedAt,
            @Nullable Instant startedAt,
            @Nullable Instant finishedAt,
            Duration waitTime,
            Duration runTime,
            @Nullable String thread,
            @Nullable String instance,
            @Nullable ErrorDescriptor error,
            @Nullable String trace) {

        /** With the instances where they run, as far as they are known. */
        static List<OperationDescriptor> of(
                List<OperationSnapshot> operations, Map<Long, String> instances, KeyView keys) {
            return operations.stream()
                    .map(operation -> of(operation, keys, instances.get(operation.id())))
                    .toList();
        }

        static OperationDescriptor of(OperationSnapshot operation, KeyView keys, @Nullable String instance) {
            Throwable error = operation.error();
            return new OperationDescriptor(
                    operation.id(),
                    keys.show(operation.key()),
                    keys.handle(operation.key()),
                    operation.name(),
                    operation.label(),
                    operation.state(),
                    operation.attempt(),
                    operation.attempts(),
                    operation.enqueuedAt(),
                    operation.startedAt(),
                    operation.finishedAt(),
                    operation.waitTime(),
                    operation.runTime(),
                    operation.thread(),
                    instance,
                    error == null ? null : ErrorDescriptor.of(error, keys),
                    operation.trace());
        }
    }

    /**
     * Description of an error. A message may quote whatever the application knows, so that it is shown only where
     * keys are.
     *
     * @param type the class of the exception
     * @param message its message on one line, cut to 1,000 characters, if keys may be shown
     */
    public record ErrorDescriptor(String type, @Nullable String message) {

        private static final int MOST_CHARACTERS = 1_000;

        static ErrorDescriptor of(Throwable error, KeyView keys) {
            return new ErrorDescriptor(RecordedFailure.typeOf(error), keys.mayBeShown() ? messageOf(error) : null);
        }

        /** What looks at an atom must not fail because of one exception, which is a class of the application. */
        static @Nullable String messageOf(Throwable error) {
            try {
                String message = error.getMessage();
                return message == null ? null : OneLine.of(message, MOST_CHARACTERS);
            } catch (Throwable e) {
                return null;
            }
        }
    }

    /**
     * Description of what was found.
     *
     * @param search what was searched for
     * @param lanes the lanes whose key or handle has it, as far as the reader may see keys. If it is truncated there
     *     are as many as its total says
     * @param operations operations whose label, name, trace or id has it: first those that have not ended, then those
     *     of the window. If it is truncated there are more
     */
    public record FoundDescriptor(
            String search, BoundedList<LaneDescriptor> lanes, BoundedList<OperationDescriptor> operations) {}

    /**
     * Description of one lane, and why it does not move.
     *
     * @param atom the atom's name
     * @param writable whether write operations are open
     * @param limit how many operations are shown at most
     * @param key the key, or its mask
     * @param handle what addresses the lane in a URL
     * @param state what the lane does
     * @param paused whether an operator paused this key
     * @param queued how many operations wait, as the atom counts them
     * @param running how many run, or hold the key until their future is complete
     * @param heldBack how many back off or are parked, and keep the key closed
     * @param oldestWait the longest time any operation has been waiting, be it queued or held back; zero if none waits
     * @param sentence what it is doing or why it does not move; names no key
     * @param operation the operation that everything behind it waits for, with its attempt and the last error: the one
     *     that has run longest, else the one at the head; absent if the lane has none
     * @param age how long ago that operation was admitted; zero without one
     * @param thread the name of the thread that runs it, if one does
     * @param instance which instance runs it, where several share the engine
     * @param stack what that thread does, innermost frame first; without arguments; empty if no thread runs it
     * @param waitsFor which operation that thread waits for, if for any
     * @param nextAttemptIn how long until the next attempt of an operation that backs off
     * @param errorStack the stack trace of what that operation failed with last, as it is printed, at most 60 frames of
     *     each of at most 8 exceptions; empty if it has not failed. Without messages unless keys may be shown
     * @param attempts the attempts of that operation that have failed, oldest first; the last 10
     * @param traceUrl where the trace is shown that the operation belongs to, if it has one and an address
     *     is configured
     * @param operations its operations, running ones first, then in the order in which they will run
     * @param partitions where records of this key are that this instance has taken over and that are not done, and what
     *     their partitions wait for; empty if there are none
     */
    public record ExplanationDescriptor(
            String atom,
            boolean writable,
            int limit,
            String key,
            String handle,
            LaneState state,
            boolean paused,
            int queued,
            int running,
            int heldBack,
            Duration oldestWait,
            String sentence,
            @Nullable OperationDescriptor operation,
            Duration age,
            @Nullable String thread,
            @Nullable String instance,
            List<String> stack,
            @Nullable String waitsFor,
            @Nullable Duration nextAttemptIn,
            List<String> errorStack,
            List<AttemptDescriptor> attempts,
            @Nullable String traceUrl,
            BoundedList<OperationDescriptor> operations,
            List<PartitionsDescriptor.KeyInPartitionDescriptor> partitions)
            implements OperationResponseBody {

        static ExplanationDescriptor of(
                AddressedLane addressed,
                LaneSnapshot lane,
                KeyView keys,
                boolean writable,
                int limit,
                @Nullable TraceUrl traces,
                List<PartitionSource> sources) {
            LaneExplanation explanation = lane.explanation();
            OperationSnapshot operation = explanation.operation();
            Map<Long, String> instances = addressed.view().instances(lane.operations());
            List<OperationDescriptor> operations = OperationDescriptor.of(
                    lane.operations().stream().limit(limit).toList(), instances, keys);
            Throwable error = operation == null ? null : operation.error();
            String trace = operation == null ? null : operation.trace();
            return new ExplanationDescriptor(
                    addressed.atom(),
                    writable,
                    limit,
                    keys.show(lane.key()),
                    keys.handle(lane.key()),
                    lane.state(),
                    lane.paused(),
                    lane.queued(),
                    lane.running(),
                    lane.heldBack(),
                    lane.oldestWait(),
                    explanation.sentence(),
                    operation == null ? null : OperationDescriptor.of(operation, keys, instances.get(operation.id())),
                    explanation.age(),
                    explanation.thread(),
                    operation == null ? null : instances.get(operation.id()),
                    explanation.stack().stream()
                            .map(StackTraceElement::toString)
                            .toList(),
                    explanation.waitsFor(),
                    explanation.nextAttemptIn(),
                    error == null ? List.of() : StackTraceLines.of(error, keys),
                    operation == null
                            ? List.of()
                            : operation.failedAttempts().stream()
                                    .map(attempt -> AttemptDescriptor.of(attempt, keys))
                                    .toList(),
                    trace == null || traces == null ? null : traces.of(trace),
                    BoundedList.of(operations, lane.queued() + lane.heldBack() + lane.running()),
                    PartitionsDescriptor.KeyInPartitionDescriptor.of(sources, lane.key()));
        }
    }

    /**
     * Description of an attempt that failed.
     *
     * @param number which one it was, counted from the first of all
     * @param startedAt when it began
     * @param runTime how long it ran
     * @param error what it failed with
     */
    public record AttemptDescriptor(int number, Instant startedAt, Duration runTime, ErrorDescriptor error) {

        static AttemptDescriptor of(FailedAttempt attempt, KeyView keys) {
            return new AttemptDescriptor(
                    attempt.number(),
                    attempt.startedAt(),
                    attempt.runTime(),
                    new ErrorDescriptor(attempt.errorType(), keys.mayBeShown() ? attempt.message() : null));
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
}
