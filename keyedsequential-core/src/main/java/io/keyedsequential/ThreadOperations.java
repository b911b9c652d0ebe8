package io.keyedsequential;

import io.keyedsequential.signal.Signal;
import io.keyedsequential.signal.SignalSink;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which slots the current thread holds, innermost first: what tells an operation's own calls from other people's.
 * Confined to its thread; a thread has more than one while a turn runs inside an operation, or an executor runs its
 * tasks on the thread that hands them over.
 */
final class ThreadOperations {

    private static final ThreadLocal<@Nullable ThreadOperations> INNERMOST = new ThreadLocal<>();

    private final OperationOwner<?> owner;
    private final @Nullable ThreadOperations outer;
    private Slot<?> slot;

    /** Whether a body runs, or its end is told to futures and listeners: the key is held until both are done. */
    private boolean inBody;

    /** Whether the permit is lent: there is nothing more to lend until it has been taken back. */
    private boolean lent;

    private ThreadOperations(OperationOwner<?> owner, Slot<?> slot, @Nullable ThreadOperations outer) {
        this.owner = owner;
        this.slot = slot;
        this.outer = outer;
    }

    static ThreadOperations enter(OperationOwner<?> owner, Slot<?> slot) {
        ThreadOperations holding = new ThreadOperations(owner, slot, INNERMOST.get());
        INNERMOST.set(holding);
        return holding;
    }

    void exit() {
        if (outer == null) {
            INNERMOST.remove();
        } else {
            INNERMOST.set(outer);
        }
    }

    /** The holder has exchanged its slot for another one. */
    void slot(Slot<?> other) {
        slot = other;
    }

    void inBody(boolean value) {
        inBody = value;
    }

    /** Whether the current thread holds a slot of the given atom, which then must not make it wait. */
    static boolean isHolder(OperationOwner<?> owner) {
        for (ThreadOperations each = INNERMOST.get(); each != null; each = each.outer) {
            if (each.owner == owner) {
                return true;
            }
        }
        return false;
    }

    /**
     * Whether a runner of the given atom is further down on this thread, between two bodies: the executor runs
     * its tasks on the thread that hands them over. Running another runner there would keep the lower one from what it
     * has in hand.
     */
    static boolean isBetweenBodies(OperationOwner<?> owner) {
        for (ThreadOperations each = INNERMOST.get(); each != null; each = each.outer) {
            if (each.owner == owner && !each.inBody) {
                return true;
            }
        }
        return false;
    }

    /** Whether the current thread is inside the body of an operation of the given atom and key. */
    static boolean isInside(OperationOwner<?> owner, Object key) {
        for (ThreadOperations each = INNERMOST.get(); each != null; each = each.outer) {
            Operation<?> operation = each.owner == owner ? each.present() : null;
            if (operation != null && Objects.equals(key, operation.key)) {
                return true;
            }
        }
        return false;
    }

    /** The innermost one, whose permit is the one that the current thread has. */
    static @Nullable ThreadOperations ofThisThread() {
        return INNERMOST.get();
    }

    OperationOwner<?> owner() {
        return owner;
    }

    boolean isLent() {
        return lent;
    }

    void lent(boolean value) {
        lent = value;
    }

    /** The slots of the operations that the current thread is inside of, innermost first. */
    static List<Slot<?>> slots() {
        List<Slot<?>> slots = new ArrayList<>();
        for (ThreadOperations each = INNERMOST.get(); each != null; each = each.outer) {
            if (each.inBody) {
                slots.add(each.slot);
            }
        }
        return slots;
    }

    /** The innermost operation whose body the current thread runs. */
    static @Nullable OperationContext innermost() {
        for (ThreadOperations each = INNERMOST.get(); each != null; each = each.outer) {
            Operation<?> operation = each.present();
            if (operation != null) {
                return new View(
                        operation.shownId(),
                        each.owner.name(),
                        (Object) operation.key,
                        operation.attempt(),
                        each.owner.signals());
            }
        }
        return null;
    }

    /** The same for those that want to know no more than its id, at every operation: nothing is allocated. */
    static long innermostId() {
        for (ThreadOperations each = INNERMOST.get(); each != null; each = each.outer) {
            Operation<?> operation = each.present();
            if (operation != null) {
                return operation.shownId();
            }
        }
        return Signal.NO_OPERATION;
    }

    private @Nullable Operation<?> present() {
        return inBody ? slot.current() : null;
    }

    private record View(long operationId, String atom, Object key, int attempt, @Nullable SignalSink signals)
            implements OperationContext {

        @Override
        public void raise(String name) {
            if (signals == null) {
                throw new IllegalStateException(
                        "%s: operation %d raises %s, but the atom has no sink: give its builder signals(...)"
                                .formatted(atom, operationId, name));
            }
            signals.raise(name, atom, operationId, null);
        }
    }
}
