package io.keyedsequential;

import org.jspecify.annotations.Nullable;

/**
 * What the attempts of an operation so far have left. Only an operation that has failed has one: what goes well pays for
 * nothing.
 *
 * @param failed how many attempts have failed, since the operation was enqueued or an operator retried it
 * @param earlier how many had failed before an operator retried it; they are told, and count for no policy
 * @param error what the last of them threw
 * @param endedAt when that attempt ended, in nanoseconds of {@link System#nanoTime()}
 * @param due when the next attempt is due, in nanoseconds of {@link System#nanoTime()}; 0 if none is
 */
record Attempts(int failed, int earlier, @Nullable Throwable error, long endedAt, long due) {

    /** The same operation after one more failure. */
    static Attempts after(@Nullable Attempts before, Throwable error, long endedAt, long due) {
        return before == null
                ? new Attempts(1, 0, error, endedAt, due)
                : new Attempts(before.failed + 1, before.earlier, error, endedAt, due);
    }

    /** The same operation, ended by something else than a failure of its own. */
    static Attempts endedBy(@Nullable Attempts before, Throwable error, long now) {
        return before == null
                ? new Attempts(0, 0, error, now, 0)
                : new Attempts(before.failed, before.earlier, error, before.endedAt, 0);
    }

    /** As if it had never been tried, but for the error, which stays to be seen until the next one, and for the count. */
    Attempts forgiven() {
        return new Attempts(0, earlier + failed, error, endedAt, 0);
    }
}
