package io.keyedsequential.kafka;

import io.keyedsequential.CoordinatorOptions;
import io.keyedsequential.FailureDecision;
import io.keyedsequential.KeyedCoordinator;
import io.keyedsequential.OperationContext;
import io.keyedsequential.RejectedOperationException;
import io.keyedsequential.kafka.PartitionProgress.Entry;
import io.keyedsequential.spring.atom.InvocationDecorator.DecoratedInvocation;
import io.keyedsequential.spring.atom.KeyedInvocation;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * One record from its hand-over to its end. Surrounds the body of its operation, and so learns of every attempt and of
 * the end. Begun on the consumer's thread; the rest may happen on any.
 */
final class RecordDelivery implements DecoratedInvocation {

    private final AssignedPartition partition;
    private final Entry entry;
    private final long before;
    private final ConsumerRecord<?, ?> record;
    private final KeyedListener listener;

    /** What it has become; {@code null} until there is an operation. */
    private volatile @Nullable KeyedInvocation invocation;

    private volatile @Nullable KeyedCoordinator<Object> coordinator;

    /** The id of the operation, known from its first attempt. */
    private volatile long operationId;

    private volatile boolean begun;

    private volatile boolean failed;

    /** Whether the operation is cancelled here because its partition goes. */
    private volatile boolean withdrawn;

    /** Whether the atom has refused it during the hand-over. Of the consumer's thread. */
    private boolean refused;

    /** Whether the consumer's thread is still inside the hand-over. */
    private volatile boolean inHandOver = true;

    RecordDelivery(
            AssignedPartition partition,
            Entry entry,
            long before,
            ConsumerRecord<?, ?> record,
            KeyedListener listener) {
        this.partition = partition;
        this.entry = entry;
        this.before = before;
        this.record = record;
        this.listener = listener;
    }

    // Of the consumer's thread:

    /** The record has become a call. */
    void becomes(KeyedInvocation call, KeyedCoordinator<Object> by) {
        invocation = call;
        coordinator = by;
    }

    boolean isCall() {
        return invocation != null;
    }

    /** Whether it has not succeeded, or was never going to. */
    boolean hasFailed() {
        return failed;
    }

    boolean isRefused() {
        return refused;
    }

    void handedOver() {
        inHandOver = false;
    }

    // Of any thread:

    @Override
    public @Nullable Object run(Body body) throws Throwable {
        OperationContext context = OperationContext.current().orElseThrow();
        operationId = context.operationId();
        begun = true;
        if (!partition.begin(this)) {
            throw withdrawn();
        }
        int attempt = context.attempt();
        Object result;
        try {
            result = body.run();
        } catch (Throwable e) {
            bodyEnded(attempt, e);
            throw e;
        }
        if (result instanceof CompletionStage<?> stage) {
            // The dependent, so that the coordinator hears of a failure after this does, and before another
            // attempt begins.
            return stage.whenComplete((nothing, failure) -> bodyEnded(attempt, failure));
        }
        bodyEnded(attempt, null);
        return result;
    }

    /** Begins, and holds its place without a body that runs: until it ends, or its partition goes. */
    void hold() {
        operationId = OperationContext.current().orElseThrow().operationId();
        begun = true;
        try {
            if (!partition.begin(this)) {
                throw withdrawn();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException(this + " was cancelled");
        }
        if (!partition.bodyEnded(this, true)) {
            withdraw();
        }
    }

    /** Whether an attempt has begun. */
    boolean hasBegun() {
        return begun;
    }

    private void bodyEnded(int attempt, @Nullable Throwable failure) {
        if (!partition.bodyEnded(this, failure != null && goesOn(attempt, failure)) && failure != null) {
            withdraw(); // or it would be tried again, or would park its key, for a partition that is gone
        }
    }

    private boolean goesOn(int attempt, Throwable failure) {
        CoordinatorOptions options = atom().options();
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return options.decide(attempt, cause).action() != FailureDecision.Action.SKIP;
    }

    /** The partition has gone to another consumer, which has the record as well. */
    private CancellationException withdrawn() {
        withdraw();
        return new CancellationException(
                "%s: %s is not run here any more: the partition was given up".formatted(atom().name(), this));
    }

    /** Ends the operation as cancelled: it has not failed. */
    void withdraw() {
        withdrawn = true; // before the end is told
        atom().cancel(operationId);
    }

    private KeyedCoordinator<Object> atom() {
        KeyedCoordinator<Object> known = coordinator;
        if (known == null) {
            throw new IllegalStateException(this + " has not become a call");
        }
        return known;
    }

    @Override
    public void ended(@Nullable Throwable failure) {
        if (failure == null) {
            partition.done(this);
        } else if (inHandOver && !begun && failure instanceof RejectedOperationException) {
            refused = true; // told on the consumer's thread, which gives the record back
        } else if (!withdrawn) { // who has the partition next has the record
            failed(failure);
        }
    }

    /** Nothing is left to do for this record. */
    void done() {
        partition.done(this);
    }

    /** The record will not succeed. */
    void failed(Throwable failure) {
        failed = true;
        if (partition.settle(this)) {
            listener.failedRecords().recover(this, failure);
        }
    }

    AssignedPartition partition() {
        return partition;
    }

    Entry entry() {
        return entry;
    }

    /** The offset that was opened before this one. */
    long before() {
        return before;
    }

    ConsumerRecord<?, ?> record() {
        return record;
    }

    /** The id of its operation; 0 before its first attempt. */
    long operationId() {
        return operationId;
    }

    PartitionCounts counts() {
        return listener.counts(partition.id());
    }

    KeyedListener listener() {
        return listener;
    }

    /** What orders the recovery of records that have failed. */
    Object key() {
        KeyedInvocation call = invocation;
        return call == null ? partition.id() : call.key();
    }

    /** Without the key of the record, which may be personal data. */
    @Override
    public String toString() {
        return partition.id() + "@" + entry.offset();
    }
}
