package io.keyedsequential;

import org.jspecify.annotations.Nullable;

/**
 * What the attempts of an operation so far have left. Only an operation that has failed has one: what goes well pays for
 * nothing.
 *
 * @param failed how many attempts have failed, since the operation was enqueued or an operator retried it
 * @param error what the last of them threw
 * @param endedAt when that attempt ended, in nanoseconds of {@link System#nanoTime()}
 * @param due when the next attempt is due, in nanoseconds of {@link System#nanoTime()}; 0 if none is
 */
record Attempts(int failed, @Nullable Throwable error, long endedAt, long due) {

    /** The same operation after one more failure. */
    static Attempts after(@Nullable Attempts before, Throwable error, long endedAt, long due) {
        return new Attempts(before == null ? 1 : before.failed + 1, error, endedAt, due);
    }

    /** As if it had never been tried, but for the error, which stays to be seen until the next one. */
    Attempts forgiven() {
        return new Attempts(0, error, endedAt, 0);
    }
}
