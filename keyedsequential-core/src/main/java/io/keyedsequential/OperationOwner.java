package io.keyedsequential;

import io.keyedsequential.signal.SignalSink;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What operations, their futures and the threads that wait for them ask of their atom: the one way back up from what is
 * decided to what acts. {@link AtomOperations} answers.
 *
 * @param <K> the type of the keys
 */
interface OperationOwner<K> {

    /** The atom's name. */
    String name();

    /** How messages name operations. */
    MessageNames names();

    /** Where an operation raises signals. */
    @Nullable
    SignalSink signals();

    /**
     * Takes an operation out if it waits; if it has begun, marks it as stopped, so that no other attempt follows, and
     * interrupts it if asked to.
     *
     * @return {@code false} if it has ended
     */
    boolean cancel(Operation<K> operation, boolean interrupt);

    /** A coalesced operation is about to run: newer ones queue behind it. */
    void begun(Operation<K> operation);

    /** A stage has ended its operation, or an attempt of it, on whatever thread. */
    void stageEnded(Operation<K> operation, @Nullable Object result, @Nullable Throwable failure);

    /** The slots of the operations that hold another one up, if all that do are known. */
    List<Slot<?>> holdersOf(Operation<?> operation);

    /** The permits, of which the thread that waits inside an operation lends one. */
    Permits<K> permits();

    /** A thread inside of an operation is about to wait for this atom, or (-1) goes on. */
    void threadWaits(int change);

    /** Wakes a runner if there is a lane and a permit for it. */
    void wake();

    /**
     * A thread wants the permit back that it has lent: a runner that has got it and has not begun gives it up, and one
     * that has begun starts no other operation with it.
     */
    void permitWantedBack();
}
