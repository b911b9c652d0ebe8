package io.keyedsequential.kafka;

/**
 * What is configured for the listeners of an atom.
 *
 * @param window how many records of a partition are taken over at most from the first one that is not done
 * @param failedRecords what becomes of records that do not succeed
 * @param nullKeys what becomes of records that have no key
 */
record ListenerSettings(int window, FailedRecordsPolicy failedRecords, NullKeysPolicy nullKeys) {

    static final int DEFAULT_WINDOW = 1_000;
}
