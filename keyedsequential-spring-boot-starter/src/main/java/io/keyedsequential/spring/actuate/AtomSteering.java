package io.keyedsequential.spring.actuate;

import io.keyedsequential.CoordinatorOptions;
import io.keyedsequential.CoordinatorState;
import io.keyedsequential.CoordinatorStats;
import io.keyedsequential.LaneSnapshot;
import io.keyedsequential.OperationSnapshot;
import io.keyedsequential.OperationState;
import io.keyedsequential.spring.actuate.AddressedLane.KeyView;
import io.keyedsequential.spring.actuate.BoundedList.Limit;
import io.keyedsequential.spring.actuate.KeyedAtomsEndpoint.ActionDescriptor;
import io.keyedsequential.spring.actuate.KeyedAtomsEndpoint.RefusedException;
import io.keyedsequential.spring.actuate.ParkedSteering.ParkedAction;
import io.keyedsequential.spring.actuate.ParkedSteering.ParkedRequest;
import io.keyedsequential.spring.atom.AtomControls;
import io.keyedsequential.spring.atom.AtomControls.RunsElsewhereException;
import io.keyedsequential.spring.atom.AtomView;
import io.keyedsequential.spring.atom.RegisteredAtom;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.LongPredicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Does to an atom what an operator asks for. */
final class AtomSteering {

    private static final int MOST = CoordinatorOptions.MAX_CONCURRENCY_LIMIT;

    private static final String OF_PARKED = "retry-parked, skip-parked and purge-parked";

    private static final String NOT_HELD = "is neither parked nor backs off: it runs or waits, has ended, or never was";

    private final RegisteredAtom registered;
    private final KeyView keys;
    private final String atom;
    private final AtomView view;
    private final AtomControls controls;

    AtomSteering(RegisteredAtom atom, KeyView keys) {
        this.registered = atom;
        this.keys = keys;
        this.atom = atom.name();
        this.view = atom.view();
        this.controls = atom.controls();
    }

    ActionLog.Done act(
            AtomAction action, @Nullable Integer maxConcurrency, @Nullable Long operation, ParkedRequest parked) {
        checkBelongs("maxConcurrency", maxConcurrency, action, action == AtomAction.LIMITS, "limits");
        checkBelongs(
                "operation",
                operation,
                action,
                action.isOfOperation(),
                "cancel, retry, skip, purge and abandon of one operation");
        ParkedAction ofParked = action.ofParked();
        checkBelongs("error", parked.error(), action, ofParked != null, OF_PARKED);
        checkBelongs("preview", parked.preview(), action, ofParked != null, OF_PARKED);
        checkBelongs("atMost", parked.atMost(), action, ofParked != null, OF_PARKED);
        return ofParked == null
                ? new ActionLog.Done(act(action, maxConcurrency, operation), List.of())
                : new ParkedSteering(registered, keys).act(ofParked, checked(parked));
    }

    private ParkedRequest checked(ParkedRequest parked) {
        if (parked.error() != null && parked.error().isBlank()) {
            throw bad(
                    "%s: error: the class of an exception, not a blank text; without it all are meant".formatted(atom));
        }
        if (parked.atMost() != null && parked.atMost() < 1) {
            throw bad(
                    "%s: atMost: 1 or more, not %d; without it as many as there are".formatted(atom, parked.atMost()));
        }
        return parked;
    }

    private ActionDescriptor act(AtomAction action, @Nullable Integer maxConcurrency, @Nullable Long operation) {
        return switch (action) {
            case PAUSE -> {
                controls.pause();
                yield done(action, "paused: what runs ends normally, nothing starts" + counts(), null, List.of());
            }
            case RESUME -> {
                controls.resume();
                yield done(action, resumed() + counts(), null, List.of());
            }
            case LIMITS -> limit(action, maxConcurrency);
            case RESET_LIMITS -> resetLimit(action);
            case CANCEL -> operation(action, operation, controls::cancel, "is cancelled", "has ended, or never was");
            case RETRY -> operation(action, operation, controls::retryOperation, "is tried again", NOT_HELD);
            case SKIP ->
                operation(action, operation, controls::skipOperation, "is given up; its key goes on", NOT_HELD);
            case PURGE -> purge(action, operation);
            case ABANDON ->
                operation(
                        action,
                        operation,
                        controls::abandon,
                        "is abandoned: its key goes on, its body may still run",
                        "neither runs nor awaits its future, has ended, or never was");
            case RETRY_PARKED, SKIP_PARKED, PURGE_PARKED ->
                throw new IllegalArgumentException(action + " is about all parked lanes");
        };
    }

