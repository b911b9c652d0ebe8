package io.keyedsequential;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs operations: those of one key one at a time and in order, those of different keys in parallel up to a limit.
 *
 * <pre>{@code
 * try (KeyedCoordinator<String> orders = KeyedCoordinator.<String>builder("orders").maxConcurrency(8).build()) {
 *     orders.execute("customer-7", () -> charge(order));
 *     orders.submit("customer-7", () -> balance()).thenAccept(System.out::println);
 * }
 * }</pre>
 *
 * <p><strong>Order.</strong> If {@code execute(k, a)} returns before {@code execute(k, b)} is called, {@code a} starts
 * before {@code b} and, with {@code perKeyConcurrency} 1, ends before it starts. The same holds for every other way in,
 * and between them. Calls that overlap have no order among themselves. What an operation did happens-before the next
 * one of its key.
 *
 * <p><strong>Parallelism.</strong> An operation that waits for its key holds no permit and no thread, so a busy key
 * never delays another one.
 *
 * <p><strong>Bounds.</strong> At most {@code capacity} operations are queued, at most {@code capacityPerKey} of one
 * key. A caller that finds no room waits or is rejected, as the {@link OverflowPolicy} says. An operation enqueued by a
 * body of the same atom never waits: where it would have to, it is admitted beyond the bound and counted.
 *
 * <p><strong>Failure.</strong> A body that throws, whatever it throws, is tried again if the {@link RetryPolicy} says
 * so, with its key closed meanwhile. When its attempts are exhausted the operation ends as
 * {@link OperationState#FAILED} and the key goes on with the next one, unless the {@link ExhaustedPolicy} says
 * otherwise. The error reaches the future if there is one and the listeners; without a future and a listener that
 * {@linkplain CoordinatorListener#logsFailures() reports} it is logged at {@code WARNING} by the {@link System.Logger}
 * named {@code io.keyedsequential}.
 *
 * <p><strong>Threads.</strong> Every method may be called by any thread, also from inside an operation. The key's
 * {@code equals} and {@code hashCode} run under a lock and must be quick, sound and must not call back.
 *
 * <p>Every method that takes a key or a body throws {@link NullPointerException} for a null one, with the atom's name.
 *
 * @param <K> the type of the keys
 */
public interface KeyedCoordinator<K> extends AutoCloseable {

    /**
     * Starts building a coordinator.
     *
     * @param name the atom's name, for messages, snapshots, threads and configuration; not blank
     * @param <K> the type of the keys
     * @return a builder with every option at its default
     */
    static <K> Builder<K> builder(String name) {
        return new Builder<>(name);
    }

    /**
     * The atom's name.
     *
     * @return as given to the builder
     */
    String name();

    /**
     * The options it was built with.
     *
     * @return the options; the present limit is in {@link #stats()}
     */
    CoordinatorOptions options();

    /**
     * Enqueues an operation: fire and forget.
     *
     * @param key what orders it
     * @param body what runs
     * @return the operation's id
     * @throws RejectedOperationException if it was not accepted
     */
    long execute(K key, Runnable body);

    /**
     * Enqueues an operation and is called back when it has ended: where a future is wanted for nothing else, this does
     * without one. A failure is left to the callback and not logged.
     *
     * @param key what orders it
     * @param body what runs
     * @param end told how it ended, perhaps before this returns
     * @return the operation's id
     * @throws RejectedOperationException if it was not accepted; the callback is not told then
     */
    long execute(K key, Runnable body, OperationEnd end);

    /**
     * Enqueues an operation if there is room now. Never blocks.
     *
     * @param key what orders it
     * @param body what runs
     * @return whether it was accepted; {@code false} if there is no room or the intake is closed
     */
    boolean tryExecute(K key, Runnable body);

    /**
     * Keeps room for one operation that is handed over later: for callers that must know now whether it will be taken,
     * such as one inside a transaction after whose commit it is to run. Is refused, or waits for room, as
     * {@link #execute} is and does.
     *
     * @param key what orders the operation
     * @return the place, to be closed by the caller
     * @throws RejectedOperationException if there is no room
     */
    Reservation reserve(K key);

    /**
     * As {@link #reserve}, but never waits for room, whatever the {@link OverflowPolicy}: for threads that must
     * not block.
     *
     * @param key what orders the operation
     * @return the place, to be closed by the caller
     * @throws RejectedOperationException if there is no room, also where {@link #reserve} would have waited
     */
    Reservation tryReserve(K key);

    /**
     * Enqueues an operation with a result.
     *
     * @param key what orders it
     * @param body what runs
     * @param <R> the type of the result
     * @return a future of what the body returns or throws
     * @throws RejectedOperationException if it was not accepted
     */
    <R extends @Nullable Object> OperationFuture<R> submit(K key, Callable<? extends R> body);

    /**
     * As {@link #submit}, but never waits for room, whatever the {@link OverflowPolicy}: for threads that must not
     * block, such as those of an event loop.
     *
     * @param key what orders it
     * @param body what runs
     * @param <R> the type of the result
     * @return a future of what the body returns or throws
     * @throws RejectedOperationException if it was not accepted, also where {@link #submit} would have waited
     */
    <R extends @Nullable Object> OperationFuture<R> trySubmit(K key, Callable<? extends R> body);

    /**
     * Enqueues an operation that ends when a stage does. The key is held until the stage is complete; the permit and
     * the thread only until the body has returned it. With {@code perKeyConcurrency} 1 the next operation of the key
     * starts after the stage has completed.
     *
     * @param key what orders it
     * @param body returns the stage; a {@code null} stage fails the operation, and so does, with a
     *     {@link KeyedDeadlockException}, the future of an operation that waits for this one's key
     * @param <R> the type of the result
     * @return a future of the stage's result or error, or of what the body throws
     * @throws RejectedOperationException if it was not accepted
     */
    <R extends @Nullable Object> OperationFuture<R> submitAsync(
            K key, Supplier<? extends CompletionStage<? extends R>> body);

    /**
     * As {@link #submitAsync}, but never waits for room, whatever the {@link OverflowPolicy}: for threads that must not
     * block, such as those of an event loop.
     *
     * @param key what orders it
     * @param body returns the stage; a {@code null} stage fails the operation
     * @param <R> the type of the result
     * @return a future of the stage's result or error, or of what the body throws
     * @throws RejectedOperationException if it was not accepted, also where {@link #submitAsync} would have waited
     */
    <R extends @Nullable Object> OperationFuture<R> trySubmitAsync(
            K key, Supplier<? extends CompletionStage<? extends R>> body);

    /**
     * Enqueues an operation of which only the last counts: one of the same group of the same key that has not begun is
     * superseded. One that supersedes another needs no room, and never waits for it.
     *
     * @param key what orders it
     * @param coalescing the group, and how long to wait for newer calls
     * @param body what runs
     * @param <R> the type of the result
     * @return a future of what the body returns or throws; it ends with a {@link SupersededException} if a newer call
     *     comes before the body has begun
     * @throws RejectedOperationException if it was not accepted; what it would have superseded then stays
     */
    <R extends @Nullable Object> OperationFuture<R> submitLatest(
            K key, Coalescing coalescing, Callable<? extends R> body);

    /**
     * Waits for the key's turn and runs the body on the calling thread: a keyed, ordered, observable critical section
     * that takes a permit. If the calling thread is already inside an operation of this atom and this key, the body
     * runs inline as part of it.
     *
     * <p>A caller that waits for its turn holds no permit: one that is itself an operation, of another key or atom,
     * lends its own for as long as the call takes. It does keep its key: two that wait for each other's key would wait
     * for ever, and the one that closes such a circle gets a {@link KeyedDeadlockException} at once.
     *
     * <p>It waits at most {@link CoordinatorOptions#callTimeout()}, whatever keeps it waiting, an operator included.
     * One that waits is among the {@link CoordinatorStats#blockedCallers()}.
     *
     * <p>A {@link RetryPolicy} applies: the caller waits for the next attempt, too. {@link ExhaustedPolicy#PARK} does
     * not, since the failure reaches the caller. A body that throws {@link InterruptedException} is not tried again:
     * the interrupt calls the caller back.
     *
     * @param key what orders it
     * @param body what runs
     * @param <R> the type of the result
     * @return what the body returns
     * @throws RejectedOperationException if it was not accepted, or its time was up, the caller was interrupted or the
     *     coordinator closed before its turn came
     * @throws KeyedDeadlockException if the turn would never come, because it waits for the caller. What the body
     *     throws is thrown on unchanged, checked exceptions included; the signature does not declare them so that a
     *     call may stand inside a {@link Runnable}
     */
    <R extends @Nullable Object> R call(K key, Callable<? extends R> body);

    /**
     * As {@link #call}, but never waits: for threads that must not block, such as those of an event loop. The body
     * runs at once or not at all, and once: a {@link RetryPolicy} does not apply, because the caller would wait for
     * the next attempt.
     *
     * @param key what orders it
     * @param body what runs
     * @param <R> the type of the result
     * @return what the body returns
     * @throws RejectedOperationException if its turn is not now: the key is at work, has operations queued or is held,
     *     or there is no permit. What the body throws is thrown on unchanged, as by {@link #call}
     */
    <R extends @Nullable Object> R tryCall(K key, Callable<? extends R> body);

    /**
     * One key as a plain executor, for code that takes one. Tasks run one at a time (with {@code perKeyConcurrency} 1)
     * and in the order of {@link Executor#execute}.
     *
     * @param key what orders the tasks
     * @return a stateless view; {@code execute} throws as {@link #execute} here
     */
    Executor executor(K key);

    /**
     * Changes how many operations run at once. After a lowered limit nothing starts above it; what already runs
     * ends normally.
     *
     * @param maxConcurrency 1 to {@value CoordinatorOptions#MAX_CONCURRENCY_LIMIT}
     */
    void setMaxConcurrency(int maxConcurrency);

    /** Lets no operation start until {@link #resume()}. What runs ends normally; the intake stays open. */
    void pause();

    /** Lets operations start again after {@link #pause()}; a key paused by itself stays paused. */
    void resume();

    /**
     * What the atom does as a whole.
     *
     * @return the first of its constants that applies
     */
    CoordinatorState state();

    /**
     * Whether {@link #pause()} is in force.
     *
     * @return whether the atom is paused
     */
    boolean isPaused();

    /**
     * Lets no operation of a key start until {@link #resumeKey}. What runs ends normally; the key takes operations
     * within its bounds. The lane is kept while it is paused, even without operations.
     *
     * @param key the key
     */
    void pauseKey(K key);

    /**
     * Lets operations of a key start again.
     *
     * @param key the key
     */
    void resumeKey(K key);

    /**
     * Retries at once the operation that keeps a key closed, whether parked or between two attempts; it gets all its
     * attempts anew. Its followers stay behind it.
     *
     * @param key the key
     * @return whether there was one
     */
    boolean retry(K key);

    /**
     * Gives up the operation that keeps a key closed, whether parked or between two attempts: it fails with its last
     * error, and the key goes on with the next one.
     *
     * @param key the key
     * @return whether there was one
     */
    boolean skip(K key);

    /**
     * Takes out every waiting operation of a key: the one that keeps it closed, and those that are queued. What runs
     * ends normally.
     *
     * @param key the key
     * @return what was taken out, in order, {@link OperationState#CANCELLED}; empty if nothing waited
     */
    List<OperationSnapshot> purge(K key);

    /**
     * As {@link #retry(Object)}, for an operation that is known by its id. The key is not asked, so this also reaches
     * an operation whose key has changed since it was enqueued. Cost grows with the number of operations.
     *
     * @param operationId the id of the operation that keeps its key closed, parked or between two attempts
     * @return whether it did; {@code false} if it has ended, never was, or keeps no key closed now
     */
    boolean retryOperation(long operationId);

    /**
     * As {@link #skip(Object)}, for an operation that is known by its id. The key is not asked, so this also reaches an
     * operation whose key has changed since it was enqueued. Cost grows with the number of operations.
     *
     * @param operationId the id of the operation that keeps its key closed, parked or between two attempts
     * @return whether it did; {@code false} if it has ended, never was, or keeps no key closed now
     */
    boolean skipOperation(long operationId);

    /**
     * As {@link #purge(Object)}, for the key under which the operation with this id was enqueued. The key is not asked,
     * so this also reaches operations whose key has changed since. Cost grows with the number of operations.
     *
     * @param operationId the id of an operation that waits, runs or is parked
     * @return what was taken out, in order, {@link OperationState#CANCELLED}; empty if nothing waited, or the operation
     *     has ended or never was
     */
    List<OperationSnapshot> purgeOperation(long operationId);

    /**
     * Cancels an operation: one that waits is taken out, one that runs is interrupted. Its future, if it has one, is
     * cancelled. Cost grows with the number of operations.
     *
     * @param operationId its id
     * @return whether it was taken out or interrupted; {@code false} if it has ended or never was
     */
    boolean cancel(long operationId);

    /**
     * Gives up an operation that runs or awaits its stage, and opens its key: the way out when a body or a stage never
     * ends. The operation ends as {@link OperationState#FAILED} with an {@link OperationAbandonedException}, which its
     * future gets too; it is neither tried again nor parked.
     *
     * <p><strong>The body may still run beside the operations that follow it</strong>: nothing can stop a Java thread.
     * It is interrupted, and what it returns or throws later, or what its stage completes with, is ignored and logged
     * once at level {@code INFO}. So long as the body runs, its thread keeps its permit, and nothing starts above
     * {@code maxConcurrency}: where abandoned bodies hold every permit, {@link #setMaxConcurrency} lets the others go
     * on. {@link #awaitIdle}, {@link #drain} and {@link #close} do not wait for such a body. A caller inside
     * {@link #call} is thrown the exception when its body comes back. An operation that awaits its stage holds neither
     * permit nor thread.
     *
     * @param operationId its id; cost grows with the number of operations that run or await their stage
     * @return whether it was abandoned; {@code false} if it does not run and awaits no stage: what waits is taken out
     *     by {@link #cancel}, {@link #skip} or {@link #purge}
     */
    boolean abandon(long operationId);

    /**
     * Adds a listener, which is told what happens from now on, after those that were added before. What is under way on
     * another thread at this moment may be told to it or not.
     *
     * @param listener told of what happens; contained when it throws
     */
    void addListener(CoordinatorListener listener);

    /**
     * The counts. Takes no lock; cost grows with {@code maxConcurrency}, not with keys or operations.
     *
     * @return exact when nothing moves, otherwise an estimate for monitoring
     */
    CoordinatorStats stats();

    /**
     * How long operations that have ended had waited and run. Operations pay next to nothing for it; what one call
     * costs grows with {@code maxConcurrency}, not with keys or operations.
     *
     * @return exact when nothing moves, otherwise an estimate for monitoring
     */
    OperationTimes times();

    /**
     * Every operation that is known: running ones, then queued ones lane by lane, then the recent window, newest first.
     * Takes each lock for as long as it copies a part of the lanes; cost grows with the number of operations.
     *
     * @return an immutable, weakly consistent list
     */
    List<OperationSnapshot> snapshot();

    /**
     * What runs now, or awaits its stage. Cost grows with their number, not with that of queued operations.
     *
     * @param limit how many operations at most; 1 or more
     * @return an immutable, weakly consistent list, the longest under way first
     */
    List<OperationSnapshot> running(int limit);

    /**
     * What has ended lately: the window, as {@link #snapshot()} shows it. Cost grows with the window.
     *
     * @return an immutable list, newest first
     */
    List<OperationSnapshot> recent();

    /**
     * The keys that have a lane now, in no order. Cost grows with the number of lanes.
     *
     * @return an immutable, weakly consistent list
     */
    List<K> keys();

    /**
     * The lane of a key, and {@linkplain LaneSnapshot#explanation() why it does not move}. Stops the thread that runs
     * its operation for a moment, to see its stack.
     *
     * @param key the key
     * @return the lane with its first 1,000 operations, or empty if the key has no operation, is not paused and no
     *     place of it is reserved
     */
    Optional<LaneSnapshot> lane(K key);

    /**
     * The busiest lanes: those with most operations first. Cost grows with the number of lanes.
     *
     * @param limit how many lanes at most; 1 or more
     * @return the lanes, each with its first operations, at most 10
     */
    List<LaneSnapshot> lanes(int limit);

    /**
     * The lanes that do not move: those that are parked, at once; those with an attempt that began so long ago and
     * still runs, awaits its stage or backs off; and those that an operator or a signal keeps from starting anything,
     * if the operation at their head was admitted so long ago. A lane that only waits for a permit is not among them,
     * however long it waits: it moves with the others, and {@link #oldestWait()} tells of it. Keys that only gather are
     * not among them either. Cost grows with the number of lanes, not with that of operations; each lock is taken for
     * as long as it takes to look at a part of the lanes.
     *
     * @param after how long; zero shows every lane that has an operation and does not just wait for a permit
     * @param limit how many lanes at most; 1 or more
     * @return the lanes, parked ones first, then the others by how long they have not moved, each with its first
     *     operations, at most 10
     */
    List<LaneSnapshot> stuckLanes(Duration after, int limit);

    /**
     * The lanes in which an operation has waited longest, for whatever it waits: for a permit, for those before it, or
     * for an operator. Cost as that of {@link #stuckLanes}.
     *
     * @param limit how many lanes at most; 1 or more
     * @return the lanes, the one that has waited longest first, each with its first operations, at most 10; none that
     *     only runs
     */
    List<LaneSnapshot> oldestLanes(int limit);

    /**
     * The lanes that an operator has paused by {@link #pauseKey}, whether or not they have an operation. Cost as that
     * of {@link #stuckLanes}.
     *
     * @param limit how many lanes at most; 1 or more
     * @return the lanes, in no order, each with its first operations, at most 10
     */
    List<LaneSnapshot> pausedLanes(int limit);

    /**
     * The longest time any operation has been waiting: queued, backing off or parked. Looks at the head of each lane
     * only; cost grows with the number of lanes, not with that of operations.
     *
     * @return zero if none waits; what gathers does not wait yet
     */
    Duration oldestWait();

    /**
     * The longest time any attempt has been under way: its body runs, or it awaits its stage. What hangs with nothing
     * behind it shows here and nowhere else. Cost grows with the number of such operations.
     *
     * @return zero if none runs
     */
    Duration longestRun();

    /** Refuses new operations from now on, but for those that a running operation of this atom enqueues. */
    void closeIntake();

    /**
     * Takes new operations again.
     *
     * @throws IllegalStateException if the coordinator is closed
     */
    void openIntake();

    /**
     * Whether new operations are taken.
     *
     * @return {@code false} after {@link #closeIntake()}, {@link #drain} or {@link #close()}
     */
    boolean isIntakeOpen();

    /**
     * Waits until there is no operation. The intake stays open.
     *
     * @param timeout how long at most; zero looks once
     * @return whether there was a moment without operations; {@code false} also if the thread was interrupted, with its
     *     interrupt flag set again
     */
    boolean awaitIdle(Duration timeout);

    /**
     * Closes the intake, waits until there is no operation, and reports what is left by key. Cancels nothing;
     * {@link #openIntake()} takes it back.
     *
     * @param timeout how long at most; zero reports at once
     * @return what was reached; an interrupted thread gets the report at once, with its interrupt flag set again
     */
    DrainReport drain(Duration timeout);

    /**
     * As {@link #drain}, but waits for nothing that would not move within the time by itself: it reports as soon as all
     * that is left is parked or paused, stands behind such an operation, or backs off for longer. What a signal holds
     * is waited for.
     *
     * @param timeout how long at most; zero reports at once
     * @return what was reached; an interrupted thread gets the report at once, with its interrupt flag set again
     */
    DrainReport drainWhatMoves(Duration timeout);

    /**
     * Drains within the close timeout, or until nothing that is left will move by itself because it is parked or
     * paused; then cancels what is still queued, interrupts what still runs on a thread of its own pool, and logs a
     * warning that says how much. Cancelled futures end with a {@link java.util.concurrent.CancellationException}.
     * Called again it does nothing.
     */
    @Override
    void close();

    /**
     * Builds a {@link KeyedCoordinator}. Not for use by several threads at once.
     *
     * @param <K> the type of the keys
     */
    final class Builder<K> extends KeyedOptionsBuilder<K, Builder<K>> {

        Builder(String name) {
            super(Preconditions.name(name));
        }

        @Override
        Builder<K> self() {
            return this;
        }

        /**
         * Builds the coordinator. Threads are started when the first operation needs one.
         *
         * @return an open coordinator
         * @throws IllegalArgumentException if two options contradict each other
         */
        public KeyedCoordinator<K> build() {
            return new StripedCoordinator<>(owner, toOptions());
        }
    }
}
