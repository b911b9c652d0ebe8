package io.keyedsequential.spring.actuate;

import io.keyedsequential.CoordinatorOptions;
import io.keyedsequential.CoordinatorState;
import io.keyedsequential.CoordinatorStats;
import io.keyedsequential.LaneSnapshot;
import io.keyedsequential.OperationSnapshot;
import io.keyedsequential.OperationState;
import io.keyedsequential.OverflowPolicy;
import io.keyedsequential.spring.actuate.AddressedLane.KeyView;
import io.keyedsequential.spring.actuate.KeyedAtomsEndpoint.ActedDescriptor;
import io.keyedsequential.spring.actuate.KeyedAtomsEndpoint.RefusedException;
import io.keyedsequential.spring.actuate.LaneDescriptor.OperationDescriptor;
import io.keyedsequential.spring.atom.AtomRegistry;
import io.keyedsequential.spring.atom.AtomView;
import io.keyedsequential.spring.atom.AtomView.AtomUnavailableException;
import io.keyedsequential.spring.atom.KeyMask;
import io.keyedsequential.spring.atom.PartitionSource;
import io.keyedsequential.spring.atom.RegisteredAtom;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;

/**
 * Description of one atom, of bounded size. To make one looks at every lane, but at no more of its operations than are
 * shown: an atom with a long queue is asked often by those who worry about it.
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
        implements OperationResponseBody {

    /** How many lanes are shown unless the reader says otherwise. */
    static final int LANES = 50;

    /** How many operations of each kind are shown at most. */
    static final int OPERATIONS = 100;

    /** After how long a lane that has not moved is shown apart from the busiest ones. */
    static final Duration STUCK_AFTER = Duration.ofMinutes(1);

    /** How many of the lanes in which an operation has waited longest are shown: the others are like them. */
    static final int OLDEST = 10;

    static AtomSummaryDescriptor summary(RegisteredAtom atom) {
        return Look.at(atom, (view, unavailable) -> summary(atom, view, unavailable, view.stats()));
    }

    static AtomDescriptor of(
            RegisteredAtom atom,
            int limit,
            @Nullable String search,
            KeyView keys,
            boolean writable,
            BoundedList<ActedDescriptor> actions,
            @Nullable PartitionsDescriptor partitions) {
        return Look.at(
                atom,
                (view, unavailable) -> of(atom, view, unavailable, limit, search, keys, writable, actions, partitions));
    }

    private static AtomDescriptor of(
            RegisteredAtom atom,
            AtomView view,
            @Nullable String unavailable,
            int limit,
            @Nullable String search,
            KeyView keys,
            boolean writable,
            BoundedList<ActedDescriptor> actions,
            @Nullable PartitionsDescriptor partitions) {
        FoundDescriptor found = new Search(view, keys, limit).of(search);
        CoordinatorStats stats = view.stats();
        List<LaneSnapshot> lanes = view.lanes(limit);
        List<LaneSnapshot> stuck = view.stuckLanes(STUCK_AFTER, limit + 1); // one more tells that there are more
        List<LaneSnapshot> paused = view.pausedLanes(limit + 1);
        List<LaneSnapshot> oldest = view.oldestLanes(Math.min(limit, OLDEST));
        List<OperationSnapshot> running = view.running(OPERATIONS);
        List<OperationSnapshot> recent = view.recent();
        List<OperationSnapshot> failed = recent.stream()
                .filter(operation -> operation.state() == OperationState.FAILED)
                .toList();
        return new AtomDescriptor(
                atom.name(),
                writable,
                limit,
                summary(atom, view, unavailable, stats),
                lanes(lanes, stats.lanes(), keys),
                lanes(stuck.subList(0, Math.min(limit, stuck.size())), stuck.size(), keys),
                lanes(paused.subList(0, Math.min(limit, paused.size())), paused.size(), keys),
                lanes(oldest, stats.lanes(), keys),
                operations(running, stats.active() + stats.awaiting(), view.instances(running), keys),
                operations(failed, failed.size(), Map.of(), keys),
                operations(recent, recent.size(), Map.of(), keys),
                actions,
                found,
                partitions);
    }

    private static AtomSummaryDescriptor summary(
            RegisteredAtom atom, AtomView view, @Nullable String unavailable, CoordinatorStats stats) {
        return new AtomSummaryDescriptor(
                AtomHandle.of(atom.name()),
                atom.declaredBy(),
                atom.engine(),
                view.scope(),
                view.state(),
                view.isPaused(),
                view.isIntakeOpen(),
                LimitsDescriptor.of(atom.coordinator().options(), stats),
                stats,
                view.oldestWait(),
                view.longestRun(),
                view.asOf(),
                AttentionDescriptor.of(atom, view, stats),
                unavailable);
    }

    private static BoundedList<LaneDescriptor> lanes(List<LaneSnapshot> lanes, long total, KeyView keys) {
        return BoundedList.of(
                lanes.stream().map(lane -> LaneDescriptor.of(lane, keys)).toList(), total);
    }

    private static BoundedList<OperationDescriptor> operations(
            List<OperationSnapshot> operations, long total, Map<Long, String> instances, KeyView keys) {
        List<OperationSnapshot> shown = operations.stream().limit(OPERATIONS).toList();
        return BoundedList.of(OperationDescriptor.of(shown, instances, keys), total);
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
                    view.stuckLanes(STUCK_AFTER, MOST_COUNTED).size(),
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
     * What addresses an atom in a URL. The name of an atom that is a bean of the application may be any text; a path
     * cannot carry every text, since servers refuse an encoded slash. Different names have different handles.
     */
    static final class AtomHandle {

        private static final Pattern ODD = Pattern.compile("[^A-Za-z0-9_-]");

        private AtomHandle() {}

        /**
         * The name itself, but for characters that are neither letters nor digits nor hyphens: {@code a/b}
         * is {@code a~2f~b}.
         */
        static String of(String name) {
            return ODD.matcher(name)
                    .replaceAll(odd -> "~" + Integer.toHexString(odd.group().codePointAt(0)) + "~");
        }

        /** The atom that a handle, or a name in any spelling, means. */
        static Optional<RegisteredAtom> find(AtomRegistry registry, String address) {
            return registry.atoms().stream()
                    .filter(atom -> of(atom.name()).equals(address))
                    .findFirst()
                    .or(() -> registry.find(address));
        }
    }

    /**
     * Finds the lanes and operations that a text is about. A key is found by its text only for those who may see it: to
     * be told that there is one is to be told of it.
     */
    static final class Search {

        private static final int MOST_CHARACTERS = 200;

        private final AtomView view;
        private final KeyView keys;
        private final int limit;

        Search(AtomView view, KeyView keys, int limit) {
            this.view = view;
            this.keys = keys;
            this.limit = limit;
        }

        /** {@code null} if nothing is searched for. */
        @Nullable
        FoundDescriptor of(@Nullable String text) {
            if (text == null || text.isBlank()) {
                return null;
            }
            String asked = text.strip();
            if (asked.length() > MOST_CHARACTERS) {
                throw new RefusedException(
                        RefusedException.BAD_REQUEST,
                        "search: at most %d characters, not %d".formatted(MOST_CHARACTERS, asked.length()));
            }
            String wanted = asked.toLowerCase(Locale.ROOT);
            return new FoundDescriptor(asked, lanes(wanted), operations(wanted));
        }

        private BoundedList<LaneDescriptor> lanes(String wanted) {
            String handle = wanted.startsWith("#") ? wanted.substring(1) : wanted;
            List<Object> found = view.keys().stream()
                    .filter(key -> (keys.mayBeShown() && has(KeyMask.print(key), wanted))
                            || (!handle.isEmpty() && keys.handle(key).startsWith(handle)))
                    .toList();
            List<LaneDescriptor> shown = found.stream()
                    .limit(limit)
                    .flatMap(key -> view.lane(key).stream())
                    .map(lane -> LaneDescriptor.of(lane, keys))
                    .toList();
            return BoundedList.of(shown, shown.size() < limit ? shown.size() : found.size());
        }

        private BoundedList<OperationDescriptor> operations(String wanted) {
            Map<Long, OperationSnapshot> found = new LinkedHashMap<>();
            for (OperationSnapshot each : view.find(operation -> isAbout(operation, wanted), limit + 1)) {
                found.putIfAbsent(each.id(), each);
            }
            for (OperationSnapshot each : view.recent()) {
                if (isAbout(each, wanted)) {
                    found.putIfAbsent(each.id(), each);
                }
            }
            List<OperationSnapshot> shown = found.values().stream().limit(limit).toList();
            return BoundedList.of(OperationDescriptor.of(shown, view.instances(shown), keys), found.size());
        }

        private static boolean isAbout(OperationSnapshot operation, String wanted) {
            return has(operation.label(), wanted)
                    || has(operation.name(), wanted)
                    || has(operation.trace(), wanted)
                    || Long.toString(operation.id()).equals(wanted);
        }

        private static boolean has(@Nullable String text, String wanted) {
            return text != null && text.toLowerCase(Locale.ROOT).contains(wanted);
        }
    }

    /**
     * Looks at an atom whose engine may be away. Then it is shown by what this process knows of it, with the reason:
     * that one atom cannot be asked must not hide the others.
     */
    static final class Look {

        private Look() {}

        /** What is made of a view. */
        interface At<T> {

            /**
             * Describes it.
             *
             * @param view what is shown
             * @param unavailable why this is no more than what this process knows; {@code null} if it is everything
             */
            T of(AtomView view, @Nullable String unavailable);
        }

        static <T> T at(RegisteredAtom atom, At<T> look) {
            if (atom.isInMemory()) {
                return look.of(atom.view(), null);
            }
            T seen;
            try {
                seen = look.of(atom.view(), null);
            } catch (RefusedException e) {
                throw e;
            } catch (RuntimeException e) {
                return look.of(atom.localView(), atom.availability().failed(e));
            }
            atom.availability().answered();
            return seen;
        }

        /** What is only in the engine: while that is away, the request is refused for now. */
        static <T> T orRefuse(RegisteredAtom atom, Supplier<T> request) {
            try {
                return request.get();
            } catch (AtomUnavailableException e) {
                throw new RefusedException(
                        RefusedException.UNAVAILABLE,
                        "%s: the engine '%s' cannot be asked now: %s"
                                .formatted(atom.name(), atom.engine(), e.reason()));
            }
        }
    }
}
