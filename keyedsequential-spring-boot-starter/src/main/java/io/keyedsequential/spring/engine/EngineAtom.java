package io.keyedsequential.spring.engine;

import io.keyedsequential.CoordinatorListener;
import io.keyedsequential.spring.atom.AtomControls;
import io.keyedsequential.spring.atom.AtomView;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One atom in an engine. Every method but {@link #start()} and {@link #stop} may be called by any thread. */
public interface EngineAtom {

    /**
     * Takes a call, in the caller's transaction if there is one, on the caller's thread. Also before {@link #start()}
     * and after {@link #stop}.
     *
     * @param call the call
     * @return the operation's id
     * @throws RuntimeException if it is not taken; then nothing of it is kept
     */
    long enqueue(StoredCall call);

    /**
     * As {@link #enqueue}, for a method that returns a {@code CompletableFuture<Void>}.
     *
     * @param call the call
     * @return completes when the operation has ended for good, wherever it ran
     * @throws UnsupportedOperationException by default: an engine that objects to such methods is never asked
     * @throws RuntimeException if it is not taken; the caller gets a failed future
     */
    default CompletableFuture<@Nullable Void> submit(StoredCall call) {
        throw new UnsupportedOperationException(call + ": this engine has no futures");
    }

    /**
     * As {@link #enqueue}, for a call whose method says that it is to be taken when the caller's transaction has
     * committed. Asked inside of that transaction, so that what can be refused is refused while it may still roll back.
     *
     * @param call the call
     * @return takes the call, once the transaction has committed, on the same thread; what it throws is logged and goes
     *     to the application's {@code AsyncUncaughtExceptionHandler}. {@code null}, the default, if a call that is
     *     taken at once becomes part of the transaction anyway
     * @throws RuntimeException if the call will not be taken
     */
    default @Nullable Runnable afterCommit(StoredCall call) {
        return null;
    }

    /**
     * Told once, before {@link #start()}, which listener hears of what the engine does itself: an operation that it
     * parks without a failure of the body, a parked key that an operator frees here, and an operation that ends by
     * that. The coordinator tells of what it runs.
     *
     * @param listener takes {@code operationParked}, {@code keyReleased}, {@code operationFinished} and
     *     {@code operationFailed}, in the order of {@link CoordinatorListener}; called outside of every lock and
     *     transaction; does not throw
     */
    default void listener(CoordinatorListener listener) {}

    /**
     * Begins to run what is stored. Called after everything else has started; again after {@link #stop} if the
     * context restarts.
     */
    void start();

    /**
     * Starts nothing from now on, and waits for what runs. Nothing is lost by it: what is stored runs after the next
     * start, or on another instance. Called before the coordinator is drained; not called if it has not been started.
     *
     * @param timeout how long at most
     */
    void stop(Duration timeout);

    /**
     * Shows the atom.
     *
     * @return always the same
     */
    AtomView view();

    /**
     * Steers the atom.
     *
     * @return always the same
     */
    AtomControls controls();
}
