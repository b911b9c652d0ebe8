/**
 * Keyed listeners beside the parallel consumer and spring-kafka alone: {@link
 * io.keyedsequential.kafka.benchmarks.KafkaBenchmarks} has the broker, sends the records and asks the questions, each of which is
 * a class. Each {@link io.keyedsequential.kafka.benchmarks.Contender} is a process of its own, {@link
 * io.keyedsequential.kafka.benchmarks.SpringContender} or {@link
 * io.keyedsequential.kafka.benchmarks.ParallelConsumerContender}; what its bodies do is in a {@link
 * io.keyedsequential.kafka.benchmarks.Journal}, which outlives it.
 */
@NullMarked
package io.keyedsequential.kafka.benchmarks;

import org.jspecify.annotations.NullMarked;
