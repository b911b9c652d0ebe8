package io.keyedsequential;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds circles of operations that wait for each other.
 *
 * <p>A thread that is inside an operation and begins to wait for another one first writes that on its slots, and then
 * follows the waits from there: the operation it waits for is held up by those that run under its key, those wait for
 * others, and so on. If that leads back to itself it does not wait. Of the threads that close a circle the last to write
 * sees what all others have written, so no circle is missed; two that write at once may both see it, and both give up.
 * Threads that are inside no operation hold up nobody and do not look.
 *
 * <p>Only waits through {@link KeyedCoordinator#call} and through {@code get} and {@code join} of an {@link OperationFuture}
 * without a time limit are known here. A stage that waits for another operation's stage, or a lock of the application, is
 * not.
 */
final class Waits {

    /** Deeper than any chain that anybody could read; a longer one is not followed. */
    private static final int DEEPEST = 1_000;

    private final List<String> chain = new ArrayList<>();
    private final Set<Slot<?>> path = new HashSet<>();
    private final List<Slot<?>> own;

    private Waits(List<Slot<?>> own) {
        this.own = own;
    }

    /**
     * The current thread is about to wait for an operation. {@link #end()} follows when it does not any more, whatever this
     * returns.
     *
     * @return why it must not wait, or {@code null}
     */
    static @Nullable KeyedDeadlockException begin(StripedCoordinator<?> coordinator, Operation<?> operation) {
        List<Slot<?>> own = Holding.slots();
        if (own.isEmpty()) {
            return null;
        }
        Wait wait = new Wait(coordinator, operation);
        own.forEach(slot -> slot.waitsFor = wait);
        return look(own, wait);
    }

    /** Whether a wait that ends by itself would be in vain; nobody else needs to know of it. */
    static @Nullable KeyedDeadlockException look(StripedCoordinator<?> coordinator, Operation<?> operation) {
        List<Slot<?>> own = Holding.slots();
        return own.isEmpty() ? null : look(own, new Wait(coordinator, operation));
    }

    static void end() {
        Holding.slots().forEach(slot -> slot.waitsFor = null);
    }

    private static @Nullable KeyedDeadlockException look(List<Slot<?>> own, Wait wait) {
        Waits waits = new Waits(own);
        if (!waits.leadsBack(wait, own.get(0))) {
            return null;
        }
        return new KeyedDeadlockException(wait.coordinator().name(), waits.chain);
    }

    /** Whether everything that holds an operation up waits, in the end, for the current thread. */
    private boolean leadsBack(Wait wait, Slot<?> by) {
        List<Slot<?>> holders = wait.coordinator().holdersOf(wait.operation());
        if (holders.isEmpty() || path.size() >= DEEPEST) {
            return false;
        }
        int length = chain.size();
        chain.add(describe(by, wait));
        for (Slot<?> holder : holders) {
            if (!own.contains(holder) && !holderLeadsBack(holder)) {
                while (chain.size() > length) {
                    chain.remove(chain.size() - 1);
                }
                return false;
            }
        }
        return true;
    }

    private boolean holderLeadsBack(Slot<?> holder) {
        Wait next = holder.waitsFor;
        if (next == null || !path.add(holder)) {
            return false; // it runs; or it is in a circle of its own, which is told to others
        }
        try {
            return leadsBack(next, holder);
        } finally {
            path.remove(holder);
        }
    }

    private static String describe(Slot<?> by, Wait wait) {
        Operation<?> waiting = by.current();
        Thread thread = by.thread;
        Operation<?> awaited = wait.operation();
        return "%s on thread %s waits for operation %d of key %s in %s"
                .formatted(
                        waiting == null ? "an operation" : "operation %d of key %s".formatted(waiting.id, waiting.key),
                        thread == null ? "?" : thread.getName(),
                        awaited.id,
                        awaited.key,
                        wait.coordinator().name());
    }
}
