/**
 * Per-key ordering: operations of one key run one at a time and in order, different keys run in parallel up to a limit.
 *
 * <p>The way in is {@link io.keyedsequential.KeyedCoordinator#builder(String)}, or
 * {@link io.keyedsequential.KeyedSequentialAtom#builder} where every operation is the same body applied to another
 * item, which may come from a {@link java.util.concurrent.Flow.Publisher}.
 *
 * <h2>Vocabulary</h2>
 *
 * <p>An <em>operation</em> is one unit of work, enqueued under a <em>key</em>; it has one id for life. The operations
 * of one key form its <em>lane</em>, which exists only while it has some, or while an operator paused it. A
 * <em>coordinator</em> owns the lanes and the <em>permits</em>: the right to run one operation, {@code maxConcurrency}
 * of them. A lane is <em>ready</em> when it could run an operation now and only waits for a permit. An operation whose
 * attempt has failed <em>backs off</em> until the next one, or is <em>parked</em> until an operator decides; both keep
 * the key closed. One that <em>gathers</em> waits aside for newer ones that would replace it. A <em>signal</em> is a
 * named event in a {@link io.keyedsequential.signal.SignalSink}.
 *
 * <h2>Memory visibility</h2>
 *
 * <p>What a thread did before it enqueued an operation <em>happens-before</em> the operation's body. With
 * {@code perKeyConcurrency} 1, what an operation did <em>happens-before</em> the next operation of its key, on
 * whichever thread that runs. What a body did <em>happens-before</em> the completion of its future, and before
 * {@link io.keyedsequential.KeyedCoordinator#awaitIdle} returns {@code true}.
 *
 * <h2>Views</h2>
 *
 * <p>{@link io.keyedsequential.CoordinatorStats}, {@link io.keyedsequential.OperationSnapshot} and
 * {@link io.keyedsequential.LaneSnapshot} are immutable and weakly consistent: exact when nothing moves, otherwise for
 * monitoring, not for synchronisation.
 */
@NullMarked
package io.keyedsequential;

import org.jspecify.annotations.NullMarked;