    private ActionDescriptor limit(AtomAction action, @Nullable Integer maxConcurrency) {
        if (maxConcurrency == null || maxConcurrency < 1 || maxConcurrency > MOST) {
            throw bad("%s: maxConcurrency: 1 to %d, not %s".formatted(atom, MOST, maxConcurrency));
        }
        int before = view.fresh().stats().maxConcurrency();
        controls.setMaxConcurrency(maxConcurrency);
        return limited(action, maxConcurrency, before, "");
    }

    private ActionDescriptor resetLimit(AtomAction action) {
        int before = view.fresh().stats().maxConcurrency();
        controls.resetMaxConcurrency();
        return limited(action, registered.coordinator().options().maxConcurrency(), before, " as configured");
    }

    private ActionDescriptor limited(AtomAction action, int maxConcurrency, int before, String why) {
        return done(
                action,
                "maxConcurrency is %d%s, was %d%s".formatted(maxConcurrency, why, before, counts()),
                maxConcurrency,
                List.of());
    }

    private ActionDescriptor operation(
            AtomAction action, @Nullable Long operation, LongPredicate verb, String done, String refused) {
        long id = given(action, operation);
        boolean reached;
        try {
            reached = verb.test(id);
        } catch (RunsElsewhereException e) {
            throw new RefusedException(RefusedException.CONFLICT, String.valueOf(e.getMessage()));
        }
        if (!reached) {
            throw new RefusedException(RefusedException.NOT_FOUND, "%s: operation %d %s".formatted(atom, id, refused));
        }
        return done(action, "operation %d %s".formatted(id, done), null, List.of(id));
    }

    private ActionDescriptor purge(AtomAction action, @Nullable Long operation) {
        List<Long> purged = controls.purgeOperation(given(action, operation)).stream()
                .map(OperationSnapshot::id)
                .toList();
        return done(action, LaneSteering.purged(purged.size()), null, purged);
    }

    private long given(AtomAction action, @Nullable Long operation) {
        if (operation == null) {
            throw bad("%s: %s: which operation? Its id belongs in 'operation'".formatted(atom, ActionNames.of(action)));
        }
        return operation;
    }

    private String resumed() {
        return view.state() == CoordinatorState.HELD ? "resumed, but a signal still holds the atom" : "resumed";
    }

    private String counts() {
        CoordinatorStats stats = view.fresh().stats();
        return " (queued=%d, active=%d)".formatted(stats.queued(), stats.active());
    }

    /** What belongs to another action was not meant to be ignored. */
    private void checkBelongs(
            String parameter, @Nullable Object value, AtomAction action, boolean belongs, String owner) {
        if (value != null && !belongs) {
            throw bad("%s: %s: belongs to %s, not to %s".formatted(atom, parameter, owner, ActionNames.of(action)));
        }
    }

    private static RefusedException bad(String message) {
        return new RefusedException(RefusedException.BAD_REQUEST, message);
    }

    private ActionDescriptor done(
            AtomAction action, String result, @Nullable Integer maxConcurrency, List<Long> operations) {
        return new ActionDescriptor(
                atom,
                null,
                null,
                ActionNames.of(action),
                result,
                maxConcurrency,
                BoundedList.of(operations.stream().limit(Limit.MOST).toList(), operations.size()));
    }

    /** What can be done to an atom. */
    enum AtomAction {

        /** Lets nothing start. */
        PAUSE,

        /** Lets operations start again. */
        RESUME,

        /** Changes how many operations run at once. */
        LIMITS,

        /** Takes back what has been set as the limit. */
        RESET_LIMITS,

        /** Takes one operation out, or interrupts it. */
        CANCEL,

        /** Retries at once an operation that is parked or backs off, whatever has become of its key. */
        RETRY,

        /** Gives up an operation that is parked or backs off, whatever has become of its key. */
        SKIP,

        /** Takes out whatever waits under the key of one operation, whatever has become of that key. */
        PURGE,

        /**
         * Opens the key of one operation that runs or awaits its future, and fails its future; its body may still run.
         */
        ABANDON,
        /** Tries the parked operation of every parked lane again. */
        RETRY_PARKED,
        /** Gives the parked operation of every parked lane up. */
        SKIP_PARKED,
        /** Takes out whatever waits under every key that is parked. */
        PURGE_PARKED;

        /** Whether it is about one operation, which is named by its id. */
        boolean isOfOperation() {
            return switch (this) {
                case CANCEL, RETRY, SKIP, PURGE, ABANDON -> true;
                case PAUSE, RESUME, LIMITS, RESET_LIMITS, RETRY_PARKED, SKIP_PARKED, PURGE_PARKED -> false;
            };
        }

