package io.keyedsequential;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What the attempts of an operation so far have left. Only an operation that has failed has one: what goes well pays
 * for nothing.
 *
 * @param failed how many attempts have failed, since the operation was enqueued or an operator retried it
 * @param earlier how many had failed before an operator retried it; they are told, and count for no policy
 * @param error what the last of them threw, or what ended the operation without one
 * @param startedAt when the last of them began, in nanoseconds of {@link System#nanoTime()}; 0 if the error is that of
 *     no attempt
 * @param endedAt when that attempt ended, in nanoseconds of {@link System#nanoTime()}
 * @param due when the next attempt is due, in nanoseconds of {@link System#nanoTime()}; 0 if none is
 * @param past the attempts before that one
 */
record Attempts(
        int failed,
        int earlier,
        @Nullable Throwable error,
        long startedAt,
        long endedAt,
        long due,
        @Nullable PastAttempt past) {

    /** The same operation after one more failure. */
    static Attempts after(@Nullable Attempts before, Throwable error, long startedAt, long endedAt, long due) {
        return before == null
                ? new Attempts(1, 0, error, startedAt, endedAt, due, null)
                : new Attempts(
                        before.failed + 1, before.earlier, error, startedAt, endedAt, due, PastAttempt.before(before));
    }

    /** The same operation, ended by something else than a failure of its own. */
    static Attempts endedBy(@Nullable Attempts before, Throwable error, long now) {
        return before == null
                ? new Attempts(0, 0, error, 0, now, 0, null)
                : new Attempts(before.failed, before.earlier, error, 0, before.endedAt, 0, PastAttempt.before(before));
    }

    /**
     * As if it had never been tried, but for the error, which stays to be seen until the next one, and for the count.
     */
    Attempts forgiven() {
        return new Attempts(0, earlier + failed, error, startedAt, endedAt, 0, past);
    }

    /** The attempts that have failed, oldest first, as far as they are remembered, as they are to be shown. */
    List<FailedAttempt> history(Function<PastAttempt, FailedAttempt> shown) {
        Deque<FailedAttempt> attempts = new ArrayDeque<>();
        if (startedAt != 0 && error != null) {
            attempts.add(shown.apply(new PastAttempt(this, error)));
        }
        for (PastAttempt each = past; each != null; each = each.before) {
            attempts.addFirst(shown.apply(each));
        }
        return List.copyOf(attempts);
    }
}
