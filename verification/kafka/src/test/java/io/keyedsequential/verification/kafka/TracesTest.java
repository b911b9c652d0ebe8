package io.keyedsequential.verification.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyedsequential.spring.annotation.KeyedSequential;
import io.keyedsequential.spring.atom.AtomRegistry;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.springframework.kafka.annotation.KafkaListener;

/** The operation of a record belongs to the trace that the headers of the record name. */
class TracesTest {

    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

    private final Broker broker = Broker.shared();

    static class Traced {
        final Queue<String> done = new ConcurrentLinkedQueue<>();

        @KafkaListener(id = "traced", topics = "traced")
        @KeyedSequential(key = "#record.key()", atom = "traced")
        void process(ConsumerRecord<String, String> record) {
            done.add(record.value());
        }
    }

    static class Spans implements SpanExporter {
        final Queue<SpanData> ended = new ConcurrentLinkedQueue<>();

        @Override
        public CompletableResultCode export(Collection<SpanData> spans) {
            ended.addAll(spans);
            return CompletableResultCode.ofSuccess();
        }

        @Override
        public CompletableResultCode flush() {
            return CompletableResultCode.ofSuccess();
        }

        @Override
        public CompletableResultCode shutdown() {
            return CompletableResultCode.ofSuccess();
        }
    }

    @Test
    void theOperationIsAChildOfTheRecordsSpanAndThatOfItsProducers() {
        broker.createTopic("traced", 1);
        Traced traced = new Traced();
        Spans spans = new Spans();
        try (Instance instance = Instance.start(
                List.of(traced, SimpleSpanProcessor.create(spans)),
                "spring.kafka.listener.observation-enabled=true",
                "management.tracing.sampling.probability=1.0")) {
            ProducerRecord<String, String> record = new ProducerRecord<>("traced", 0, "ada", "1");
            record.headers()
                    .add("traceparent", ("00-" + TRACE + "-00f067aa0ba902b7-01").getBytes(StandardCharsets.UTF_8));
            broker.send(record);
            Broker.until("it is done", () -> broker.committed("traced", "traced", 0) == 1);
            Broker.until("both spans have ended", () -> spans.ended.size() >= 2);

            SpanData receiving = spans.ended.stream()
                    .filter(span -> span.getKind() == SpanKind.CONSUMER)
                    .findFirst()
                    .orElseThrow();
            SpanData operation = spans.ended.stream()
                    .filter(span -> span != receiving)
                    .findFirst()
                    .orElseThrow();
            assertThat(receiving.getTraceId()).isEqualTo(TRACE);
            assertThat(receiving.getParentSpanId()).isEqualTo("00f067aa0ba902b7");
            assertThat(operation.getTraceId()).isEqualTo(TRACE);
            assertThat(operation.getParentSpanId()).isEqualTo(receiving.getSpanId());
            assertThat(instance.bean(AtomRegistry.class)
                            .find("traced")
                            .orElseThrow()
                            .view()
                            .recent()
                            .get(0)
                            .trace())
                    .isEqualTo(TRACE);
        }
    }
}
