package io.keyedsequential.spring.atom;

import io.keyedsequential.KeyedCoordinator;
import io.keyedsequential.OperationSnapshot;
import io.keyedsequential.spring.atom.AtomView.AtomUnavailableException;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * What an operator does to an atom, wherever its operations are kept. The methods are those of
 * {@link io.keyedsequential.KeyedCoordinator}; with an engine that several instances share they hold for all of them, a
 * moment later for the others. Where an engine must be told, and cannot be, every method may throw an
 * {@link AtomUnavailableException}; then it has done nothing. For any thread.
 */
public interface AtomControls {

    /**
     * Steers an atom by its coordinator: what this instance has taken over from an engine.
     *
     * @param coordinator what is steered
     * @param engine what keeps the operations
     * @param known what the coordinator has in the place of a key
     * @return controls of this instance
     */
    static AtomControls of(KeyedCoordinator<Object> coordinator, String engine, UnaryOperator<Object> known) {
        return new CoordinatorAtom(coordinator, engine, known);
    }

    /** Lets no operation start until {@link #resume()}. What runs ends normally; calls are taken. */
    void pause();

    /** Lets operations start again after {@link #pause()}; a key paused by itself stays paused. */
    void resume();

    /**
     * Changes how many operations run at once, on each instance.
     *
     * @param maxConcurrency 1 to {@value io.keyedsequential.CoordinatorOptions#MAX_CONCURRENCY_LIMIT}
     */
    void setMaxConcurrency(int maxConcurrency);

    /** Takes back what {@link #setMaxConcurrency} has set: each instance goes by the limit of its own options again. */
    void resetMaxConcurrency();

    /**
     * Lets no operation of a key start until {@link #resumeKey}.
     *
     * @param key the key, which need not have a lane
     */
    void pauseKey(Object key);

    /**
     * Lets operations of a key start again.
     *
     * @param key the key
     */
    void resumeKey(Object key);

    /**
     * Retries at once the operation that keeps a key closed, whether parked or between two attempts; it gets all its
     * attempts anew.
     *
     * @param key the key
     * @return whether there was one
     */
    boolean retry(Object key);

    /**
     * Gives up the operation that keeps a key closed, whether parked or between two attempts; the key goes on with the
     * next one.
     *
     * @param key the key
     * @return whether there was one
     */
    boolean skip(Object key);

    /**
     * Takes out every waiting operation of a key.
     *
     * @param key the key
     * @return what was taken out, in order; empty if nothing waited
     */
    List<OperationSnapshot> purge(Object key);

    /**
     * As {@link #retry}, for an operation that is known by its id.
     *
     * @param operationId the id of the operation that keeps its key closed
     * @return whether it did
     */
    boolean retryOperation(long operationId);

    /**
     * As {@link #skip}, for an operation that is known by its id.
     *
     * @param operationId the id of the operation that keeps its key closed
     * @return whether it did
     */
    boolean skipOperation(long operationId);

    /**
     * As {@link #purge}, for the key of an operation that is known by its id.
     *
     * @param operationId the id of an operation that waits, runs or is parked
     * @return what was taken out, in order; empty if nothing waited, or the operation has ended or never was
     */
    List<OperationSnapshot> purgeOperation(long operationId);

    /**
     * Cancels an operation: one that waits is taken out, one that runs is interrupted.
     *
     * @param operationId its id
     * @return whether it was taken out or interrupted; {@code false} if it has ended or never was
     * @throws RunsElsewhereException if another instance runs it
     */
    boolean cancel(long operationId);

    /**
     * Gives up an operation that runs or awaits its stage, and opens its key. Its body may still run beside the
     * operations that follow.
     *
     * @param operationId its id
     * @return whether it was given up; {@code false} if it does not run, has ended or never was
     * @throws RunsElsewhereException if another instance runs it
     */
    boolean abandon(long operationId);

    /** An operation cannot be interrupted here, because another instance runs it. */
    class RunsElsewhereException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        /** Where it runs. */
        private final String instance;

        /**
         * For engines; applications do not create it.
         *
         * @param atom the atom's name
         * @param operationId the operation's id
         * @param instance where it runs
         */
        public RunsElsewhereException(String atom, long operationId, String instance) {
            super("%s: operation %d runs on the instance '%s': only that one can interrupt it"
                    .formatted(atom, operationId, instance));
            this.instance = instance;
        }

        /**
         * Where the operation runs.
         *
         * @return the name of the instance, as the endpoint shows it
         */
        public String instance() {
            return instance;
        }
    }
}
