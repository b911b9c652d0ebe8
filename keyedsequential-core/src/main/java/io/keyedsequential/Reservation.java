package io.keyedsequential;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Room for one operation of one key, kept by {@link KeyedCoordinator#reserve}: the operation that takes it is not
 * refused for want of room, and does not wait for any.
 *
 * <pre>{@code
 * try (Reservation place = orders.reserve("customer-7")) { // refused here, before anything is written
 *     repository.save(order);
 *     place.execute(() -> ship(order));
 * } // gives the place back if save failed
 * }</pre>
 *
 * <p>The operation takes its place in the order of its key when it is handed over, not when the place was reserved: an
 * unused place delays no operation. A place counts against {@code capacity} and {@code capacityPerKey} for as long as
 * it is kept, so close every reservation. One that becomes unreachable is given back some time after the garbage
 * collector has found it.
 *
 * <p>A place outlives {@link KeyedCoordinator#closeIntake()} and {@link KeyedCoordinator#drain}: what is handed over
 * then is taken, and is waited for from then on. It is refused only once the coordinator is closed, or while load is
 * shed. Neither {@code awaitIdle} nor {@code drain} nor {@code close} waits for a place to be used.
 *
 * <p>May be used by any thread.
 */
public interface Reservation extends AutoCloseable {

    /**
     * Enqueues an operation, as {@link KeyedCoordinator#execute} does.
     *
     * @param body what runs
     * @return the operation's id
     * @throws RejectedOperationException if the coordinator is closed or sheds load; the place is given back then
     * @throws IllegalStateException if the place has been used or given back
     */
    long execute(Runnable body);

    /**
     * Enqueues an operation with a result, as {@link KeyedCoordinator#submit} does.
     *
     * @param body what runs
     * @param <R> the type of the result
     * @return a future of what the body returns or throws
     * @throws RejectedOperationException if the coordinator is closed or sheds load; the place is given back then
     * @throws IllegalStateException if the place has been used or given back
     */
    <R extends @Nullable Object> OperationFuture<R> submit(Callable<? extends R> body);

    /**
     * Enqueues an operation that ends when a stage does, as {@link KeyedCoordinator#submitAsync} does.
     *
     * @param body returns the stage
     * @param <R> the type of the result
     * @return a future of the stage's result or error, or of what the body throws
     * @throws RejectedOperationException if the coordinator is closed or sheds load; the place is given back then
     * @throws IllegalStateException if the place has been used or given back
     */
    <R extends @Nullable Object> OperationFuture<R> submitAsync(Supplier<? extends CompletionStage<? extends R>> body);

    /** Gives the place back; nothing if it has been used or given back. Throws nothing. */
    @Override
    void close();
}
