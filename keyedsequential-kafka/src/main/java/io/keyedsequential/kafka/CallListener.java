package io.keyedsequential.kafka;

import io.keyedsequential.KeyedCoordinator;
import io.keyedsequential.OperationFuture;
import io.keyedsequential.RejectedOperationException;
import io.keyedsequential.spring.atom.KeyedInvocation;
import io.keyedsequential.spring.atom.KeyedInvocation.OperationSignature;
import io.keyedsequential.spring.engine.ArgumentCodec;
import io.keyedsequential.spring.engine.ArgumentCodec.HeaderCodec;
import io.keyedsequential.spring.engine.StoredCall.UnreadableCallException;
import io.keyedsequential.spring.engine.StoredOperation;
import io.keyedsequential.spring.engine.StoredOperation.StoredOperations;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.springframework.kafka.listener.AcknowledgingConsumerAwareMessageListener;
import org.springframework.kafka.support.Acknowledgment;

/** Makes operations of the records of an atom's topic. On the consumer's thread but where it says otherwise. */
final class CallListener implements AcknowledgingConsumerAwareMessageListener<byte[], byte[]> {

    private static final Log log = LogFactory.getLog(CallListener.class);

    private final String atom;
    private final KeyedCoordinator<Object> coordinator;
    private final StoredOperations operations;
    private final ArgumentCodec arguments;
    private final RecordDeliveries deliveries;
    private final Duration grace;

    /** An operation; it may be one that waits for another version of the application. */
    private record Handed(OperationFuture<?> future, @Nullable WaitingCall waiting) {}

    /** What has been handed over and has not ended. */
    private final Map<RecordDelivery, Handed> inHand = new ConcurrentHashMap<>();

    CallListener(
            String atom,
            KeyedCoordinator<Object> coordinator,
            StoredOperations operations,
            ArgumentCodec arguments,
            RecordDeliveries deliveries,
            Duration grace) {
        this.atom = atom;
        this.coordinator = coordinator;
        this.operations = operations;
        this.arguments = arguments;
        this.deliveries = deliveries;
        this.grace = grace;
    }

    @Override
    public void onMessage(
            ConsumerRecord<byte[], byte[]> record,
            @Nullable Acknowledgment acknowledgment,
            @Nullable Consumer<?, ?> consumer) {
        RecordDelivery delivery = deliveries.current();
        if (delivery == null) {
            throw new IllegalStateException(atom + ": a record without a delivery");
        }
        try {
            handOver(record, delivery);
        } catch (RejectedOperationException e) { // offered again
            throw e;
        } catch (RuntimeException e) {
            log.error("%s: the record %s does not become an operation".formatted(atom, delivery), e);
            throw e;
        }
    }

    private void handOver(ConsumerRecord<byte[], byte[]> record, RecordDelivery delivery) {
        CallRecords.Call call = CallRecords.read(record);
        StoredOperation operation;
        KeyedInvocation invocation;
        try {
            operation = operations.ofStored(atom, call.operation());
            invocation = new KeyedInvocation(
                    operation.signature(),
                    call.key(),
                    arguments.read(call.arguments(), operation.method()),
                    HeaderCodec.read(call.headers()),
                    call.label());
        } catch (UnreadableCallException e) {
            await(call, delivery, e);
            return;
        }
        delivery.becomes(invocation, coordinator);
        CallBody body = new CallBody(operation, invocation, delivery);
        OperationFuture<@Nullable Object> future = handOver(delivery, null, () -> coordinator.submit(call.key(), body));
        future.whenComplete((result, failure) -> {
            inHand.remove(delivery);
            body.ended(future.operationId(), failure);
        });
    }

    private void await(CallRecords.Call call, RecordDelivery delivery, UnreadableCallException reason) {
        log.warn(("%s: the call %s (%s) cannot be run by this version of the application: %s. It waits for %s for one "
                        + "that can, and is dead-lettered then")
                .formatted(atom, delivery, call, reason.getMessage(), grace));
        delivery.becomes(
                new KeyedInvocation(
                        new OperationSignature(atom, call.operation(), List.of()),
                        call.key(),
                        new Object[0],
                        Map.of(),
                        call.label()),
                coordinator);
        WaitingCall waiting = new WaitingCall(call, delivery, reason, grace);
        OperationFuture<@Nullable Object> future =
                handOver(delivery, waiting, () -> coordinator.submitAsync(call.key(), waiting));
        future.whenComplete((result, failure) -> {
            inHand.remove(delivery);
            waiting.withdraw(); // or a lane whose operation was cancelled would stay closed until the wait is over
            delivery.ended(failure);
        });
    }

    /** What is refused is given back to the partition, which offers it again. */
    private OperationFuture<@Nullable Object> handOver(
            RecordDelivery delivery,
            @Nullable WaitingCall waiting,
            Supplier<OperationFuture<@Nullable Object>> submission) {
        OperationFuture<@Nullable Object> future;
        try {
            future = submission.get();
        } catch (RuntimeException e) {
            delivery.ended(e);
            throw e;
        }
        inHand.put(delivery, new Handed(future, waiting));
        return future;
    }

    // Of any thread

    /** Takes out what waits here and belongs to another instance: it has it as well. */
    void withdrawGone() {
        inHand.forEach((delivery, handed) -> {
            if (delivery.partition().isDropped()) {
                if (!delivery.hasBegun()) {
                    handed.future().cancel(false);
                }
                if (handed.waiting() != null) {
                    handed.waiting().withdraw();
                }
            }
        });
    }
}
