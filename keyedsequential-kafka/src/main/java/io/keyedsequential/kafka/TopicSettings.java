package io.keyedsequential.kafka;

/**
 * What is configured for the topic of an atom whose calls the engine keeps.
 *
 * @param topic its name
 * @param partitions how many partitions it has, for good: they decide which key is in which
 */
record TopicSettings(String topic, int partitions) {

    static final int DEFAULT_PARTITIONS = 12;
}
