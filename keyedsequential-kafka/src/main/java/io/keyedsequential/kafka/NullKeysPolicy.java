package io.keyedsequential.kafka;

/** What becomes of a record for which the key expression of its listener yields {@code null}. */
enum NullKeysPolicy {
    /** It has failed, without an attempt: {@link FailedRecordsPolicy} says what becomes of it. */
    REFUSE,
    /** Its key is its partition: it runs after the records of the partition that have none either, one at a time. */
    PARTITION
}
