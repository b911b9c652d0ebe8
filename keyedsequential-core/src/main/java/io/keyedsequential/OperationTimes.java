package io.keyedsequential;

/**
 * How long the operations of one coordinator that have ended had waited and run, each counted once, when it ended:
 * after several attempts its time to run is that of the last one, and its time to wait all that was before. One that
 * ended before its body began has waited until then, and has run for no time.
 *
 * @param completed how long those had run that ended without an error
 * @param failed how long those had run that ended with an error
 * @param cancelled how long those had run that were cancelled
 * @param waited how long all of them had waited
 */
public record OperationTimes(Sum completed, Sum failed, Sum cancelled, Sum waited) {

    /**
     * Of some operations.
     *
     * @param count how many have ended since the coordinator was built
     * @param totalNanos their time in all, in nanoseconds
     * @param maxNanos the longest of those that ended within the last one to two minutes, in nanoseconds; if the times
     *     are read more rarely than once a minute, of those since they were read last but one
     */
    public record Sum(long count, long totalNanos, long maxNanos) {}
}
