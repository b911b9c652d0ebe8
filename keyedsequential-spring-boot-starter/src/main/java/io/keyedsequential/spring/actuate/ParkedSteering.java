package io.keyedsequential.spring.actuate;

import io.keyedsequential.Keys;
import io.keyedsequential.LaneSnapshot;
import io.keyedsequential.OperationSnapshot;
import io.keyedsequential.OperationState;
import io.keyedsequential.spring.actuate.AddressedLane.KeyView;
import io.keyedsequential.spring.actuate.AtomSteering.ActionNames;
import io.keyedsequential.spring.actuate.BoundedList.Limit;
import io.keyedsequential.spring.actuate.BoundedList.Names;
import io.keyedsequential.spring.actuate.KeyedAtomsEndpoint.ActionDescriptor;
import io.keyedsequential.spring.actuate.KeyedAtomsEndpoint.ParkedErrorDescriptor;
import io.keyedsequential.spring.actuate.KeyedAtomsEndpoint.ParkedLaneDescriptor;
import io.keyedsequential.spring.actuate.KeyedAtomsEndpoint.RefusedException;
import io.keyedsequential.spring.atom.AtomControls;
import io.keyedsequential.spring.atom.RecordedFailure;
import io.keyedsequential.spring.atom.RegisteredAtom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Does to all parked lanes of an atom what an operator asks for, or says what would be done. Each is addressed by the
 * operation that keeps it closed: one that has been freed meanwhile is left alone.
 */
final class ParkedSteering {

    /** How many lanes are meant at most; the operator asks again for the others. */
    static final int MOST = 10_000;

    /** How many of them an answer lists. */
    static final int SHOWN = 100;

    private static final int ERRORS_SHOWN = 50;

    /** A lane is parked from the beginning: however long, others are not looked for. */
    private static final Duration NEVER = Duration.ofDays(36_500);

    private final RegisteredAtom atom;
    private final KeyView keys;

    ParkedSteering(RegisteredAtom atom, KeyView keys) {
        this.atom = atom;
        this.keys = keys;
    }

    /** A parked lane, and the operations that keep it closed: several only where several of a key may run at once. */
    private record Parked(LaneSnapshot lane, List<OperationSnapshot> operations) {

        static Optional<Parked> of(LaneSnapshot lane, ParkedRequest request) {
            List<OperationSnapshot> parked = lane.operations().stream()
                    .filter(operation -> operation.state() == OperationState.PARKED)
                    .filter(operation -> request.isAbout(errorType(operation)))
                    .toList();
            return parked.isEmpty() ? Optional.empty() : Optional.of(new Parked(lane, parked));
        }

        OperationSnapshot operation() {
            return operations.get(0);
        }

        @Nullable
        String errorType() {
            return errorType(operation());
        }

        private static @Nullable String errorType(OperationSnapshot operation) {
            Throwable error = operation.error();
            return error == null ? null : RecordedFailure.typeOf(error);
        }

        int behind() {
            return lane.queued() + lane.heldBack() - 1;
        }
    }

    ActionLog.Done act(ParkedAction action, ParkedRequest request) {
        List<LaneSnapshot> lanes = atom.view().fresh().stuckLanes(NEVER, MOST);
        List<Parked> all = parked(lanes, ParkedRequest.NONE);
        List<Parked> meant = parked(lanes, request);
        if (request.isPreview()) {
            return done(action, wouldBe(action, meant), meant, List.of(), all, true);
        }
        checkAsExpected(action, request, meant, all);
        List<Long> reached = new ArrayList<>();
        int freed = 0;
        int failed = 0;
        String failure = "";
        for (Parked each : meant) {
            try {
                List<Long> operations = act(action, each);
                freed += operations.isEmpty() ? 1 : 0;
                reached.addAll(operations);
            } catch (RuntimeException e) { // a key of the application, or the database of an engine
                failed++;
                failure = e.getClass().getName();
            }
        }
        int done = meant.size() - freed - failed;
        String left = freed == 0 ? "" : "; %d had been freed before".formatted(freed);
        String notDone = failed == 0 ? "" : "; %d could not be reached (%s)".formatted(failed, failure);
        return done(action, hasBeen(action, done, reached.size()) + left + notDone, meant, reached, all, false);
    }

    private List<Long> act(ParkedAction action, Parked parked) {
        AtomControls controls = atom.controls();
        return switch (action) {
            case RETRY -> each(parked, controls::retryOperation);
            case SKIP -> each(parked, controls::skipOperation);
            case PURGE ->
                isStillParked(parked)
                        ? controls.purgeOperation(parked.operation().id()).stream()
                                .map(OperationSnapshot::id)
                                .toList()
                        : List.of();
        };
    }

    private static List<Long> each(Parked parked, LongPredicate verb) {
        return parked.operations().stream()
                .map(OperationSnapshot::id)
                .filter(verb::test)
                .toList();
    }

    private static List<Parked> parked(List<LaneSnapshot> lanes, ParkedRequest request) {
        return lanes.stream().flatMap(lane -> Parked.of(lane, request).stream()).toList();
    }

    /** The operations behind one that was freed meanwhile are not to be lost. */
    private boolean isStillParked(Parked parked) {
        return atom.view()
                .fresh()
                .lane(parked.lane().key())
                .flatMap(lane -> Parked.of(lane, ParkedRequest.NONE))
                .filter(now -> now.operation().id() == parked.operation().id())
                .isPresent();
    }

