/**
 * A broker of Kafka inside the order desk, for the profile {@code kafka}: nothing has to be installed to try it. Its
 * log is on the disk, and outlives the process. A service has brokers of its own.
 */
@NullMarked
package io.keyedsequential.sample.broker;

import org.jspecify.annotations.NullMarked;
