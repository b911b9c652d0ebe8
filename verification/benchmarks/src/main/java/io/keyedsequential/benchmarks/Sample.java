package io.keyedsequential.benchmarks;

import java.util.concurrent.TimeUnit;

/**
 * One measurement.
 *
 * @param operations how many were handed over and finished
 * @param nanos from the first hand-over to the last body's end
 * @param bytes what all threads allocated meanwhile
 */
record Sample(long operations, long nanos, long bytes) {

    double perSecond() {
        return (double) operations * TimeUnit.SECONDS.toNanos(1) / nanos;
    }

    double bytesPerOperation() {
        return (double) bytes / operations;
    }
}
