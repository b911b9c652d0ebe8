package io.keyedsequential.spring.aop.context;

import io.keyedsequential.spring.atom.KeyMask;
import java.lang.ref.WeakReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Masks of keys that came lately: to compute one costs more than all else that names an operation. Each key has one place,
 * which it may lose to another one. Keeps no key alive.
 */
final class RecentMasks {

    private static final int PLACES = 1024; // a power of two

    private static final class Masked extends WeakReference<Object> {

        final String mask;

        Masked(Object key, String mask) {
            super(key);
            this.mask = mask;
        }
    }

    private final KeyMask mask;
    private final AtomicReferenceArray<@Nullable Masked> places = new AtomicReferenceArray<>(PLACES);

    RecentMasks(KeyMask mask) {
        this.mask = mask;
    }

    /** A key that cannot even be compared is masked like one that is new. */
    String of(Object key) {
        try {
            return remembered(key);
        } catch (RuntimeException | Error e) {
            return mask.mask(key);
        }
    }

    private String remembered(Object key) {
        int hash = key.hashCode();
        int place = (hash ^ hash >>> 16) & PLACES - 1;
        Masked known = places.get(place);
        if (known != null && key.equals(known.get())) {
            return known.mask;
        }
        String computed = mask.mask(key);
        places.set(place, new Masked(key, computed));
        return computed;
    }
}
