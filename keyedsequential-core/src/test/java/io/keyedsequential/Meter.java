package io.keyedsequential;

import java.util.concurrent.atomic.AtomicInteger;

/** How many are inside, and how many were at most. */
final class Meter {

    private final AtomicInteger inside = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();

    void enter() {
        most.accumulateAndGet(inside.incrementAndGet(), Math::max);
    }

    void leave() {
        inside.decrementAndGet();
    }

    int inside() {
        return inside.get();
    }

    int most() {
        return most.get();
    }
}
