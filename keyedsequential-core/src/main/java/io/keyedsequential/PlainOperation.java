package io.keyedsequential;

import org.jspecify.annotations.Nullable;

/** Fire and forget. */
final class PlainOperation<K> extends Operation<K> {

    PlainOperation(K key, Runnable body, long enqueuedAt) {
        super(key, body, enqueuedAt);
    }

    @Override
    @Nullable
    Object perform() {
        if (body instanceof Runnable runnable) {
            runnable.run();
        }
        return null;
    }
}
