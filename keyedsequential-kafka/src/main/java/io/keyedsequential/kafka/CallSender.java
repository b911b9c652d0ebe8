package io.keyedsequential.kafka;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Sends calls, and waits until the broker has taken them. All atoms share one producer, made when it is first needed.
 * For any thread.
 */
final class CallSender implements AutoCloseable {

    private final Supplier<Producer<byte[], byte[]>> making;
    private final Duration timeout;
    private final String address;
    private @Nullable Producer<byte[], byte[]> producer;
    private boolean closed;

    CallSender(Supplier<Producer<byte[], byte[]>> making, Duration timeout, String address) {
        this.making = making;
        this.timeout = timeout;
        this.address = address;
    }

    /**
     * Sends one.
     *
     * @return where the broker has put it
     * @throws CallNotSentException if the broker has not said that it has it
     */
    RecordMetadata send(String atom, ProducerRecord<byte[], byte[]> record) {
        Future<RecordMetadata> sent;
        try {
            sent = producer(atom).send(record);
        } catch (KafkaException | IllegalStateException e) {
            throw notSent(atom, record, e);
        }
        boolean interrupted = false;
        try {
            while (true) { // the producer gives up by itself; a call that is half sent would be neither taken nor not
                try {
                    return sent.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } catch (ExecutionException e) {
            throw notSent(atom, record, e.getCause() == null ? e : e.getCause());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private CallNotSentException notSent(String atom, ProducerRecord<?, ?> record, Throwable failure) {
        String what = "%s: the call was not taken by the topic %s: %s"
                .formatted(atom, record.topic(), failure.getMessage() == null ? failure : failure.getMessage());
        String remedy;
        if (failure instanceof TimeoutException) {
            remedy = ("The broker at %s has not answered within %s (keyedsequential.kafka.send-timeout). If it had the "
                            + "call already when it stopped answering, the call runs: call again only what may run "
                            + "twice")
                    .formatted(address, timeout);
        } else if (failure instanceof RecordTooLargeException) {
            remedy = "Nothing of it is kept. Lower keyedsequential.kafka.max-arguments below max.message.bytes of the "
                    + "topic and max.request.size of the producer, or raise these; better, store what is large "
                    + "elsewhere and pass its id";
        } else {
            remedy = "Nothing of it is kept";
        }
        return new CallNotSentException(what + ". " + remedy, failure);
    }

    private synchronized Producer<byte[], byte[]> producer(String atom) {
        if (closed) {
            throw new IllegalStateException(atom + ": the application has ended");
        }
        Producer<byte[], byte[]> made = producer;
        if (made == null) {
            made = making.get();
            producer = made;
        }
        return made;
    }

    /** What is under way is sent. */
    @Override
    public void close() {
        Producer<byte[], byte[]> made;
        synchronized (this) {
            closed = true;
            made = producer;
            producer = null;
        }
        if (made != null) {
            made.close(timeout);
        }
    }
}
