package io.keyedsequential.spring.actuate;

import io.keyedsequential.CoordinatorStats;

/**
 * Description of the counts of an atom.
 *
 * @param queued operations that wait now
 * @param active operations that run now
 * @param awaiting operations whose future is not complete yet; they hold their key only
 * @param lanes keys that have operations now, or are paused
 * @param blockedCallers callers whose threads wait now, for room or for their turn
 * @param callersAwaitingTurn those of them that wait for their turn
 * @param admitted operations accepted since start
 * @param completed operations ended without an error since start
 * @param failed operations ended with an error since start
 * @param cancelled operations cancelled since start
 * @param rejected operations refused since start
 * @param admittedBeyondBound operations enqueued by operations although there was no room, since start
 * @param backingOff operations between two attempts now; they hold their key only
 * @param parked operations that keep their key closed now until an operator decides
 * @param retries attempts after which another one followed, since start
 */
public record CountsDescriptor(
        long queued,
        int active,
        long awaiting,
        int lanes,
        int blockedCallers,
        int callersAwaitingTurn,
        long admitted,
        long completed,
        long failed,
        long cancelled,
        long rejected,
        long admittedBeyondBound,
        long backingOff,
        long parked,
        long retries) {

    static CountsDescriptor of(CoordinatorStats stats) {
        return new CountsDescriptor(
                stats.queued(),
                stats.active(),
                stats.awaiting(),
                stats.lanes(),
                stats.blockedCallers(),
                stats.callersAwaitingTurn(),
                stats.admitted(),
                stats.completed(),
                stats.failed(),
                stats.cancelled(),
                stats.rejected(),
                stats.admittedBeyondBound(),
                stats.backingOff(),
                stats.parked(),
                stats.retries());
    }
}
