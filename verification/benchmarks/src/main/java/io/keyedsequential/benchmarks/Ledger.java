package io.keyedsequential.benchmarks;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * What the operations of one key write down. Nothing here is atomic or volatile on purpose: only if the contender runs one
 * body at a time, in order, each seeing what the one before wrote, do the entries add up.
 */
final class Ledger {

    /* occupied is written in opaque mode. A plain field that is set and reset within a few instructions would be optimised
     * away; opaque keeps both writes and adds no ordering that could hide a contender's missing one. */
    private static final VarHandle OCCUPIED;

    static {
        try {
            OCCUPIED = MethodHandles.lookup().findVarHandle(Ledger.class, "occupied", boolean.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    /** Every so many entries stay for longer, so that an overlap has room to happen. */
    private static final int LINGER_EVERY = 64;

    private final int[] nextOfProducer;

    @SuppressWarnings("UnusedVariable") // used through OCCUPIED
    private boolean occupied;

    private long entered;
    private long overlaps;
    private long disorders;

    Ledger(int producers) {
        this.nextOfProducer = new int[producers];
    }

    @SuppressWarnings("ThreadPriorityCheck") // the yield is an invitation to overlap; nothing relies on it
    void enter(int producer, int sequence) {
        if ((boolean) OCCUPIED.getOpaque(this)) {
            overlaps++;
        }
        OCCUPIED.setOpaque(this, true);
        long before = entered;
        if (nextOfProducer[producer] != sequence) {
            disorders++;
        }
        if (before % LINGER_EVERY == 0) {
            Thread.yield();
        }
        nextOfProducer[producer] = sequence + 1;
        entered = before + 1;
        OCCUPIED.setOpaque(this, false);
    }

    long entered() {
        return entered;
    }

    long overlaps() {
        return overlaps;
    }

    long disorders() {
        return disorders;
    }
}
