/**
 * Listeners of Kafka whose keys run in parallel inside a partition:
 * {@code @KafkaListener @KeyedSequential(key = "#record.key()")}.
 *
 * <p>A {@link io.keyedsequential.kafka.KeyedKafkaListenerContainerFactory} makes containers of spring-kafka, whose
 * consumer thread only polls and hands over. What a partition may do is decided by {@code PartitionProgress};
 * {@code KeyedConsumer} stands between the container and the consumer of the client, and acts: it hands out as many
 * records as there is room for, pauses partitions, commits what is done without a gap, and brings partitions to rest
 * before they go. Between the two, {@code AssignedPartition} has the lock. An operation tells of itself through its
 * {@code RecordDelivery}, which surrounds its body; what ends without success goes to {@code FailedRecords}.
 *
 * <p>{@link io.keyedsequential.kafka.KafkaAtomEngine} is the engine {@code kafka}: a {@code KafkaAtom} writes calls as
 * {@code CallRecords}, sends them by the {@code CallSender} to its {@code CallTopic}, and has a container of the same
 * kind, whose {@code CallListener} makes operations of them again.
 */
@NullMarked
package io.keyedsequential.kafka;

import org.jspecify.annotations.NullMarked;
