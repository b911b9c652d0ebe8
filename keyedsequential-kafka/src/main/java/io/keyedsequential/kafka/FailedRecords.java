package io.keyedsequential.kafka;

import io.keyedsequential.KeyedCoordinator;
import io.keyedsequential.RetryPolicy;
import io.keyedsequential.spring.engine.StoredCall.UnreadableCallException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.kafka.listener.ConsumerRecordRecoverer;
import org.springframework.kafka.listener.ListenerExecutionFailedException;
import org.springframework.util.function.SingletonSupplier;

/**
 * Recovers records that do not succeed, off the threads of consumers and atoms: those of one key in their order, again
 * and again until it is done. Until then a record holds its partition's watermark.
 */
final class FailedRecords implements DisposableBean {

    private static final Log log = LogFactory.getLog(FailedRecords.class);

    /** A recovery waits for the broker; those of other keys need not wait for it. */
    private static final int AT_ONCE = 4;

    private final Supplier<ConsumerRecordRecoverer> recoverer;

    private final KeyedCoordinator<Object> recoveries = KeyedCoordinator.<Object>builder("kafka-failed-records")
            .maxConcurrency(AT_ONCE)
            .capacity(Integer.MAX_VALUE) // bounded by the windows
            .window(0)
            .retryPolicy(RetryPolicy.builder()
                    .maxAttempts(Integer.MAX_VALUE)
                    .backoff(Duration.ofMillis(200))
                    .maxBackoff(Duration.ofSeconds(10))
                    .build())
            .closeTimeout(Duration.ZERO)
            .build();

    /**
     * Asks this one.
     *
     * @param recoverer looked up when the first record has failed
     */
    FailedRecords(Supplier<ConsumerRecordRecoverer> recoverer) {
        this.recoverer = SingletonSupplier.of(recoverer);
    }

    void recover(RecordDelivery delivery, Throwable failure) {
        if (delivery.listener().settings().failedRecords() == FailedRecordsPolicy.SKIP
                && !(failure instanceof UnreadableCallException)) { // another version may run it
            log.warn(
                    "%s: the record %s has failed and is skipped, as failed-records says"
                            .formatted(delivery.listener(), delivery),
                    failure);
            delivery.counts().skip();
            delivery.done();
            return;
        }
        CompletableFuture<?> recovery =
                recoveries.submit(List.of(delivery.partition().id(), delivery.key()), () -> {
                    if (!delivery.partition().isDropped()) {
                        deadLetter(delivery, failure);
                        delivery.counts().deadLettered();
                        delivery.done();
                    }
                    return null;
                });
        recovery.whenComplete((nothing, end) -> {
            if (end != null && !delivery.partition().isDropped()) {
                log.error("%s: the record %s stays where it is".formatted(delivery.listener(), delivery), end);
            }
        });
    }

    private void deadLetter(RecordDelivery delivery, Throwable failure) {
        ConsumerRecord<?, ?> record =
                delivery.record() instanceof UnreadableRecord<?, ?> unreadable ? unreadable.raw() : delivery.record();
        Exception told = failure instanceof ListenerExecutionFailedException known
                ? known
                : new ListenerExecutionFailedException(
                        "The operation of the record has failed",
                        delivery.listener().id(),
                        failure);
        try {
            recoverer.get().accept(record, told);
        } catch (RuntimeException e) {
            log.error(
                    ("%s: the record %s has failed and could not be dead-lettered, which is tried "
                                    + "again; until then nothing behind it is acknowledged. Is there a topic %s-dlt, "
                                    + "and do spring.kafka.producer.key-serializer and value-serializer write the "
                                    + "record? A bean of the type ConsumerRecordRecoverer does what you like instead; "
                                    + "failed-records: skip gives such records up")
                            .formatted(
                                    delivery.listener(),
                                    delivery,
                                    delivery.record().topic()),
                    e);
            throw e;
        }
    }

    @Override
    public void destroy() {
        recoveries.close();
    }
}
