/**
 * Signals: named, timestamped events, remembered for a while in a sink that never holds more than it was told.
 *
 * <p>The way in is {@link io.keyedsequential.signal.SignalSink}. A thread with something to say
 * {@linkplain io.keyedsequential.signal.SignalSink#raise raises} a {@link io.keyedsequential.signal.Signal}. A
 * subscriber {@linkplain io.keyedsequential.signal.SignalSink#subscribe subscribes} and closes the
 * {@link io.keyedsequential.signal.Subscription} in the end. A thread that wants to know what was said
 * {@linkplain io.keyedsequential.signal.SignalSink#sense senses}. Both choose by a
 * {@link io.keyedsequential.signal.SignalPattern}. Nothing here knows atoms or operations; the package stands alone.
 *
 * <h2>Inside</h2>
 *
 * <p>{@code SinkState} decides, under the one lock of a sink: it numbers and remembers signals and puts them into the
 * {@code Backlog} of every subscriber that wants them. {@code Delivery} and {@code Subscriber} act, outside that lock:
 * they go to the executor, call the subscriber and contain what either throws.
 *
 * <h2>Memory visibility</h2>
 *
 * <p>What a thread did before it raised a signal <em>happens-before</em> the signal's delivery, and before
 * {@link io.keyedsequential.signal.SignalSink#sense} returns it. What a subscriber did with one signal
 * <em>happens-before</em> the delivery of the next to the same subscription, on whichever thread that runs.
 */
@NullMarked
package io.keyedsequential.signal;

import org.jspecify.annotations.NullMarked;
