package io.keyedsequential;

import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * How long one attempt may run. Either its end comes first or the time is up first, and whoever comes second finds that the
 * other has decided: {@link #decided}.
 */
final class RunLimit<K> {

    private final StripedCoordinator<K> coordinator;
    private final Operation<K> operation;
    private final Duration limit;

    /** What the attempts before had left: another one has found something else. */
    private final @Nullable Attempts before;

    private final int attempt;
    private final AtomicBoolean decided = new AtomicBoolean();
    private Timer.@Nullable Scheduled timer;

    private RunLimit(StripedCoordinator<K> coordinator, Operation<K> operation, Duration limit) {
        this.coordinator = coordinator;
        this.operation = operation;
        this.limit = limit;
        this.before = operation.attempts;
        this.attempt = operation.attempt();
    }

    /** Begins to count for an attempt that is about to run; {@code null} if there is no limit. */
    static <K> @Nullable RunLimit<K> begin(StripedCoordinator<K> coordinator, Operation<K> operation, Timer timer) {
        Duration limit = coordinator.options().runTimeout();
        if (limit == null) {
            return null;
        }
        RunLimit<K> begun = new RunLimit<>(coordinator, operation, limit);
        begun.timer = timer.after(limit.toNanos(), begun::timeIsUp);
        return begun;
    }

    private void timeIsUp() {
        if (decided.compareAndSet(false, true)) {
            coordinator.timeIsUp(operation, this, exceeded());
        }
    }

    /** The attempt that is limited; 1 is the first. */
    int attempt() {
        return attempt;
    }

    /** Whether the operation, which runs, is still at the attempt that is limited. To be asked under the stripe's lock. */
    boolean isOfPresentAttempt() {
        return operation.attempts == before;
    }

    /**
     * The attempt has ended.
     *
     * @param failure what it threw, if it did
     * @return what it failed with: the same, or that it ran too long
     */
    @Nullable
    Throwable end(@Nullable Throwable failure) {
        if (decided.compareAndSet(false, true)) {
            if (timer != null) {
                timer.cancel();
            }
            return failure;
        }
        TimeoutException exceeded = exceeded();
        if (failure != null) {
            exceeded.addSuppressed(failure);
        }
        return exceeded;
    }

    private TimeoutException exceeded() {
        return new TimeoutException("%s: operation %d ran longer than %d ms (runTimeout, attempt %d)"
                .formatted(coordinator.name(), operation.id, limit.toMillis(), attempt));
    }
}
