package io.keyedsequential.spring.metrics;

import io.keyedsequential.spring.annotation.KeyedSequential;
import io.micrometer.tracing.Tracer;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.slf4j.MDC;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.security.autoconfigure.actuate.web.servlet.ManagementWebSecurityAutoConfiguration;
import org.springframework.boot.security.autoconfigure.web.servlet.ServletWebSecurityAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** A web application that is traced, and keeps its spans. */
@SpringBootConfiguration
@EnableAutoConfiguration(
        exclude = {ServletWebSecurityAutoConfiguration.class, ManagementWebSecurityAutoConfiguration.class})
class TracedApp {

    @Bean
    Spans spans() {
        return new Spans();
    }

    @Bean
    SpanProcessor keptSpans(Spans spans) {
        return SimpleSpanProcessor.create(spans);
    }

    @Bean
    Orders orders(Tracer tracer) {
        return new Orders(tracer);
    }

    static class Orders {
        private final Tracer tracer;

        Orders(Tracer tracer) {
            this.tracer = tracer;
        }

        /** A span of its own inside the body; the trace id of the MDC is the result. */
        @KeyedSequential(key = "#customer", atom = "orders")
        public CompletableFuture<String> process(String customer) {
            tracer.nextSpan().name("write").start().end();
            return CompletableFuture.completedFuture(MDC.get("traceId") + "/" + MDC.get("spanId"));
        }
    }

    @RestController
    static class Web {
        private final Orders orders;

        Web(Orders orders) {
            this.orders = orders;
        }

        @GetMapping("/orders/{customer}")
        CompletableFuture<Map<String, String>> order(@PathVariable String customer) {
            return orders.process(customer).thenApply(ids -> Map.of("ids", ids));
        }
    }

    static class Spans implements SpanExporter {
        final List<SpanData> ended = new CopyOnWriteArrayList<>();

        /** Of the request, the operation, and the body's own. The first may end after its answer has arrived. */
        final CountDownLatch expected = new CountDownLatch(3);

        @Override
        public CompletableResultCode export(Collection<SpanData> spans) {
            ended.addAll(spans);
            spans.forEach(span -> expected.countDown());
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
}
