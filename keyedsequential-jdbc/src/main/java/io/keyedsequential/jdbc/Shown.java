package io.keyedsequential.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An item with what is shown of it besides.
 *
 * @param key its key
 * @param item the item
 * @param error what its last attempt failed with, or why it is parked; as printed, or {@code null}
 * @param attemptsBefore how many attempts have failed before an operator retried it
 * @param attemptBeganAt when the attempt began that failed with {@code error}; {@code null} if it was none
 * @param attemptFailedAt when that failed, or {@code null}
 */
record Shown(
        String key,
        Item item,
        @Nullable String error,
        int attemptsBefore,
        @Nullable Instant attemptBeganAt,
        @Nullable Instant attemptFailedAt) {

    /** Of a table that is called {@code i}. */
    static final String COLUMNS =
            "i.item_key, i.last_error, i.attempts_before, i.attempt_began_at, i.attempt_failed_at, "
                    + LaneStore.ITEM_COLUMNS;

    static Shown read(ResultSet row, int n) throws SQLException {
        return new Shown(
                row.getString("item_key"),
                LaneStore.item(row),
                row.getString("last_error"),
                row.getInt("attempts_before"),
                Times.read(row, "attempt_began_at"),
                Times.read(row, "attempt_failed_at"));
    }
}
