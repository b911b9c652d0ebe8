package io.keyedsequential.jdbc;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A call as it is stored.
 *
 * @param id orders the items of a key
 * @param operation the operation's name
 * @param label what its messages name it by, or {@code null}
 * @param arguments a JSON array
 * @param headers a JSON object of texts, or {@code null}
 * @param idempotencyKey the key under which it is known, or {@code null}
 * @param runAfter when it may begin, or {@code null} for at once
 * @param createdAt when it was stored
 * @param attempts how many attempts have failed since it was stored, or since an operator retried it
 * @param revivals how often an instance has died with it in hand
 * @param unreadableSince when an instance first could not read it, or {@code null}
 */
record Item(
        long id,
        String operation,
        @Nullable String label,
        String arguments,
        @Nullable String headers,
        @Nullable String idempotencyKey,
        @Nullable Instant runAfter,
        Instant createdAt,
        int attempts,
        int revivals,
        @Nullable Instant unreadableSince) {}
