package io.keyedsequential.benchmarks;

import io.keyedsequential.benchmarks.contender.Contender;

/**
 * Takes samples: push a sequence, wait until every body has ended, and again until enough time has passed. The contender
 * and the floor get the same sequence of the same length; the faster one just goes round more often.
 */
final class Sampler {

    /** The sequence a calibration starts with, and how much longer each further try is. */
    private static final int FIRST_TRY = 256;

    private static final int STEP = 4;

    /**
     * How many times the least length a sample may take before it is shortened. Generous: fewer operations are also fewer
     * keys, and the tries, made on cold code, take longer than the samples will.
     */
    private static final int PATIENCE = 3;

    /** More than one: the first slow try may have met cold code or a busy machine. */
    private static final int ENOUGH_SLOW_TRIES = 2;

    private final Producers producers;
    private final Long[] sequence;
    private final CountedBody body;
    private final long leastNanos;

    Sampler(Producers producers, Long[] sequence, CountedBody body, long leastNanos) {
        this.producers = producers;
        this.sequence = sequence;
        this.body = body;
        this.leastNanos = leastNanos;
    }

    /**
     * How many operations a sample of this contender should have: the whole sequence, or fewer if it is so slow that those
     * already take long enough. The tries also serve as its first warm-up.
     */
    int fittingLength(Contender contender) throws InterruptedException {
        int length = Math.min(FIRST_TRY, sequence.length);
        int slowTries = 0;
        while (length < sequence.length && slowTries < ENOUGH_SLOW_TRIES) {
            if (takesLong(contender, length)) {
                slowTries++;
            } else {
                slowTries = 0;
                length = (int) Math.min((long) length * STEP, sequence.length);
            }
        }
        return length;
    }

    private boolean takesLong(Contender contender, int length) throws InterruptedException {
        long start = System.nanoTime();
        pushAndAwait(contender, length, start);
        return System.nanoTime() - start >= PATIENCE * leastNanos;
    }

    Sample take(Contender contender, int length) throws InterruptedException {
        System.gc(); // the garbage of the sample before is not this one's to collect
        long operations = 0;
        long bytes = Allocation.soFar();
        long start = System.nanoTime();
        long nanos;
        do {
            pushAndAwait(contender, length, System.nanoTime());
            operations += length;
            nanos = System.nanoTime() - start;
        } while (nanos < leastNanos);
        return new Sample(operations, nanos, Allocation.soFar() - bytes);
    }

    private void pushAndAwait(Contender contender, int length, long startNanos) throws InterruptedException {
        long before = body.finished();
        producers.push(contender, sequence, length, body);
        body.awaitFinished(before + length, startNanos);
    }
}
