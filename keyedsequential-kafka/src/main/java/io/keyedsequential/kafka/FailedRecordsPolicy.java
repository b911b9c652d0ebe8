package io.keyedsequential.kafka;

/** What becomes of a record whose operation has ended without success: exhausted, skipped, purged or cancelled. */
enum FailedRecordsPolicy {
    /**
     * It is published to the topic of the same name with {@code -dlt} behind it, and acknowledged when the broker has
     * taken it.
     */
    DEAD_LETTER,
    /** It is logged and acknowledged. */
    SKIP
}
