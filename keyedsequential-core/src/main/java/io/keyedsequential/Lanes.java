package io.keyedsequential;

/**
 * Decides which operation may be admitted and which may start next, and performs nothing: no executor, future,
 * listener, log or clock here, and no code of users under a lock but the {@code equals} of the caller's own key (and
 * its {@code compareTo}, see {@link CollidingLanes}). {@link Outcomes} and {@link Runner} act on what is decided,
 * outside every lock.
 *
 * <p>This class only holds the parts together: {@link LaneTable} has the lanes and what guards them,
 * {@link AdmissionControl} says what may be let in, {@link Scheduler} what starts next, {@link Suspension} what leaves
 * its slot without ending, {@link Removal} what is taken out, {@link Interrupts} whose thread is meant.
 *
 * @param <K> the type of the keys
 */
final class Lanes<K> {

    /*
     * Invariants, true whenever no lock is held and no thread is between two calls of these classes:
     *
     * 1. A lane is in its table iff it has an operation that is queued, gathers, runs, awaits its stage, backs
     *    off or is parked, or an operator paused it, or a place of its key is reserved, or callers wait for
     *    room for one. Those only keep it, so that they can be let in without asking their key again; what has
     *    nothing else is counted as a lane and never shown.
     * 2. A lane's token is in the ready queue, once, iff the operation at its head is queued (and not held
     *    back), it has a free key slot and is not paused. While the whole atom is held the tokens stay where
     *    they are and no runner takes one.
     * 3. Slots taken <= limit + lent, and of one key at most perKeyConcurrency operations run or await. After
     *    the limit has been lowered nothing starts until the slots taken are within it; nor after an operation
     *    whose wait has a limit, or that is interrupted, has gone on before it got the permit back that it had
     *    lent.
     * 4. Queued <= capacity, and of one key <= capacityPerKey, but for operations enqueued from inside an
     *    operation of this atom, which are admitted beyond the bound and counted. What awaits its stage or is
     *    held back takes room as well: nothing is admitted from outside while queued + awaiting + held >=
     *    capacity, as far as that has been counted (see OperationCounters.admit). A reserved place takes the
     *    room of an operation until one takes it, or it is given back.
     * 5. No permit is free while a token is in the ready queue, unless the atom is paused or the executor
     *    refuses.
     * 6. A slot is held only by a thread that runs, or is about to look for, an operation, or still runs the
     *    body of one that was abandoned: that slot holds no lane. An operation that waits for a turn of another
     *    key lends its permit for that time.
     * 7. admitted = queued + running + awaiting + held + completed + failed + cancelled.
     *
     * StructuralCheck in the tests asserts them.
     *
     * Locks. A stripe's monitor guards its lanes; two stripes are never locked at once. Inside it only the
     * monitor of Permits may be taken, which is innermost. The lock of BlockedCallers is outside of both. That
     * is all.
     *
     * Walking. With perKeyConcurrency 1 nothing else of a lane can start while one of its operations runs, so
     * the slot that runs it owns the rest of the queue, and may go from one operation to the next without the
     * lock: Scheduler.walk(). What has to stop it (a pause, a lower limit, a cancellation, a replacement, a
     * caller that waits for room) raises the attention word, which every walker looks at before every start;
     * see StartBarrier for why none is missed. A walk ends at a lock at the latest when its visit does.
     */

    final LaneTable<K> table;

    final Permits<K> permits;

    final OperationCounters<K> counts;

    final MessageNames names;

    final AdmissionControl<K> admission;

    final Scheduler<K> scheduler;

    final Suspension<K> suspension;

    final Removal<K> removal;

    final Interrupts<K> interrupts;

    Lanes(String name, CoordinatorOptions options) {
        this.table = new LaneTable<>(name, options);
        this.permits = table.permits;
        this.counts = table.counts;
        this.names = table.names;
        this.suspension = new Suspension<>(table);
        this.removal = new Removal<>(table);
        this.interrupts = new Interrupts<>(table, suspension);
        this.admission = new AdmissionControl<>(table, removal, options);
        this.scheduler = new Scheduler<>(table, options.fairScheduling());
    }
}
