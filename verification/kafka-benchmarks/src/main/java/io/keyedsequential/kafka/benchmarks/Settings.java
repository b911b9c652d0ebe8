package io.keyedsequential.kafka.benchmarks;

/**
 * What one run of the program is asked for.
 *
 * @param rounds of every question; the contenders take turns in each
 * @param seconds how long the bodies of a round of throughput take at least, and a phase of latency
 * @param concurrency bodies at once, of keyed listeners and of the parallel consumer
 * @param window of keyed listeners
 * @param commitMillis how often the parallel consumer commits
 * @param sessionMillis when a process that was killed is taken for dead
 * @param heap the most that a contender's heap may grow to
 */
record Settings(
        int rounds, int seconds, int concurrency, int window, int commitMillis, int sessionMillis, String heap) {

    /** As many records as so many bodies at once need that time for at least. */
    int records(int bodyMillis) {
        return seconds * 1000 / bodyMillis * concurrency;
    }

    Settings withCommitMillis(int millis) {
        return new Settings(rounds, seconds, concurrency, window, millis, sessionMillis, heap);
    }
}
