package io.keyedsequential.spring.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyedsequential.spring.annotation.KeyedSequential;
import io.keyedsequential.spring.engine.FakeAtom;
import io.keyedsequential.spring.engine.FakeEngine;
import io.keyedsequential.spring.engine.HeaderCarrier;
import io.keyedsequential.spring.engine.StoredCall;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.Tracer;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.context.annotation.Bean;

/** The trace of a caller goes on in the body, though the call has been stored in between. */
@SpringBootTest(
        classes = StoredTraceTest.App.class,
        webEnvironment = WebEnvironment.NONE,
        properties = {"management.tracing.sampling.probability=1.0", "keyedsequential.atoms.shipments.engine=fake"})
class StoredTraceTest {

    @SpringBootConfiguration
    @EnableAutoConfiguration
    static class App {

        @Bean
        TracedApp.Spans spans() {
            return new TracedApp.Spans();
        }

        @Bean
        SpanProcessor keptSpans(TracedApp.Spans spans) {
            return SimpleSpanProcessor.create(spans);
        }

        @Bean
        FakeEngine engine() {
            return new FakeEngine();
        }

        @Bean
        Shipments shipments(Tracer tracer) {
            return new Shipments(tracer);
        }
    }

    static class Shipments {
        private final Tracer tracer;

        Shipments(Tracer tracer) {
            this.tracer = tracer;
        }

        @KeyedSequential(key = "#parcel", atom = "shipments")
        public void ship(String parcel) {
            tracer.nextSpan().name("write").start().end();
        }
    }

    @Autowired
    private Shipments shipments;

    @Autowired
    private FakeEngine engine;

    @Autowired
    private Tracer tracer;

    @Autowired
    private TracedApp.Spans spans;

    @Autowired
    private HeaderCarrier headers;

    private FakeAtom atom;

    @BeforeEach
    void nothingIsLeft() {
        atom = engine.atom("shipments");
        atom.stored.clear();
        spans.ended.clear();
    }

    private SpanData span(String name) {
        return spans.ended.stream()
                .filter(span -> span.getName().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError(spans.ended.toString()));
    }

    @Test
    void theCallersSpanIsTheParentOfTheOperationAndNoOtherOneIsMade() {
        Span request = tracer.nextSpan().name("request").start();
        try (Tracer.SpanInScope ignored = tracer.withSpan(request)) {
            shipments.ship("A");
        } finally {
            request.end();
        }
        StoredCall stored = atom.stored.get(0);
        assertThat(stored.headers())
                .containsOnly(Map.entry(
                        "traceparent",
                        "00-%s-%s-01"
                                .formatted(
                                        request.context().traceId(),
                                        request.context().spanId())));
        atom.deliverNext();
        assertThat(tracer.currentSpan()).isNull();
        // Boot's own processor may have exported them by now as well.
        assertThat(spans.ended.stream().map(SpanData::getSpanId).distinct()).hasSize(3);
        SpanData operation = span("shipments ship");
        assertThat(operation.getParentSpanId()).isEqualTo(request.context().spanId());
        assertThat(span("write").getParentSpanId()).isEqualTo(operation.getSpanId());
        assertThat(spans.ended)
                .extracting(SpanData::getTraceId)
                .containsOnly(request.context().traceId());
    }

    @Test
    void aCallWithoutATraceCarriesNone() {
        shipments.ship("A");
        assertThat(atom.stored.get(0).headers()).isEmpty();
        atom.deliverNext();
        assertThat(span("shipments ship").getParentSpanContext().isValid()).isFalse();
    }

    /** Written by another version, or by hand. */
    @ParameterizedTest
    @ValueSource(
            strings = {"", "nonsense", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b71", "00-XYZ-b7ad6b7169203331-01"})
    void whatIsNoTraceIsNotRestored(String header) {
        headers.restore(Map.of("traceparent", header)).close();
        assertThat(tracer.currentSpan()).isNull();
    }

    @Test
    void whatIsNotSampledStaysSo() {
        Map<String, String> unsampled =
                Map.of("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00");
        List<String> seen = new ArrayList<>();
        try (var ignored = headers.restore(unsampled)) {
            headers.capture((name, value) -> seen.add(value));
            tracer.nextSpan().name("unsampled").start().end();
        }
        assertThat(seen).isEmpty(); // a span that is not recorded is no operation
        assertThat(spans.ended).isEmpty();
    }
}
