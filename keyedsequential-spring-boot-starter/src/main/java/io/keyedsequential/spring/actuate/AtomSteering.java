package io.keyedsequential.spring.actuate;

import io.keyedsequential.CoordinatorOptions;
import io.keyedsequential.CoordinatorState;
import io.keyedsequential.KeyedCoordinator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Does to an atom what an operator asks for. */
final class AtomSteering {

    private static final int MOST = CoordinatorOptions.MAX_CONCURRENCY_LIMIT;

    private final String atom;
    private final KeyedCoordinator<?> coordinator;

    AtomSteering(String atom, KeyedCoordinator<?> coordinator) {
        this.atom = atom;
        this.coordinator = coordinator;
    }

    ActionDescriptor act(AtomAction action, @Nullable Integer maxConcurrency, @Nullable Long operation) {
        checkBelongs("maxConcurrency", maxConcurrency, action, AtomAction.LIMITS);
        checkBelongs("operation", operation, action, AtomAction.CANCEL);
        return switch (action) {
            case PAUSE -> {
                coordinator.pause();
                yield done(action, "paused: what runs ends normally, nothing starts" + counts(), null, List.of());
            }
            case RESUME -> {
                coordinator.resume();
                yield done(action, resumed() + counts(), null, List.of());
            }
            case LIMITS -> limit(action, maxConcurrency);
            case CANCEL -> cancel(action, operation);
        };
    }

    private ActionDescriptor limit(AtomAction action, @Nullable Integer maxConcurrency) {
        if (maxConcurrency == null || maxConcurrency < 1 || maxConcurrency > MOST) {
            throw bad("%s: maxConcurrency: 1 to %d, not %s".formatted(atom, MOST, maxConcurrency));
        }
        int before = coordinator.stats().maxConcurrency();
        coordinator.setMaxConcurrency(maxConcurrency);
        return done(
                action,
                "maxConcurrency is %d, was %d%s".formatted(maxConcurrency, before, counts()),
                maxConcurrency,
                List.of());
    }

    private ActionDescriptor cancel(AtomAction action, @Nullable Long operation) {
        if (operation == null) {
            throw bad("%s: cancel: which operation? Its id belongs in 'operation'".formatted(atom));
        }
        if (!coordinator.cancel(operation)) {
            throw new RefusedException(
                    RefusedException.NOT_FOUND, "%s: operation %d has ended, or never was".formatted(atom, operation));
        }
        return done(action, "operation %d is cancelled".formatted(operation), null, List.of(operation));
    }

    private String resumed() {
        return coordinator.state() == CoordinatorState.HELD ? "resumed, but a signal still holds the atom" : "resumed";
    }

    private String counts() {
        return " (queued=%d, active=%d)"
                .formatted(coordinator.stats().queued(), coordinator.stats().active());
    }

    /** What belongs to another action was not meant to be ignored. */
    private void checkBelongs(String parameter, @Nullable Object value, AtomAction action, AtomAction owner) {
        if (value != null && action != owner) {
            throw bad("%s: %s: belongs to %s, not to %s"
                    .formatted(atom, parameter, ActionNames.of(owner), ActionNames.of(action)));
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
                BoundedList.of(operations, operations.size()));
    }
}
