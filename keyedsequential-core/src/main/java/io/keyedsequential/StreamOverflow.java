package io.keyedsequential;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Operations of a stream that have found no room. They keep the order of their key, hold up no other key, and are
 * bounded by the stream's window.
 *
 * <p>What tells of room: an operation of the stream that starts leaves some, and looks here. Room that others leave is
 * told only to callers that wait for it, so while anything is here, one thread of a pool of its own waits as such a
 * caller, on behalf of one key. With {@link OverflowPolicy#REJECT} there is no waiting and no caller is told; the
 * thread then looks again after 1 ms, later after up to 100 ms.
 *
 * <p>Why not {@code tryExecute}: each refusal would be counted and told as a rejection, and here nothing is
 * rejected yet.
 *
 * <p>The lost wake-up: an operation of the stream starts and sees nothing here, while another one, refused just before,
 * is about to be set aside. It is offered once more after it has been counted: either the starting operation sees the
 * count, or the second offer sees the room.
 */
final class StreamOverflow<K> {

    private static final long SHORTEST_LOOK_NANOS = 1_000_000;
    private static final long LONGEST_LOOK_NANOS = 100_000_000;

    /**
     * What a pass over all keys has left: one that found no room, and whether the serving thread is to wait on
     * its behalf.
     */
    private record Pass<K>(@Nullable StreamOperation<K> refused, boolean inHand, boolean admittedAny) {}

    private final String atom;
    private final Lanes<K> lanes;
    private final Intake<K> engine;
    private final Dispatcher<K> dispatcher;
    private final Listeners listeners;
    private final StreamIntake<?, K> intake;
    private final OwnedPool pool;
    private final boolean block;
    private final ReentrantLock lock = new ReentrantLock();

    /**
     * By lane, none empty, in the order in which the keys are served next. A lane stays in its table as long as it is
     * here, so no key is asked anything once it has been set aside; and it is equal to itself only.
     */
    @GuardedBy("lock")
    private final Map<Lane<K>, Deque<StreamOperation<K>>> waiting = new LinkedHashMap<>();

    /**
     * The first of its key, which the serving thread is about to enqueue: no other thread may, and nothing may
     * overtake it.
     */
    @GuardedBy("lock")
    private @Nullable StreamOperation<K> inHand;

    /** Whether a thread serves; it leaves under the lock, when nothing is waiting. */
    @GuardedBy("lock")
    private boolean served;

    /** Written under the lock, read without. */
    private volatile int count;

    StreamOverflow(Runner.Crew<K> crew, Intake<K> engine, StreamIntake<?, K> intake, boolean block) {
        this.atom = crew.owner().name();
        this.lanes = crew.lanes();
        this.engine = engine;
        this.dispatcher = crew.dispatcher();
        this.listeners = crew.listeners();
        this.intake = intake;
        this.pool = new OwnedPool(atom + "-stream");
        this.block = block;
    }

    boolean isEmpty() {
        return count == 0;
    }

    /** The atom is closed. An item that comes still is told so by a thread that leaves at once. */
    void close() {
        pool.lingerNoLonger();
    }

    /** Enqueues an operation if there is room and none of its key waits here; otherwise sets it aside. Never blocks. */
    void take(StreamOperation<K> operation) {
        boolean ready;
        boolean emptied = false;
        boolean serve = false;
        lock.lock();
        try {
            AdmissionResult outcome = waiting.isEmpty() ? engine.offerNow(operation) : AdmissionResult.KEY_FULL;
            if (!isAdmitted(outcome)) {
                Lane<K> lane = lanes.admission.setAside(operation);
                operation.lane = lane;
                Deque<StreamOperation<K>> before = waiting.get(lane);
                Deque<StreamOperation<K>> line = before == null ? new ArrayDeque<>() : before;
                line.add(operation);
                waiting.put(lane, line);
                count(1);
                if (before == null) {
                    outcome = engine.offerNow(operation); // see above: the lost wake-up
                }
                if (isAdmitted(outcome)) {
                    removeFirst(line);
                    waiting.remove(lane);
                    lanes.admission.noLongerSetAside(lane);
                    emptied = isEmpty();
                } else {
                    serve = !served;
                    served = true;
                }
            }
            ready = outcome == AdmissionResult.ADMITTED_READY;
        } finally {
            lock.unlock();
        }
        if (ready) {
            dispatcher.wake();
        }
        if (serve) {
            startServing();
        }
        if (emptied) {
            intake.asideEmptied(); // a thread may have seen it set aside, and so have asked for nothing
        }
    }

    /** An operation of the stream has left the queue: perhaps there is room. */
    void retry() {
        if (!isEmpty()) {
            pass(false);
            if (isEmpty()) {
                intake.asideEmptied();
            }
        }
    }

    private void startServing() {
        try {
            pool.execute(this::serve);
        } catch (Throwable e) { // no thread left: the next operation of the stream that comes or starts tries again
            noLongerServed();
            intake.fail("no thread could be had to wait for room", e);
        }
    }

    private void noLongerServed() {
        lock.lock();
        try {
            served = false;
            inHand = null;
        } finally {
            lock.unlock();
        }
    }

    private void serve() {
        int lost = 0;
        Throwable last = null;
        long look = SHORTEST_LOOK_NANOS;
        try {
            Pass<K> pass = pass(true);
            while (pass.refused != null) {
                if (pass.inHand) {
                    Throwable loss = enqueue(pass.refused);
                    if (loss != null) {
                        lost++;
                        last = loss;
                    }
                } else {
                    look = pass.admittedAny ? SHORTEST_LOOK_NANOS : Math.min(2 * look, LONGEST_LOOK_NANOS);
                    LockSupport.parkNanos(this, look);
                }
                pass = pass(true);
            }
        } catch (Throwable e) { // memory is short
            noLongerServed();
            intake.fail("what waits for room could not be enqueued", e);
        }
        if (lost > 0) {
            listeners.warn("%s: %d items of a stream are lost; the last: %s".formatted(atom, lost, last));
        }
        intake.asideEmptied();
    }

    /**
     * Enqueues what there is room for. The serving thread gets an operation that was refused in hand, if there is any.
     */
    private Pass<K> pass(boolean serving) {
        boolean ready = false;
        Pass<K> pass;
        lock.lock();
        try {
            if (serving) {
                inHand = null;
            }
            int before = count;
            StreamOperation<K> refused = null;
            AdmissionResult refusal = AdmissionResult.KEY_FULL;
            boolean again = true;
            while (again) {
                again = false;
                refused = null;
                Iterator<Deque<StreamOperation<K>>> lines = waiting.values().iterator();
                while (lines.hasNext() && refusal == AdmissionResult.KEY_FULL) {
                    Deque<StreamOperation<K>> line = lines.next();
                    StreamOperation<K> first = line.element();
                    AdmissionResult outcome = first == inHand ? AdmissionResult.KEY_FULL : engine.offerNow(first);
                    if (isAdmitted(outcome)) {
                        again = true;
                        ready |= outcome == AdmissionResult.ADMITTED_READY;
                        removeFirst(line);
                        if (line.isEmpty()) {
                            lines.remove();
                            lanes.admission.noLongerSetAside(first.lane());
                        }
                    } else if (refused == null || outcome != AdmissionResult.KEY_FULL) {
                        refused = first;
                        refusal = outcome;
                    }
                }
                again &= refusal == AdmissionResult.KEY_FULL;
            }
            if (serving) {
                inHand = block || refusal == AdmissionResult.CLOSED ? refused : null;
                served = refused != null;
            }
            pass = new Pass<>(refused, serving && inHand != null, count < before);
        } finally {
            lock.unlock();
        }
        if (ready) {
            dispatcher.wake();
        }
        return pass;
    }

    /**
     * Enqueues the operation in hand as any caller would, waiting for room.
     *
     * @return why the item is lost, if it is
     */
    private @Nullable Throwable enqueue(StreamOperation<K> operation) {
        boolean kept = false;
        RejectedOperationException rejection;
        try {
            operation.enqueuedAt = System.nanoTime();
            engine.admitAccepted(operation);
            return null;
        } catch (RejectedOperationException e) {
            rejection = e;
            kept = mayFindRoomLater(e.reason());
        } finally {
            putDown(operation, kept);
        }
        if (kept) {
            return null;
        }
        operation.giveShareBack();
        intake.rejected(rejection); // last: code that is told of it finds nothing left of it
        return rejection;
    }

    private static boolean mayFindRoomLater(RejectedOperationException.Reason reason) {
        return switch (reason) {
            case FULL, KEY_FULL, BUSY, EXECUTOR -> true;
            case CLOSED, INTERRUPTED, SHED, NO_TURN -> false;
        };
    }

    private void putDown(StreamOperation<K> operation, boolean kept) {
        lock.lock();
        try {
            inHand = null;
            Lane<K> lane = operation.lane();
            Deque<StreamOperation<K>> line = waiting.remove(lane);
            if (line != null) {
                if (!kept) {
                    removeFirst(line);
                }
                if (line.isEmpty()) {
                    lanes.admission.noLongerSetAside(lane);
                } else {
                    waiting.put(lane, line); // behind the others
                }
            }
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private void removeFirst(Deque<StreamOperation<K>> line) {
        line.remove();
        count(-1);
    }

    @GuardedBy("lock")
    @SuppressWarnings("NonAtomicVolatileUpdate") // written under the lock only
    private void count(int change) {
        count += change;
    }

    private static boolean isAdmitted(AdmissionResult outcome) {
        return outcome == AdmissionResult.ADMITTED || outcome == AdmissionResult.ADMITTED_READY;
    }
}
