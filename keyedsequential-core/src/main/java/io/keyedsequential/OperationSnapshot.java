package io.keyedsequential;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One operation as it was when the snapshot was taken.
 *
 * @param id the operation's id, the same in handles, snapshots, events and log lines; ascending in the order
 *     of admission
 * @param key the key it is ordered by
 * @param name what the operation calls itself, or {@code null}; see {@link NamedOperation}
 * @param label which business it is about, or {@code null}; see {@link LabeledOperation}. On one line
 * @param state its state
 * @param attempt which attempt this is; 1 is the first, 0 means that it has not begun. An operator who retries it
 *     begins anew
 * @param attempts how many attempts have begun in all, also before an operator retried it
 * @param enqueuedAt when it was admitted; after a quiet period, when it was queued
 * @param startedAt when its body began, or {@code null}
 * @param finishedAt when it ended, or {@code null}
 * @param waitTime from {@code enqueuedAt} to the beginning of its body, or to now while it is still queued
 * @param runTime from the beginning of its body to its end, or to now while it runs; that of the last attempt if there
 *     were several; zero before
 * @param error what it, or its last attempt, failed with; {@code null} if it has not failed or has completed after all
 * @param thread the name of the thread that runs its body now, or {@code null}
 * @param failedAttempts the attempts that have failed, oldest first, also before an operator retried it: the last ten
 *     of them. Empty if it has never failed; immutable
 * @param trace the id of the trace it belongs to, or {@code null}; see {@link LabeledOperation#operationTrace()}
 */
public record OperationSnapshot(
        long id,
        Object key,
        @Nullable String name,
        @Nullable String label,
        OperationState state,
        int attempt,
        int attempts,
        Instant enqueuedAt,
        @Nullable Instant startedAt,
        @Nullable Instant finishedAt,
        Duration waitTime,
        Duration runTime,
        @Nullable Throwable error,
        @Nullable String thread,
        List<FailedAttempt> failedAttempts,
        @Nullable String trace) {

    /**
     * An operation of which neither a trace nor the attempts before the last one are known.
     *
     * @param id the operation's id
     * @param key the key it is ordered by
     * @param name what the operation calls itself, or {@code null}
     * @param label which business it is about, or {@code null}
     * @param state its state
     * @param attempt which attempt this is
     * @param attempts how many attempts have begun in all
     * @param enqueuedAt when it was admitted
     * @param startedAt when its body began, or {@code null}
     * @param finishedAt when it ended, or {@code null}
     * @param waitTime how long it has waited
     * @param runTime how long it has run
     * @param error what it failed with, or {@code null}
     * @param thread the name of the thread that runs its body now, or {@code null}
     */
    public OperationSnapshot(
            long id,
            Object key,
            @Nullable String name,
            @Nullable String label,
            OperationState state,
            int attempt,
            int attempts,
            Instant enqueuedAt,
            @Nullable Instant startedAt,
            @Nullable Instant finishedAt,
            Duration waitTime,
            Duration runTime,
            @Nullable Throwable error,
            @Nullable String thread) {
        this(
                id,
                key,
                name,
                label,
                state,
                attempt,
                attempts,
                enqueuedAt,
                startedAt,
                finishedAt,
                waitTime,
                runTime,
                error,
                thread,
                List.of(),
                null);
    }

    /**
     * How messages name the operation, on one line and without its key.
     *
     * @return such as {@code operation 17 (send 'order 4711')}, as far as it has a name and a label
     */
    public String title() {
        return "operation " + id + Naming.inBrackets(name, label);
    }

    /** The same operation, seen as one that has failed. */
    OperationSnapshot failed(Throwable failure) {
        return new OperationSnapshot(
                id,
                key,
                name,
                label,
                OperationState.FAILED,
                attempt,
                attempts,
                enqueuedAt,
                startedAt,
                finishedAt,
                waitTime,
                runTime,
                failure,
                thread,
                failedAttempts,
                trace);
    }
}
