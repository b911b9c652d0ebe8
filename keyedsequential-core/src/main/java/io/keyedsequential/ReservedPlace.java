package io.keyedsequential;

import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Room for one operation, kept until there is one. It goes through admission as an operation does, waits for room with
 * the others and is refused as they are, but is never queued: it only holds its lane and counts.
 */
final class ReservedPlace<K> extends Operation<K> {

    /** Whether it has been taken or given back. */
    private final AtomicBoolean ended = new AtomicBoolean();

    ReservedPlace(K key, long now) {
        super(key, ReservedPlace.class, now);
    }

    /** Ends it, for one operation or for good; {@code false} if that has been done before. */
    boolean end() {
        return ended.compareAndSet(false, true);
    }

    @Override
    @Nullable
    Object perform() {
        throw new IllegalStateException("a place is no operation and cannot run");
    }
}