    private void checkAsExpected(ParkedAction action, ParkedRequest request, List<Parked> meant, List<Parked> all) {
        if (meant.isEmpty()) {
            throw new RefusedException(
                    RefusedException.CONFLICT,
                    "%s: nothing to %s: no key is parked%s%s"
                            .formatted(
                                    atom.name(),
                                    ActionNames.of(action),
                                    request.error() == null ? "" : " with " + Keys.describe(request.error()),
                                    all.isEmpty() ? "" : "; keys are parked with " + types(all)));
        }
        Integer atMost = request.atMost();
        if (atMost != null && meant.size() > atMost) {
            throw new RefusedException(
                    RefusedException.CONFLICT,
                    "%s: %d keys are parked by now, %d were expected: look again before you %s them"
                            .formatted(atom.name(), meant.size(), atMost, ActionNames.of(action)));
        }
    }

    private static String types(List<Parked> all) {
        Map<String, Long> byType = byType(all);
        return Names.bounded(byType.keySet().stream().limit(ERRORS_SHOWN).toList(), byType.size());
    }

    private static String wouldBe(ParkedAction action, List<Parked> meant) {
        String lanes = keys(meant.size());
        return switch (action) {
            case RETRY -> "would try the parked operation of %s again".formatted(lanes);
            case SKIP -> "would give the parked operation of %s up; the keys go on".formatted(lanes);
            case PURGE ->
                "would take out %s of %s, which would never run"
                        .formatted(
                                operations(meant.stream()
                                        .mapToInt(each -> each.behind() + 1)
                                        .sum()),
                                lanes);
        };
    }

    private static String hasBeen(ParkedAction action, int lanes, int operations) {
        String of = "%s of %s %s".formatted(operations(operations), keys(lanes), operations == 1 ? "is" : "are");
        return of
                + switch (action) {
                    case RETRY -> " tried again";
                    case SKIP -> " given up; %s on".formatted(lanes == 1 ? "the key goes" : "the keys go");
                    case PURGE -> " taken out and will never run";
                };
    }

    private static String keys(int count) {
        return count == 1 ? "1 key" : count + " keys";
    }

    private static String operations(int count) {
        return count == 1 ? "1 operation" : count + " operations";
    }

    private ActionLog.Done done(
            ParkedAction action,
            String result,
            List<Parked> meant,
            List<Long> operations,
            List<Parked> all,
            boolean preview) {
        String more = all.size() < MOST ? "" : "; more may be parked than the %d that were looked at".formatted(MOST);
        ActionDescriptor answer = new ActionDescriptor(
                atom.name(),
                null,
                null,
                action.asked(),
                result + more,
                null,
                BoundedList.of(operations.stream().limit(Limit.MOST).toList(), operations.size()),
                preview ? true : null,
                BoundedList.of(meant.stream().limit(SHOWN).map(this::show).toList(), meant.size()),
                errors(all));
        return new ActionLog.Done(
                answer,
                meant.stream().limit(SHOWN).map(each -> each.lane().key()).toList());
    }

    private ParkedLaneDescriptor show(Parked parked) {
        Object key = parked.lane().key();
        return new ParkedLaneDescriptor(
                keys.show(key),
                keys.handle(key),
                parked.operation().id(),
                parked.operation().label(),
                parked.errorType(),
                parked.behind());
    }

    private static BoundedList<ParkedErrorDescriptor> errors(List<Parked> all) {
        Map<String, Long> byType = byType(all);
        return BoundedList.of(
                byType.entrySet().stream()
                        .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                        .limit(ERRORS_SHOWN)
                        .map(each -> new ParkedErrorDescriptor(each.getKey(), each.getValue()))
                        .toList(),
                byType.size());
    }

    private static Map<String, Long> byType(List<Parked> all) {
        Map<String, Long> byType = new LinkedHashMap<>();
        for (Parked each : all) {
            String type = each.errorType();
            if (type != null) {
                byType.merge(type, 1L, Long::sum);
            }
        }
        return byType;
    }

    /** What can be done to all parked lanes of an atom. */
    enum ParkedAction {
        /** Retries the operation that keeps the key closed. */
        RETRY,
        /** Gives that operation up. */
        SKIP,
        /** Takes out whatever waits. */
        PURGE;

        /** As a request names it. */
        String asked() {
            return ActionNames.of(this) + "-parked";
        }
    }

    /**
     * Which parked lanes are meant, and whether something is to be done to them.
     *
     * @param error the class of what they have failed with, or its name without the package; {@code null} for all
     * @param preview whether to say only what would be done
     * @param atMost how many lanes the operator expects; more are refused. {@code null} for as many as there are
     */
    record ParkedRequest(@Nullable String error, @Nullable Boolean preview, @Nullable Integer atMost) {

        /** All of them, now. */
        static final ParkedRequest NONE = new ParkedRequest(null, null, null);

        boolean isPreview() {
            return Boolean.TRUE.equals(preview);
        }

        boolean isAbout(@Nullable String errorType) {
            return error == null
                    || (errorType != null
                            && (errorType.equals(error)
                                    || errorType
                                            .substring(errorType.lastIndexOf('.') + 1)
                                            .equals(error)));
        }
    }
}
