package io.keyedsequential.spring.actuate;

import static io.keyedsequential.spring.Apps.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.assertj.core.api.Assertions;
import org.springframework.test.web.servlet.client.RestTestClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** One failed operation, two that run, and three that wait behind one of them. */
final class EndpointScenario implements AutoCloseable {

    private final CountDownLatch gate = new CountDownLatch(1);
    private final List<CompletableFuture<String>> futures = new ArrayList<>();

    EndpointScenario(EndpointApp.Orders orders) {
        CountDownLatch open = new CountDownLatch(0);
        Assertions.assertThat(orders.process("customer-9", "", open, open)).failsWithin(Duration.ofSeconds(10));
        CountDownLatch begun = new CountDownLatch(2);
        for (String customer : List.of("customer-7", "customer-7", "customer-7", "customer-7", "customer-8")) {
            futures.add(orders.process(customer, "argument", begun, gate));
        }
        await(begun);
    }

    static JsonNode get(RestTestClient client, String path) {
        byte[] body = client.get()
                .uri(path)
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody()
                .returnResult()
                .getResponseBody();
        return new ObjectMapper().readTree(body);
    }

    @Override
    public void close() {
        gate.countDown();
        futures.forEach(CompletableFuture::join);
    }
}
