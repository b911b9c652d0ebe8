package io.keyedsequential;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * How long one attempt may run. Either its end comes first or the time is up first, and the second finds that the first
 * has decided: {@link #decided}. What the timer does then may come after the next attempt has begun, so it asks whether
 * its own is still the present one. (Hunted by RunLimitAgainstEnd.)
 */
final class RunTimeout<K> {

    /** Who acts on an attempt that has run too long, on the timer's thread. */
    interface Exceeded<K> {

        /**
         * An attempt has run longer than it may.
         *
         * @param before what the attempts before this one have left
         * @param attempt which one it is
         */
        void timeIsUp(
                Operation<K> operation,
                RunTimeout<K> timeout,
                @Nullable Attempts before,
                int attempt,
                TimeoutException failure);
    }

    private final String atom;
    private final Exceeded<K> acting;
    private final Operation<K> operation;
    private final Duration limit;

    /** What the attempts before this one have left, and which it is: when the time is up, another one may run. */
    private final @Nullable Attempts before;

    private final int attempt;

    private final AtomicBoolean decided = new AtomicBoolean();
    private Timer.@Nullable Scheduled timer;

    private final AtomicReference<@Nullable FutureTask<FailureDecision>> decision = new AtomicReference<>();

    /** Written before the time is up can be decided, read after. */
    private volatile @Nullable TimeoutException exceeded;

    private RunTimeout(String atom, Exceeded<K> acting, Operation<K> operation, Duration limit) {
        this.atom = atom;
        this.acting = acting;
        this.operation = operation;
        this.limit = limit;
        this.before = operation.attempts;
        this.attempt = operation.attempt();
    }

    /** Begins to count for an attempt that is about to run. */
    static <K> RunTimeout<K> begin(
            String atom, Exceeded<K> acting, Operation<K> operation, Duration limit, Timer timer) {
        RunTimeout<K> begun = new RunTimeout<>(atom, acting, operation, limit);
        begun.timer = timer.after(limit.toNanos(), begun::timeIsUp);
        return begun;
    }

    private void timeIsUp() {
        TimeoutException failure =
                new TimeoutException("%s: operation %d ran longer than %d ms (runTimeout, attempt %d)"
                        .formatted(atom, operation.shownId(), limit.toMillis(), attempt));
        exceeded = failure;
        if (decided.compareAndSet(false, true)) {
            acting.timeIsUp(operation, this, before, attempt, failure);
        }
    }

    /** Whether an attempt failed because its time was up. */
    boolean isExceededBy(Throwable failure) {
        return failure == exceeded;
    }

    /**
     * What is to be done about the attempt whose time was up. The timer's side asks early, so that a future need not
     * wait for the body; the thread that ends the attempt asks again. What is asked is foreign, so it is asked once:
     * the first thread asks, and the other waits for its answer.
     */
    FailureDecision decision(Callable<FailureDecision> asked) {
        FutureTask<FailureDecision> own = new FutureTask<>(asked);
        FutureTask<FailureDecision> earlier = decision.compareAndExchange(null, own);
        FutureTask<FailureDecision> first = earlier == null ? own : earlier;
        if (earlier == null) {
            own.run();
        }
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return first.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (ExecutionException e) {
                    throw new IllegalStateException("the rules of failures threw", e.getCause());
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
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
        TimeoutException up = exceeded;
        if (up != null && failure != null && failure != up) {
            up.addSuppressed(failure);
        }
        return up == null ? failure : up;
    }
}
