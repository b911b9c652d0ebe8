/*
 * How the package is built. One package, since sub-packages would make what is inside public; in it rings, from
 * inside to outside: values, options, operations, decide, show, act, façade, streams. CoreArchitectureTest has
 * the list of each, and CONTRIBUTING.md the trip of one operation through them.
 *
 * Values and options
 * ==================
 * What users see is immutable. An option is a field of OptionValues, a setter of OptionsBuilder and a getter of
 * CoordinatorOptions, whose copy of the values nothing changes.
 *
 * Operations
 * ==========
 * An operation is its own node: of its lane's queue, of the recent window, of what awaits a stage. It knows its
 * lane and never asks its key again. A slot is a permit with its holder's counters. A thread that is inside an
 * operation is known by ThreadOperations, lends its permit while it waits (PermitLoan), and looks for circles
 * before (DeadlockDetector). What operations and threads ask of their atom goes through OperationOwner, the one
 * way back up.
 *
 * Decide
 * ======
 * Under a stripe's lock, or ahead of it by the walk and its handshake (Scheduler, StartBarrier). No executor,
 * future, listener, log or clock, and no class that acts: what was decided is a return value. LaneTable has the
 * lanes, their tokens and the switches; AdmissionControl, Scheduler, Suspension, Removal and Interrupts each decide one
 * thing about them. The invariants of all of them stand at the head of Lanes.
 *
 * Show
 * ====
 * Reads what is there, one lane at a time under its lock, and makes immutable views of it outside. Listeners and
 * log are told here, and contained.
 *
 * Act
 * ===
 * Without any lock of the deciding ring: Intake lets in, Dispatcher wakes, Runner and CallerTurns run bodies,
 * Retries and StageOutcomes say whether an attempt was the last, Outcomes ends and tells, LifeCycle pauses,
 * drains and closes. Bodies, futures and executors are called here only.
 *
 * Façade and streams
 * ==================
 * StripedCoordinator checks arguments and passes calls on to the parts, which AtomParts wires; nothing inside names
 * either. Streams are callers as any other.
 */

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
