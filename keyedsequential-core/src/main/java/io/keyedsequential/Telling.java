package io.keyedsequential;

import org.jspecify.annotations.Nullable;

/**
 * A thread that ends operations and holds no slot: it cancels, purges, replaces or expires them, and tells their
 * futures and listeners. The atom is not idle until it has told them all, so a thread that does this must not wait for
 * its own atom to be idle. Confined to the thread; they nest, since what is told may end other operations.
 */
final class Telling {

    private static final ThreadLocal<@Nullable Telling> INNERMOST = new ThreadLocal<>();

    private final StripedCoordinator<?> coordinator;
    private final @Nullable Telling outer;

    private Telling(StripedCoordinator<?> coordinator, @Nullable Telling outer) {
        this.coordinator = coordinator;
        this.outer = outer;
    }

    /** Begins before the first operation leaves its lane; {@link #end()} follows when the last one has been told. */
    static Telling begin(StripedCoordinator<?> coordinator) {
        Telling telling = new Telling(coordinator, INNERMOST.get());
        INNERMOST.set(telling);
        coordinator.lanes().counts.delivering(1);
        return telling;
    }

    void end() {
        if (outer == null) {
            INNERMOST.remove();
        } else {
            INNERMOST.set(outer);
        }
        coordinator.lanes().counts.delivering(-1);
        coordinator.slotGivenUp();
    }

    /** Whether the current thread tells how operations of the given coordinator ended. */
    static boolean isInside(StripedCoordinator<?> coordinator) {
        for (Telling each = INNERMOST.get(); each != null; each = each.outer) {
            if (each.coordinator == coordinator) {
                return true;
            }
        }
        return false;
    }
}
