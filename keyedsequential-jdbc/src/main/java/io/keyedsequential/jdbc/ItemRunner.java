package io.keyedsequential.jdbc;

import com.github.kagkarlsson.scheduler.Clock;
import io.keyedsequential.FailureDecision;
import io.keyedsequential.KeyedCoordinator;
import io.keyedsequential.OperationAbandonedException;
import io.keyedsequential.spring.atom.KeyedInvocation;
import io.keyedsequential.spring.engine.ArgumentCodec;
import io.keyedsequential.spring.engine.ArgumentCodec.HeaderCodec;
import io.keyedsequential.spring.engine.StoredCall.UnreadableCallException;
import io.keyedsequential.spring.engine.StoredOperation;
import io.keyedsequential.spring.engine.StoredOperation.StoredOperations;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Runs items on the thread of their lane, inside the coordinator: the permit, the context, snapshots, events, meters
 * and the run timeout are the coordinator's.
 */
final class ItemRunner {

    private final String atom;
    private final KeyedCoordinator<Object> coordinator;
    private final StoredOperations operations;
    private final ArgumentCodec arguments;
    private final Completions completions;
    private final LaneStore store;
    private final InHand inHand;
    private final BooleanSupplier interrupting;
    private final Clock clock;

    ItemRunner(
            String atom,
            KeyedCoordinator<Object> coordinator,
            StoredOperations operations,
            ArgumentCodec arguments,
            Completions completions,
            LaneStore store,
            InHand inHand,
            BooleanSupplier interrupting,
            Clock clock) {
        this.atom = atom;
        this.coordinator = coordinator;
        this.operations = operations;
        this.arguments = arguments;
        this.completions = completions;
        this.store = store;
        this.inHand = inHand;
        this.interrupting = interrupting;
        this.clock = clock;
    }

    /**
     * Runs one attempt.
     *
     * @param before items of the lane that have ended and are not deleted yet: a body with a transaction takes them
     *     with it
     */
    Outcome run(Hold lane, Item item, List<Item> before) {
        StoredOperation operation;
        KeyedInvocation invocation;
        try {
            operation = operations.ofStored(atom, item.operation());
            invocation = invocation(lane, item, operation);
        } catch (UnreadableCallException e) {
            return new Outcome.Unreadable(e);
        }
        @Nullable BodyTransaction transaction = completions.transactionOf(operation);
        Callable<@Nullable Object> body = () -> deliver(operation, invocation);
        StoredBody attempt = new StoredBody(
                item,
                coordinator.options(),
                interrupting,
                operation::isRefusal,
                transaction == null
                        ? body
                        : () -> transaction.run(
                                atom + "." + item.operation(), body, () -> completeHere(lane, item, before)));
        InHand.Entry entry = inHand.begin(lane, item);
        Instant began = clock.now();
        try {
            coordinator.call(lane.key(), attempt);
            return transaction == null ? new Outcome.Completed() : new Outcome.CompletedInTransaction();
        } catch (Throwable e) {
            return failed(operation, invocation, entry, attempt, began, e);
        } finally {
            inHand.end(entry);
            Thread.interrupted(); // meant for the body; H2 closes its file when a thread that is interrupted writes
        }
    }

    private Outcome failed(
            StoredOperation operation,
            KeyedInvocation invocation,
            InHand.Entry entry,
            StoredBody attempt,
            Instant began,
            Throwable failure) {
        if (failure instanceof LaneLostException) {
            return new Outcome.Lost();
        }
        if (entry.isCancelled() || failure instanceof OperationAbandonedException) {
            return new Outcome.Cancelled();
        }
        if (!attempt.hasBegun() || interrupting.getAsBoolean()) {
            return new Outcome.Stopped();
        }
        FailureDecision decision = attempt.decide(failure);
        if (decision.action() != FailureDecision.Action.RETRY) {
            operation.failed(invocation, entry.item().id(), attempt.attempt(), failure);
        }
        return new Outcome.Failed(began, failure, decision);
    }

    private KeyedInvocation invocation(Hold lane, Item item, StoredOperation operation) {
        return new KeyedInvocation(
                operation.signature(),
                lane.key(),
                arguments.read(item.arguments(), operation.method()),
                HeaderCodec.read(item.headers()),
                item.label());
    }

    private static @Nullable Object deliver(StoredOperation operation, KeyedInvocation invocation) throws Exception {
        try {
            Object result = operation.deliver(invocation);
            return result instanceof CompletionStage<?> stage
                    ? stage.toCompletableFuture().get()
                    : result;
        } catch (ExecutionException e) {
            throw rethrowable(e.getCause() == null ? e : e.getCause());
        } catch (Throwable e) {
            throw rethrowable(e);
        }
    }

    private static Exception rethrowable(Throwable failure) {
        if (failure instanceof Error error) {
            throw error;
        }
        return failure instanceof Exception exception ? exception : new IllegalStateException(failure);
    }

    private void completeHere(Hold lane, Item item, List<Item> before) {
        if (!store.holdFast(lane)) {
            throw new LaneLostException(
                    "%s: another instance has taken the key while operation %d ran here; what it did is rolled back"
                            .formatted(atom, item.id()));
        }
        store.completeHere(Stream.concat(before.stream(), Stream.of(item)).toList());
    }
}
