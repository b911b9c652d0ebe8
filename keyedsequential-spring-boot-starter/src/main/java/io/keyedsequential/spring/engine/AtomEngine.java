package io.keyedsequential.spring.engine;

import io.keyedsequential.CoordinatorListener;
import io.keyedsequential.CoordinatorOptions;
import io.keyedsequential.KeyedCoordinator;
import io.keyedsequential.spring.atom.AtomControls;
import io.keyedsequential.spring.atom.AtomSettings;
import io.keyedsequential.spring.atom.AtomView;
import io.keyedsequential.spring.engine.StoredOperation.StoredOperations;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the calls of atoms until their turn comes. One bean for each kind; the kind {@code memory} is the coordinator
 * itself and needs none.
 */
public interface AtomEngine {

    /**
     * The value of {@code keyedsequential.atoms.<name>.engine} that chooses this engine.
     *
     * @return kebab-case, not {@code memory}, and not that of another engine
     */
    String kind();

    /**
     * The options that an atom of this engine has where neither its own properties nor the annotation nor
     * {@code keyedsequential.defaults} say anything. Asked before the atom is built.
     *
     * @return by default nothing, which leaves them to {@link CoordinatorOptions}
     */
    default AtomSettings defaults() {
        return AtomSettings.NONE;
    }

    /**
     * Why this engine cannot do what a method or an option promises. Asked at start-up for every annotated method of
     * its atoms, and for one that is seen later before its first call.
     *
     * @param operation the method
     * @param options the options of its atom
     * @return empty if it can; otherwise the method is refused with this text
     */
    Optional<Objection> objection(StoredOperation operation, CoordinatorOptions options);

    /**
     * Opens an atom, and starts nothing: {@link EngineAtom#start()} does. Called once for each atom, under a lock: it
     * must not look up beans.
     *
     * @param atom its name
     * @param coordinator runs the bodies, by {@link KeyedCoordinator#call}: permits, the context, snapshots, events and
     *     meters are the coordinator's. A body that also implements {@link io.keyedsequential.ReplayedOperation} has
     *     the engine's ids and attempts. The starter closes it
     * @param operations finds methods by what is stored; they are added one by one, all of them by the time the atom is
     *     started, but those of lazy beans of types that were not known at start-up
     * @return the atom, which the starter starts and stops
     */
    EngineAtom open(String atom, KeyedCoordinator<Object> coordinator, StoredOperations operations);

    /**
     * A secret under which every instance that shares this engine masks keys, so that a handle that one instance shows
     * is known to the next. Asked when the first atom has been opened, before any mask of its keys; not if
     * {@code keyedsequential.mask-secret} is set.
     *
     * @return {@code null}, the default, if it has none
     */
    default @Nullable String maskSecret() {
        return null;
    }

    /**
     * What an engine cannot do.
     *
     * @param message what is wrong, and where; one or more sentences
     * @param action what to do about it
     */
    record Objection(String message, String action) {}

    /** One atom in an engine. Every method but {@link #start()} and {@link #stop} may be called by any thread. */
    interface EngineAtom {

        /**
         * Takes a call, in the caller's transaction if there is one, on the caller's thread. Also before
         * {@link #start()} and after {@link #stop}.
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
         * committed. Asked inside of that transaction, so that what can be refused is refused while it may still roll
         * back.
         *
         * @param call the call
         * @return takes the call, once the transaction has committed, on the same thread; what it throws is logged and
         *     goes to the application's {@code AsyncUncaughtExceptionHandler}. {@code null}, the default, if a call
         *     that is taken at once becomes part of the transaction anyway
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
         * Starts nothing from now on, and waits for what runs. Nothing is lost by it: what is stored runs after the
         * next start, or on another instance. Called before the coordinator is drained; not called if it has not been
         * started.
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
}
