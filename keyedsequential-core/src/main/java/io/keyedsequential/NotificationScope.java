package io.keyedsequential;

import org.jspecify.annotations.Nullable;

/**
 * A thread that ends operations and holds no slot: it cancels, purges, replaces or expires them, and tells their
 * futures and listeners. The atom is not idle until it has told them all, so a thread that does this must not wait for
 * its own atom to be idle. Confined to the thread; they nest, since what is told may end other operations.
 */
final class NotificationScope {

    private static final ThreadLocal<@Nullable NotificationScope> INNERMOST = new ThreadLocal<>();

    private final IdleWatch idleWatch;
    private final @Nullable NotificationScope outer;

    private NotificationScope(IdleWatch idleWatch, @Nullable NotificationScope outer) {
        this.idleWatch = idleWatch;
        this.outer = outer;
    }

    /** Begins before the first operation leaves its lane; {@link #end()} follows when the last one has been told. */
    static NotificationScope begin(IdleWatch idleWatch) {
        NotificationScope telling = new NotificationScope(idleWatch, INNERMOST.get());
        INNERMOST.set(telling);
        idleWatch.tellingBegins();
        return telling;
    }

    void end() {
        if (outer == null) {
            INNERMOST.remove();
        } else {
            INNERMOST.set(outer);
        }
        idleWatch.tellingEnds();
    }

    /** Whether the current thread tells how operations of the given atom ended. */
    static boolean isInside(IdleWatch idleWatch) {
        for (NotificationScope each = INNERMOST.get(); each != null; each = each.outer) {
            if (each.idleWatch == idleWatch) {
                return true;
            }
        }
        return false;
    }
}
