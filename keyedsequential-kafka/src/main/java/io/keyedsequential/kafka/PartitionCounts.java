package io.keyedsequential.kafka;

import java.util.concurrent.atomic.LongAdder;

/** What has become of records of one partition that did not simply succeed, for as long as this process lives. */
final class PartitionCounts {

    private final LongAdder replays = new LongAdder();
    private final LongAdder deadLetters = new LongAdder();
    private final LongAdder skipped = new LongAdder();

    void dropped(int records) {
        replays.add(records);
    }

    void deadLettered() {
        deadLetters.increment();
    }

    void skip() {
        skipped.increment();
    }

    /** Records that were taken over and not done when the partition went: they are delivered again. */
    long replays() {
        return replays.sum();
    }

    long deadLetters() {
        return deadLetters.sum();
    }

    long skipped() {
        return skipped.sum();
    }
}
