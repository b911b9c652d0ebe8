package io.keyedsequential;

/**
 * The counts of one coordinator. Live numbers say what is there now, totals what has happened since it was built.
 *
 * @param maxConcurrency the present limit of operations that run at once
 * @param queued operations that wait now
 * @param active operations that run now, each with a permit
 * @param awaiting operations whose body has returned a stage that is not complete yet; they hold their key, no permit
 * @param lanes keys that have an operation now, that an operator paused, or of which a place is reserved
 * @param blockedCallers callers whose threads wait now, for room or for their turn
 * @param admitted operations accepted in total
 * @param completed operations ended without an error, in total
 * @param failed operations ended with an error, in total
 * @param cancelled operations cancelled, in total
 * @param rejected operations refused, in total; a refusal at the door has no id and is not in {@code admitted}, one of
 *     an operation that had been let in (its caller was interrupted, or the executor refused it) is in
 *     {@code cancelled} too
 * @param admittedBeyondBound operations that a running operation of the same atom enqueued although there was no room,
 *     in total
 * @param backingOff operations between two attempts now; they hold their key, no permit
 * @param parked operations that keep their key closed now until an operator decides
 * @param retries attempts after which another one followed, in total
 * @param reserved places kept now for operations that have not been handed over yet; see
 *     {@link KeyedCoordinator#reserve}
 * @param callersAwaitingTurn those of {@code blockedCallers} that wait for the turn of a
 *     {@link KeyedCoordinator#call call}; what they want to run is queued, or backs off between two attempts
 */
public record CoordinatorStats(
        int maxConcurrency,
        long queued,
        int active,
        long awaiting,
        int lanes,
        int blockedCallers,
        long admitted,
        long completed,
        long failed,
        long cancelled,
        long rejected,
        long admittedBeyondBound,
        long backingOff,
        long parked,
        long retries,
        long reserved,
        int callersAwaitingTurn) {

    /**
     * The counts of one that keeps no places and has no callers that wait for their turn.
     *
     * @param maxConcurrency the present limit of operations that run at once
     * @param queued operations that wait now
     * @param active operations that run now
     * @param awaiting operations that await their stage now
     * @param lanes keys that have an operation now, or that an operator paused
     * @param blockedCallers callers that wait for room now
     * @param admitted operations accepted in total
     * @param completed operations ended without an error, in total
     * @param failed operations ended with an error, in total
     * @param cancelled operations cancelled, in total
     * @param rejected operations refused, in total
     * @param admittedBeyondBound operations enqueued by operations although there was no room, in total
     * @param backingOff operations between two attempts now
     * @param parked operations that keep their key closed now
     * @param retries attempts after which another one followed, in total
     */
    public CoordinatorStats(
            int maxConcurrency,
            long queued,
            int active,
            long awaiting,
            int lanes,
            int blockedCallers,
            long admitted,
            long completed,
            long failed,
            long cancelled,
            long rejected,
            long admittedBeyondBound,
            long backingOff,
            long parked,
            long retries) {
        this(
                maxConcurrency,
                queued,
                active,
                awaiting,
                lanes,
                blockedCallers,
                admitted,
                completed,
                failed,
                cancelled,
                rejected,
                admittedBeyondBound,
                backingOff,
                parked,
                retries,
                0,
                0);
    }
}
