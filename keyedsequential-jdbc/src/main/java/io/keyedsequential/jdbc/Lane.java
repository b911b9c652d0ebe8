package io.keyedsequential.jdbc;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A lane as it is stored.
 *
 * @param key its key
 * @param pickedBy the instance that runs it, or {@code null}
 * @param withheld what holds it back, or {@code null}
 * @param paused whether an operator paused it
 * @param due when it may be picked
 */
record Lane(String key, @Nullable String pickedBy, @Nullable Withheld withheld, boolean paused, Instant due) {}
