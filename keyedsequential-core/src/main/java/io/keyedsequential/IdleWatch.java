package io.keyedsequential;

import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Threads that wait until nothing is left.
 *
 * <p>The lost wake-up: a thread sees an operation and goes to wait, while the last runner sees no waiting thread and
 * leaves. The thread raises {@link #waiting} and then looks; the runner gives its slot back and then looks at
 * {@link #waiting}. (Hunted by AwaitIdleAgainstLastRunner.)
 */
final class IdleWatch {

    private final OperationCounters<?> counts;
    private final BooleanSupplier isIdle;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition idle = lock.newCondition();

    /** What is to be run once when nothing is left. */
    private final AtomicReference<@Nullable Runnable> onIdle = new AtomicReference<>();

    /** What is to be run once when nothing is left and nothing will come. */
    private final AtomicReference<@Nullable Runnable> atEnd = new AtomicReference<>();

    /** Written under the lock, read without. */
    private volatile int waiting;

    /** How many of them also look at something else at every check. Written under the lock, read without. */
    private volatile int particular;

    /**
     * Creates a watch that no thread waits for yet.
     *
     * @param isIdle says whether nothing is left; asked after a thread that waits has been counted
     */
    IdleWatch(OperationCounters<?> counts, BooleanSupplier isIdle) {
        this.counts = counts;
        this.isIdle = isIdle;
    }

    /** Waits until nothing is left, at most that long. */
    boolean await(long timeoutNanos) {
        return await(timeoutNanos, null);
    }

    /**
     * Waits until nothing is left or it is no use to wait any longer.
     *
     * @param useful looks whether something will still move, without waiting; {@code null} if that does not matter
     */
    @SuppressWarnings("NonAtomicVolatileUpdate") // written under the lock only
    boolean await(long timeoutNanos, @Nullable BooleanSupplier useful) {
        lock.lock();
        try {
            particular += useful == null ? 0 : 1;
            waiting++;
            long left = timeoutNanos;
            while (!isIdle.getAsBoolean()) {
                if (left <= 0 || (useful != null && !useful.getAsBoolean())) {
                    return false;
                }
                left = idle.awaitNanos(left);
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return isIdle.getAsBoolean();
        } finally {
            waiting--;
            particular -= useful == null ? 0 : 1;
            lock.unlock();
        }
    }

    /** Runs an action once, on the thread that ends the last operation, or now if there is none. */
    void whenIdle(Runnable action) {
        onIdle.set(action);
        check();
    }

    /** The same beside that, for what is closed. */
    void atEnd(Runnable action) {
        atEnd.set(action);
        check();
    }

    /** Whether a thread waits until nothing is left. */
    boolean isAwaited() {
        return waiting > 0;
    }

    private void run(AtomicReference<@Nullable Runnable> once) {
        if (once.get() != null && isIdle.getAsBoolean()) {
            Runnable action = once.getAndSet(null);
            if (action != null) {
                action.run();
            }
        }
    }

    /** A thread is about to end operations without a slot: nothing is idle until it has told futures and listeners. */
    void tellingBegins() {
        counts.delivering(1);
    }

    void tellingEnds() {
        counts.delivering(-1);
        check();
    }

    /**
     * Called by a thread that may have ended the last operation, after it has told futures and listeners and given its
     * slot back.
     */
    void check() {
        run(onIdle);
        run(atEnd);
        if (waiting > 0 && (particular > 0 || isIdle.getAsBoolean())) {
            lock.lock();
            try {
                idle.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }
}
