package io.keyedsequential.spring.actuate;

import io.keyedsequential.CoordinatorOptions;
import io.keyedsequential.CoordinatorState;
import io.keyedsequential.CoordinatorStats;
import io.keyedsequential.OperationSnapshot;
import io.keyedsequential.spring.atom.AtomControls;
import io.keyedsequential.spring.atom.AtomView;
import io.keyedsequential.spring.atom.RegisteredAtom;
import io.keyedsequential.spring.atom.RunsElsewhereException;
import java.util.List;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/** Does to an atom what an operator asks for. */
final class AtomSteering {

    private static final int MOST = CoordinatorOptions.MAX_CONCURRENCY_LIMIT;

    private static final String NOT_HELD = "is neither parked nor backs off: it runs or waits, has ended, or never was";

    private final String atom;
    private final AtomView view;
    private final AtomControls controls;

    AtomSteering(RegisteredAtom atom) {
        this.atom = atom.name();
        this.view = atom.view();
        this.controls = atom.controls();
    }

    ActionDescriptor act(AtomAction action, @Nullable Integer maxConcurrency, @Nullable Long operation) {
        checkBelongs("maxConcurrency", maxConcurrency, action, action == AtomAction.LIMITS, "limits");
        checkBelongs(
                "operation",
                operation,
                action,
                action.isOfOperation(),
                "cancel, retry, skip, purge and abandon of one operation");
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
        };
    }

    private ActionDescriptor limit(AtomAction action, @Nullable Integer maxConcurrency) {
        if (maxConcurrency == null || maxConcurrency < 1 || maxConcurrency > MOST) {
            throw bad("%s: maxConcurrency: 1 to %d, not %s".formatted(atom, MOST, maxConcurrency));
        }
        int before = view.fresh().stats().maxConcurrency();
        controls.setMaxConcurrency(maxConcurrency);
        return done(
                action,
                "maxConcurrency is %d, was %d%s".formatted(maxConcurrency, before, counts()),
                maxConcurrency,
                List.of());
    }

    private ActionDescriptor operation(
            AtomAction action, @Nullable Long operation, LongPredicate verb, String done, String refused) {
        long id = given(action, operation);
        boolean taken;
        try {
            taken = verb.test(id);
        } catch (RunsElsewhereException e) {
            throw new RefusedException(RefusedException.CONFLICT, String.valueOf(e.getMessage()));
        }
        if (!taken) {
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
                BoundedList.of(operations.stream().limit(ShownAtMost.MOST).toList(), operations.size()));
    }
}
