package io.keyedsequential;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Threads of the engine's own beside an executor that was given: they do what must not depend on a thread of that
 * executor. They are started when first needed and leave when they have been idle for a while.
 *
 * <p>How many there are is bounded: each hands over a runner that searches, or runs one, and each runner has a permit.
 */
final class SpareThreads {

    /**
     * How long a thread that hands a runner over waits until the executor has taken it. An executor at work
     * takes microseconds.
     */
    private static final long PATIENCE_NANOS = 500_000_000L;

    private static final Object TAKEN = new Object();
    private static final Object LEFT = new Object();

    private final String atom;
    private final long idleSeconds;
    private final long patienceNanos;

    /** Whether the executor has made a thread wait for a place once. From then on no runner waits for it. */
    private volatile boolean blocksCallers;

    @GuardedBy("this")
    private @Nullable OwnedPool pool;

    @GuardedBy("this")
    private boolean closed;

    SpareThreads(String atom) {
        this(atom, OwnedPool.IDLE_SECONDS, PATIENCE_NANOS);
    }

    /** For tests: with threads that leave when they have been idle that long, and another patience. */
    SpareThreads(String atom, long idleSeconds, long patienceNanos) {
        this.atom = atom;
        this.idleSeconds = idleSeconds;
        this.patienceNanos = patienceNanos;
    }

    /** Runs something on a thread of its own, at once. */
    void run(Runnable action) {
        present().execute(action);
    }

    private synchronized OwnedPool present() {
        if (closed) {
            throw new RejectedExecutionException(atom + ": closed");
        }
        OwnedPool present = pool;
        if (present == null) {
            present = new OwnedPool(atom + "-spare", idleSeconds);
            pool = present;
        }
        return present;
    }

    /** What a hand-over comes to: {@code null} if the executor has taken the runner, otherwise what it threw. */
    interface HandOver {
        @Nullable
        Throwable tried();
    }

    /**
     * Hands a runner over on a spare thread. Waits for the outcome as long as no executor needs that does not make its
     * caller wait, so that what the executor does has been done when this returns.
     *
     * @param refusedLate told what the executor threw if this has returned {@code null} before
     */
    @Nullable
    Throwable handOver(HandOver handOver, Consumer<Throwable> refusedLate) {
        AtomicReference<@Nullable Object> outcome = new AtomicReference<>();
        Thread waiting = Thread.currentThread();
        run(() -> {
            Throwable refusal = handOver.tried();
            if (outcome.compareAndSet(null, refusal == null ? TAKEN : refusal)) {
                LockSupport.unpark(waiting);
            } else if (refusal != null) {
                refusedLate.accept(refusal);
            }
        });
        await(outcome);
        if (outcome.compareAndSet(null, LEFT)) {
            blocksCallers = true;
        }
        return outcome.get() instanceof Throwable refusal ? refusal : null;
    }

    private void await(AtomicReference<@Nullable Object> outcome) {
        boolean interrupted = false;
        long end = System.nanoTime() + (blocksCallers ? 0 : patienceNanos);
        for (long left = end - System.nanoTime(); left > 0 && outcome.get() == null; left = end - System.nanoTime()) {
            LockSupport.parkNanos(this, left);
            interrupted |= Thread.interrupted();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** No thread is started from now on; those that run something end after it. */
    synchronized void close() {
        closed = true;
        if (pool != null) {
            pool.retire();
        }
    }
}
