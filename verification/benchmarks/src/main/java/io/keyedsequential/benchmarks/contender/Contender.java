package io.keyedsequential.benchmarks.contender;

import java.util.List;

/** One way to run operations under keys, opened for one measurement. */
public interface Contender extends AutoCloseable {

    /**
     * Hands over an operation. May block if the contender bounds its queue.
     *
     * @param key what orders it
     * @param body what runs
     */
    void execute(Long key, Body body);

    /**
     * Looks into the contender's own books after everything has finished.
     *
     * @param operations how many operations were handed over
     * @return what does not add up, in words; empty if all is well or if the contender keeps no books
     */
    default List<String> imbalances(long operations) {
        return List.of();
    }

    /** Stops the threads. Called when every operation has finished. */
    @Override
    void close();
}
