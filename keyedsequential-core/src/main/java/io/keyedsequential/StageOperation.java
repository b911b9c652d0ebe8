package io.keyedsequential;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An operation that ends when a stage does.
 *
 * <p>The thread that runs the body and the thread that completes the stage meet in {@link #meeting}, and the one that
 * comes second ends the operation: if the stage is complete before the runner leaves, the runner goes on as after any
 * other body; otherwise the runner leaves first, with its permit, and the completing thread ends the operation. (Hunted
 * by StageAgainstLeavingRunner.)
 */
class StageOperation<K, R extends @Nullable Object> extends ResultOperation<K, R> {

    /** What {@link #perform()} returns when the stage is not complete yet. */
    static final Object PENDING = new Object();

    private static final VarHandle MEETING;

    static {
        try {
            MEETING = MethodHandles.lookup().findVarHandle(StageOperation.class, "meeting", int.class);
            MethodHandles.lookup().ensureInitialized(Completion.class); // loading it takes more stack than there may be
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private static final int NEITHER = 0;
    private static final int STAGE_CAME_FIRST = 1;
    private static final int RUNNER_LEFT_FIRST = 2;

    /** Whether it is on the stripe's list of operations that await their stage. Guarded by the stripe's lock. */
    boolean listed;

    /** Neighbours in the stripe's list of operations that await their stage. Guarded by the stripe's lock. */
    @Nullable
    StageOperation<K, ?> awaitingBefore;

    @Nullable
    StageOperation<K, ?> awaitingAfter;

    /** Of the attempt that awaits its stage. Written by the runner before it leaves. */
    private @Nullable RunTimeout<K> limit;

    private @Nullable Object stageResult;
    private @Nullable Throwable stageError;

    @SuppressWarnings("UnusedVariable") // through MEETING
    private int meeting;

    StageOperation(
            OperationOwner<K> owner, K key, Supplier<? extends CompletionStage<? extends R>> body, long enqueuedAt) {
        super(owner, key, body, enqueuedAt);
    }

    @Override
    @Nullable
    Object perform() throws Exception {
        if (!(body instanceof Supplier<?> supplier)) {
            return null;
        }
        if (!(supplier.get() instanceof CompletionStage<?> stage)) {
            throw new NullPointerException("the body of operation " + id + " returned null instead of a stage");
        }
        checkForCircle(stage);
        MEETING.setRelease(this, NEITHER); // an earlier attempt has left its mark
        stage.whenComplete(this::stageCompleted);
        if ((int) MEETING.getAcquire(this) == STAGE_CAME_FIRST) {
            return resultOrThrow();
        }
        return PENDING;
    }

    /** A stage that is the future of an operation behind this one, or of this one itself, would never complete. */
    private static void checkForCircle(CompletionStage<?> stage) {
        if (stage instanceof LendingFuture<?> future && !future.isDone()) {
            KeyedDeadlockException circle = future.circleThroughStage();
            if (circle != null) {
                throw circle;
            }
        }
    }

    /**
     * The runner leaves the operation to the stage.
     *
     * @return {@code false} if the stage has completed meanwhile and the runner is to end the operation after all
     */
    boolean leaveToStage() {
        return MEETING.compareAndSet(this, NEITHER, RUNNER_LEFT_FIRST);
    }

    /** Hands the limit of the present attempt over to the stage that will end it. */
    void limit(@Nullable RunTimeout<K> begun) {
        limit = begun;
    }

    /** The limit of the attempt that was left to its stage, for the thread that ends it. */
    @Nullable
    RunTimeout<K> takeLimit() {
        RunTimeout<K> begun = limit;
        limit = null;
        return begun;
    }

    /** What the stage ended with, for the runner that found it complete. */
    @Nullable
    Object resultOrThrow() throws Exception {
        Throwable failed = stageError;
        Object result = stageResult;
        stageError = null;
        stageResult = null;
        if (failed != null) {
            throw Rethrow.unchanged(failed);
        }
        return result;
    }

    /**
     * Called by whatever thread completes the stage, which may be deep in its stack. What this throws is lost, so
     * such a thread leaves the rest to another. Not to a pool: a stack that overflows inside of one may leave a lock
     * of it held.
     */
    private void stageCompleted(@Nullable Object result, @Nullable Throwable failure) {
        try {
            StackHeadroom.check();
        } catch (StackOverflowError e) {
            new Thread(new Completion(this, result, failure), "keyedsequential-stage-end").start();
            return;
        }
        completed(result, failure);
    }

    private record Completion(StageOperation<?, ?> operation, @Nullable Object result, @Nullable Throwable failure)
            implements Runnable {

        @Override
        public void run() {
            operation.completed(result, failure);
        }
    }

    private void completed(@Nullable Object result, @Nullable Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        stageResult = result;
        stageError = cause;
        if (!MEETING.compareAndSet(this, NEITHER, STAGE_CAME_FIRST)
                && MEETING.compareAndSet(this, RUNNER_LEFT_FIRST, STAGE_CAME_FIRST)) {
            stageResult = null;
            stageError = null;
            OperationOwner<K> atom = owner();
            if (atom != null) {
                atom.stageEnded(this, result, cause);
            }
        }
    }
}