        /** What it does to all parked lanes; {@code null} if it is about something else. */
        @Nullable
        ParkedAction ofParked() {
            return switch (this) {
                case RETRY_PARKED -> ParkedAction.RETRY;
                case SKIP_PARKED -> ParkedAction.SKIP;
                case PURGE_PARKED -> ParkedAction.PURGE;
                case PAUSE, RESUME, LIMITS, RESET_LIMITS, CANCEL, RETRY, SKIP, PURGE, ABANDON -> null;
            };
        }
    }

    /** Does to a lane what an operator asks for. */
    static final class LaneSteering {

        private final AddressedLane lane;
        private final KeyView keys;

        LaneSteering(AddressedLane lane, KeyView keys) {
            this.lane = lane;
            this.keys = keys;
        }

        ActionDescriptor act(LaneAction action) {
            AtomControls controls = lane.controls();
            return switch (action) {
                case RETRY -> closing(action, controls::retry, "operation %d is tried again");
                case SKIP -> closing(action, controls::skip, "operation %d is given up; the key goes on");
                case PURGE -> purge(action);
                case PAUSE -> {
                    controls.pauseKey(lane.key());
                    yield done(action, "paused: what runs ends normally, nothing of the key starts", List.of());
                }
                case RESUME -> {
                    controls.resumeKey(lane.key());
                    yield done(action, "resumed", List.of());
                }
            };
        }

        private interface Verb {
            boolean on(Object key);
        }

        /** Does something with the operation that keeps the key closed, if one does. */
        private ActionDescriptor closing(LaneAction action, Verb verb, String result) {
            Optional<LaneSnapshot> before = lane.look();
            if (!verb.on(lane.key())) {
                throw new RefusedException(
                        RefusedException.CONFLICT,
                        "%s: nothing to %s: no operation of this key is parked or backs off; %s"
                                .formatted(
                                        lane.atom(),
                                        ActionNames.of(action),
                                        before.map(seen -> seen.explanation().sentence())
                                                .orElse("the lane is gone")));
            }
            List<Long> operations = before.stream()
                    .flatMap(seen -> seen.operations().stream())
                    .filter(LaneSteering::closes)
                    .map(OperationSnapshot::id)
                    .limit(1)
                    .toList();
            return done(
                    action,
                    operations.isEmpty() ? ActionNames.of(action) + ": done" : result.formatted(operations.get(0)),
                    operations);
        }

        private static boolean closes(OperationSnapshot operation) {
            return operation.state() == OperationState.PARKED || operation.state() == OperationState.BACKING_OFF;
        }

        private ActionDescriptor purge(LaneAction action) {
            List<Long> purged = lane.controls().purge(lane.key()).stream()
                    .map(OperationSnapshot::id)
                    .toList();
            return done(action, purged(purged.size()), purged);
        }

        static String purged(int count) {
            return "%d %s taken out and will never run"
                    .formatted(count, count == 1 ? "operation is" : "operations are");
        }

        private ActionDescriptor done(LaneAction action, String result, List<Long> operations) {
            return new ActionDescriptor(
                    lane.atom(),
                    keys.show(lane.key()),
                    keys.handle(lane.key()),
                    ActionNames.of(action),
                    result,
                    null,
                    BoundedList.of(operations.stream().limit(Limit.MOST).toList(), operations.size()));
        }

        /** What can be done to a lane. */
        enum LaneAction {

            /** Retries at once the operation that keeps the key closed. */
            RETRY,

            /** Gives up the operation that keeps the key closed. */
            SKIP,

            /** Takes out whatever waits. */
            PURGE,

            /** Lets nothing of the key start. */
            PAUSE,

            /** Lets operations of the key start again. */
            RESUME
        }
    }

    /** Actions as they are written in requests, answers and the log. */
    static final class ActionNames {

        private ActionNames() {}

        static String of(Enum<?> action) {
            return action.name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        /** The action that a request names; one that names none, or another, is told which there are. */
        static <A extends Enum<A>> A parse(@Nullable String name, Class<A> actions) {
            A[] known = actions.getEnumConstants();
            return Arrays.stream(known)
                    .filter(action -> of(action).equalsIgnoreCase(name))
                    .findFirst()
                    .orElseThrow(() -> new RefusedException(
                            RefusedException.BAD_REQUEST,
                            "action: %s, not %s"
                                    .formatted(
                                            Arrays.stream(known)
                                                    .map(ActionNames::of)
                                                    .collect(Collectors.joining(", ")),
                                            name)));
        }
    }
}
