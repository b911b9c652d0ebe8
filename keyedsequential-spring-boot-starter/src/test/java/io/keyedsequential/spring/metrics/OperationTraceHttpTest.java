package io.keyedsequential.spring.metrics;

import static io.keyedsequential.spring.Apps.assertAtRest;
import static io.keyedsequential.spring.Apps.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.keyedsequential.OperationSnapshot;
import io.keyedsequential.spring.atom.AtomRegistry;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.resttestclient.autoconfigure.AutoConfigureRestTestClient;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.context.ApplicationContext;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.test.web.servlet.client.RestTestClient;

@SpringBootTest(
        classes = TracedApp.class,
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = "management.tracing.sampling.probability=1.0")
@AutoConfigureRestTestClient
class OperationTraceHttpTest {

    @Autowired
    private RestTestClient client;

    @Autowired
    private TracedApp.Spans spans;

    @Autowired
    private MeterRegistry meters;

    @Autowired
    private AtomRegistry registry;

    @Autowired
    private ApplicationContext context;

    @Test
    void oneTraceGoesFromTheRequestOverTheOperationToItsBody() {
        Map<String, String> answer = client.get()
                .uri("/orders/ada")
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody(new ParameterizedTypeReference<Map<String, String>>() {})
                .returnResult()
                .getResponseBody();
        assertAtRest(context);
        await(spans.expected);
        SpanData operation = span("orders process");
        SpanData request = spanWithId(operation.getParentSpanId());
        assertThat(request.getName()).isEqualTo("http get /orders/{customer}");
        assertThat(span("write").getParentSpanId()).isEqualTo(operation.getSpanId());
        assertThat(spans.ended).extracting(SpanData::getTraceId).containsOnly(request.getTraceId());
        assertThat(answer).containsEntry("ids", operation.getTraceId() + "/" + operation.getSpanId());
        assertThat(operation.getEvents()).extracting(EventData::getName).containsExactly("started");
        assertThat(operation.getAttributes().get(AttributeKey.stringKey("outcome")))
                .isEqualTo("completed");
        assertThat(operation.getAttributes().get(AttributeKey.stringKey("key"))).isNull();
        assertThat(meters.get("keyedsequential.call").timer().count()).isOne();
        assertThat(registry.coordinator("orders").recent())
                .extracting(OperationSnapshot::trace)
                .containsExactly(operation.getTraceId());
    }

    private SpanData span(String name) {
        return spans.ended.stream()
                .filter(span -> span.getName().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + name + " among " + spans.ended));
    }

    private SpanData spanWithId(String id) {
        return spans.ended.stream()
                .filter(span -> span.getSpanId().equals(id))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + id + " among " + spans.ended));
    }
}
