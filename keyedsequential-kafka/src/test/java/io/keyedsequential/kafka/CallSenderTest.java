package io.keyedsequential.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/** A call has been sent when the broker has said so; what it says otherwise is thrown. */
class CallSenderTest {

    private final MockProducer<byte[], byte[]> broker =
            new MockProducer<>(false, null, new ByteArraySerializer(), new ByteArraySerializer());
    private final CallSender sender = new CallSender(() -> broker, Duration.ofSeconds(5), "broker:9092");

    private CompletableFuture<Long> send() {
        byte[] text = "a".getBytes(StandardCharsets.UTF_8);
        CompletableFuture<Long> sent = CompletableFuture.supplyAsync(
                () -> sender.send("orders", new ProducerRecord<>("keyed.orders", 0, text, text))
                        .offset());
        while (broker.history().isEmpty()) {
            Thread.onSpinWait();
        }
        return sent;
    }

    @Test
    void aCallReturnsWhenTheBrokerHasIt() {
        CompletableFuture<Long> sent = send();
        assertThat(sent).isNotDone();
        broker.completeNext();
        assertThat(sent.join()).isZero();
    }

    @Test
    void aBrokerThatDoesNotAnswerLeavesOpenWhetherTheCallRuns() {
        CompletableFuture<Long> sent = send();
        broker.errorNext(new TimeoutException("no answer"));
        assertThatThrownBy(sent::join)
                .cause()
                .isInstanceOf(CallNotSentException.class)
                .hasMessageContaining("orders: the call was not taken by the topic keyed.orders: no answer")
                .hasMessageContaining("The broker at broker:9092 has not answered within PT5S")
                .hasMessageContaining("call again only what may run twice");
    }

    @Test
    void aCallThatIsRefusedIsNotKept() {
        CompletableFuture<Long> sent = send();
        broker.errorNext(new RecordTooLargeException("too large"));
        assertThatThrownBy(sent::join)
                .cause()
                .hasMessageContaining("Nothing of it is kept. Lower keyedsequential.kafka.max-arguments");
        sender.close();
        assertThatThrownBy(() -> sender.send("orders", new ProducerRecord<>("keyed.orders", new byte[0])))
                .isInstanceOf(CallNotSentException.class)
                .hasMessageContaining("the application has ended");
    }

    @Test
    void aKeyIsWhereEveryProducerOfKafkaPutsIt() {
        for (int number = 0; number < 1_000; number++) {
            byte[] key = ("key-ä-" + number).getBytes(StandardCharsets.UTF_8);
            assertThat(CallRecords.partition(key, 12)).isEqualTo(BuiltInPartitioner.partitionForKey(key, 12));
        }
    }
}
