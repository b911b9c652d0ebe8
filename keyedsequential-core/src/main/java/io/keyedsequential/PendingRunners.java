package io.keyedsequential;

import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * The runners that have been handed over and have not begun. As a rule there is one, since one searches; where the
 * executor takes long to begin them, there are several. A runner that has begun stays here until the next is added.
 */
final class PendingRunners<K> {

    private final Queue<HandedRunner<K>> handedOver = new ConcurrentLinkedQueue<>();

    /** A runner is about to be handed over. A thread that wants its permit back finds it from here on. */
    void add(HandedRunner<K> runner) {
        Iterator<HandedRunner<K>> each = handedOver.iterator();
        while (each.hasNext()) {
            if (each.next().isGone()) {
                each.remove();
            }
        }
        handedOver.add(runner);
    }

    /** One whose slot was revoked and that the executor has still gets this one; {@code null} if there is none. */
    @Nullable
    HandedRunner<K> refill(Slot<K> slot) {
        for (HandedRunner<K> runner : handedOver) {
            if (runner.refill(slot)) {
                return runner;
            }
        }
        return null;
    }

    /** Takes the slot from one of them; {@code null} if all have begun. */
    @Nullable
    Slot<K> revoke() {
        for (HandedRunner<K> runner : handedOver) {
            Slot<K> slot = runner.revoke();
            if (slot != null) {
                return slot;
            }
        }
        return null;
    }

    /** Those that have a slot and have not begun. */
    List<HandedRunner<K>> list() {
        return handedOver.stream().filter(HandedRunner::isPending).toList();
    }
}
