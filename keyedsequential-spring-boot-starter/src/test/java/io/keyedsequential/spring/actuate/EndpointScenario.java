package io.keyedsequential.spring.actuate;

import static io.keyedsequential.spring.Apps.await;

import io.keyedsequential.KeyedCoordinator;
import io.keyedsequential.LaneState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.assertj.core.api.Assertions;
import org.awaitility.Awaitility;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.client.RestTestClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** One failed operation, two that run, and three that wait behind one of them. */
final class EndpointScenario implements AutoCloseable {

    private final CountDownLatch gate = new CountDownLatch(1);
    private final List<CompletableFuture<String>> futures = new ArrayList<>();

    EndpointScenario(EndpointApp.Orders orders) {
        CountDownLatch open = new CountDownLatch(0);
        Assertions.assertThat(orders.process("customer-9", "", open, open)).failsWithin(Duration.ofMinutes(2));
        CountDownLatch begun = new CountDownLatch(2);
        for (String customer : List.of("customer-7", "customer-7", "customer-7", "customer-7", "customer-8")) {
            futures.add(orders.process(customer, "argument", begun, gate));
        }
        await(begun);
    }

    /** The answer to a write operation, whatever its status. */
    static JsonNode post(RestTestClient client, String path, String body, int status) {
        byte[] answer = client.post()
                .uri(path)
                .contentType(MediaType.APPLICATION_JSON)
                .body(body)
                .exchange()
                .expectStatus()
                .isEqualTo(status)
                .expectBody()
                .returnResult()
                .getResponseBody();
        return new ObjectMapper().readTree(answer == null ? new byte[0] : answer);
    }

    static JsonNode get(RestTestClient client, String path) {
        return get(client, path, 200);
    }

    static JsonNode get(RestTestClient client, String path, int status) {
        byte[] body = client.get()
                .uri(path)
                .exchange()
                .expectStatus()
                .isEqualTo(status)
                .expectBody()
                .returnResult()
                .getResponseBody();
        return new ObjectMapper().readTree(body);
    }

    /** A key of an atom that parks, closed by a failed operation with followers behind it. */
    static void park(KeyedCoordinator<String> mail, String key, int followers) {
        mail.execute(key, () -> {
            throw new IllegalStateException("no letter for " + key);
        });
        Awaitility.await()
                .atMost(Duration.ofMinutes(2))
                .until(() -> mail.lane(key).orElseThrow().state() == LaneState.PARKED);
        for (int i = 0; i < followers; i++) {
            mail.execute(key, () -> {});
        }
    }

    /** The same for keys of any type. */
    static void parkAny(KeyedCoordinator<Object> atom, Object key, int followers) {
        atom.execute(key, () -> {
            throw new IllegalStateException("meant to fail");
        });
        Awaitility.await()
                .atMost(Duration.ofMinutes(2))
                .until(() -> atom.lane(key).orElseThrow().state() == LaneState.PARKED);
        for (int i = 0; i < followers; i++) {
            atom.execute(key, () -> {});
        }
    }

    @Override
    public void close() {
        gate.countDown();
        futures.forEach(CompletableFuture::join);
    }
}
