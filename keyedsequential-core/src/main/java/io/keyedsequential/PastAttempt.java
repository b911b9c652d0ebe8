package io.keyedsequential;

import org.jspecify.annotations.Nullable;

/**
 * An attempt after which another one followed, and those before it. It keeps no exception, with all that hangs from it:
 * an operation may be tried again for days. Immutable.
 */
final class PastAttempt {

    /** How many attempts of one operation are remembered, besides the last one. */
    static final int MOST = 9;

    /** Of a message, how many characters are. */
    private static final int MOST_CHARACTERS = 200;

    final int number;
    final long startedAt;
    final long endedAt;
    final String errorType;
    final @Nullable String message;
    final @Nullable PastAttempt before;

    /** The last attempt of these, which failed like this. */
    PastAttempt(Attempts attempts, Throwable error) {
        this(
                attempts.earlier() + attempts.failed(),
                attempts.startedAt(),
                attempts.endedAt(),
                error.getClass().getName(),
                messageOf(error),
                cut(attempts.past(), MOST - 1));
    }

    private PastAttempt(
            int number,
            long startedAt,
            long endedAt,
            String errorType,
            @Nullable String message,
            @Nullable PastAttempt before) {
        this.number = number;
        this.startedAt = startedAt;
        this.endedAt = endedAt;
        this.errorType = errorType;
        this.message = message;
        this.before = before;
    }

    /** What is remembered of these when they are the past. */
    static @Nullable PastAttempt before(Attempts attempts) {
        Throwable error = attempts.error();
        return attempts.startedAt() == 0 || error == null ? attempts.past() : new PastAttempt(attempts, error);
    }

    /** The newest ones; a chain that is short enough is kept as it is. */
    private static @Nullable PastAttempt cut(@Nullable PastAttempt newest, int most) {
        int length = 0;
        for (PastAttempt each = newest; each != null; each = each.before) {
            length++;
        }
        return length <= most || newest == null ? newest : newest.first(most);
    }

    private @Nullable PastAttempt first(int most) {
        return most == 0
                ? null
                : new PastAttempt(
                        number, startedAt, endedAt, errorType, message, before == null ? null : before.first(most - 1));
    }

    /** Foreign code, outside every lock. */
    private static @Nullable String messageOf(Throwable error) {
        try {
            String text = error.getMessage();
            return text == null ? null : LogSafe.of(text, MOST_CHARACTERS);
        } catch (Throwable e) {
            return null;
        }
    }
}
