package io.keyedsequential.spring.actuate;

import static io.keyedsequential.spring.Apps.assertAtRest;
import static io.keyedsequential.spring.actuate.EndpointScenario.get;
import static io.keyedsequential.spring.actuate.EndpointScenario.post;
import static org.assertj.core.api.Assertions.assertThat;

import io.keyedsequential.spring.actuate.AtomSteering.AtomAction;
import io.keyedsequential.spring.actuate.AtomSteering.LaneSteering.LaneAction;
import io.keyedsequential.spring.atom.KeyMask;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.resttestclient.autoconfigure.AutoConfigureRestTestClient;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.context.ApplicationContext;
import org.springframework.test.web.servlet.client.RestTestClient;
import tools.jackson.databind.JsonNode;

@SpringBootTest(
        classes = EndpointApp.class,
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = "management.endpoints.web.exposure.include=keyedatoms")
@AutoConfigureRestTestClient
@SuppressWarnings("try") // a scenario is only there while its block runs
class KeyedAtomsEndpointHttpTest {

    @Autowired
    private RestTestClient client;

    @Autowired
    private EndpointApp.Orders orders;

    @Autowired
    private KeyMask mask;

    @Autowired
    private ApplicationContext context;

    @Test
    void allAtomsAreListedWithLimitsCountsAndTheOldestWait() {
        try (EndpointScenario ignored = new EndpointScenario(orders)) {
            JsonNode atom = get(client, "/actuator/keyedatoms").get("atoms").get("orders");
            assertThat(atom.get("declaredBy").asString()).contains("EndpointApp$Orders.process(");
            assertThat(atom.get("limits").get("maxConcurrency").asInt()).isEqualTo(2);
            assertThat(atom.get("limits").get("overflowPolicy").asString()).isEqualTo("BLOCK");
            assertThat(atom.get("counts").get("queued").asInt()).isEqualTo(3);
            assertThat(atom.get("counts").get("active").asInt()).isEqualTo(2);
            assertThat(atom.get("counts").get("lanes").asInt()).isEqualTo(2);
            assertThat(atom.get("oldestWait").asString()).startsWith("PT").isNotEqualTo("PT0S");
            assertThat(atom.get("state").asString()).isEqualTo("RUNNING");
            assertThat(atom.get("paused").asBoolean()).isFalse();
            assertThat(atom.get("intakeOpen").asBoolean()).isTrue();
        }
        assertAtRest(context);
    }

    @Test
    void oneAtomShowsLanesAndOperationsWithMaskedKeysOnly() {
        try (EndpointScenario ignored = new EndpointScenario(orders)) {
            JsonNode atom = get(client, "/actuator/keyedatoms/orders");
            JsonNode busiest = atom.get("lanes").get("entries").get(0);
            assertThat(busiest.get("key").asString()).isEqualTo(mask.mask("customer-7"));
            assertThat(busiest.get("queued").asInt()).isEqualTo(3);
            assertThat(busiest.get("running").asInt()).isOne();
            assertThat(atom.get("lanes").get("total").asInt()).isEqualTo(2);
            assertThat(atom.get("lanes").get("truncated").asBoolean()).isFalse();
            assertThat(atom.get("running").get("total").asInt()).isEqualTo(2);
            JsonNode running = atom.get("running").get("entries").get(0);
            assertThat(running.get("operation").asString()).isEqualTo("process");
            assertThat(running.get("state").asString()).isEqualTo("RUNNING");
            assertThat(running.get("thread").asString()).isNotEmpty();
            JsonNode failed = atom.get("failed").get("entries").get(0);
            assertThat(failed.get("key").asString()).isEqualTo(mask.mask("customer-9"));
            assertThat(failed.get("error").get("type").asString()).isEqualTo("java.lang.IllegalStateException");
            assertThat(failed.get("error").has("message")
                            && !failed.get("error").get("message").isNull())
                    .isFalse();
            assertThat(atom.get("recent").get("total").asInt()).isPositive();
            assertThat(atom.toString()).doesNotContain("customer-").doesNotContain("argument");
        }
        assertAtRest(context);
    }

    @Test
    void aLaneShowsItsFirstOperationsAsBlocks() {
        try (EndpointScenario ignored = new EndpointScenario(orders)) {
            JsonNode atom = get(client, "/actuator/keyedatoms/orders");
            JsonNode blocks = atom.get("lanes").get("entries").get(0).get("operations");
            assertThat(blocks).hasSize(4);
            assertThat(blocks.get(0).get("state").asString()).isEqualTo("RUNNING");
            assertThat(blocks.get(0).get("attempt").asInt()).isOne();
            assertThat(blocks.get(0).get("operation").asString()).isEqualTo("process");
            assertThat(blocks.get(1).get("state").asString()).isEqualTo("QUEUED");
            assertThat(blocks.get(1).get("id").asLong())
                    .isGreaterThan(blocks.get(0).get("id").asLong());
        }
        assertAtRest(context);
    }

    @Test
    void theHandleOfALaneLeadsToItsExplanation() {
        try (EndpointScenario ignored = new EndpointScenario(orders)) {
            JsonNode busiest = get(client, "/actuator/keyedatoms/orders")
                    .get("lanes")
                    .get("entries")
                    .get(0);
            String handle = busiest.get("handle").asString();
            assertThat(handle).matches("[0-9a-f]{12}");
            JsonNode lane = get(client, "/actuator/keyedatoms/orders/" + handle + "?limit=2");
            assertThat(lane.get("atom").asString()).isEqualTo("orders");
            assertThat(lane.get("key").asString()).isEqualTo(mask.mask("customer-7"));
            assertThat(lane.get("handle").asString()).isEqualTo(handle);
            assertThat(lane.get("state").asString()).isEqualTo("RUNNING");
            assertThat(lane.get("sentence").asString())
                    .contains("has been running for")
                    .contains("3 operations wait behind it");
            assertThat(lane.get("operation").get("state").asString()).isEqualTo("RUNNING");
            assertThat(lane.get("operation").get("attempt").asInt()).isOne();
            assertThat(lane.get("age").asString()).startsWith("PT");
            assertThat(lane.get("thread").asString()).startsWith("orders-");
            assertThat(lane.get("stack").toString()).contains("EndpointApp$Orders.process");
            assertThat(lane.get("operations").get("entries")).hasSize(2);
            assertThat(lane.get("operations").get("total").asInt()).isEqualTo(4);
            assertThat(lane.get("operations").get("truncated").asBoolean()).isTrue();
            assertThat(lane.get("limit").asInt()).isEqualTo(2);
            assertThat(lane.toString()).doesNotContain("customer-").doesNotContain("argument");
            // The mask as it stands in the log leads there too.
            client.get()
                    .uri("/actuator/keyedatoms/orders/{key}", "#" + handle)
                    .exchange()
                    .expectStatus()
                    .isOk();
        }
        assertAtRest(context);
    }

    @Test
    void aLaneThatDoesNotExistIsNotFoundNorIsAKeyThatTheReaderMayNotSee() {
        try (EndpointScenario ignored = new EndpointScenario(orders)) {
            for (String path : List.of("orders/0123456789ab", "orders/customer-7", "nobody/0123456789ab")) {
                assertThat(statusOf("/actuator/keyedatoms/" + path)).as(path).isEqualTo(404);
            }
        }
    }

    @Test
    void theLimitIsTheReadersUpToAThousandAndOneAtLeast() {
        try (EndpointScenario ignored = new EndpointScenario(orders)) {
            JsonNode atom = get(client, "/actuator/keyedatoms/orders?limit=1");
            assertThat(atom.get("limit").asInt()).isOne();
            assertThat(atom.get("lanes").get("entries")).hasSize(1);
            assertThat(atom.get("lanes").get("total").asInt()).isEqualTo(2);
            assertThat(atom.get("lanes").get("truncated").asBoolean()).isTrue();
            assertThat(get(client, "/actuator/keyedatoms/orders?limit=5000")
                            .get("limit")
                            .asInt())
                    .isEqualTo(1000);
            assertThat(get(client, "/actuator/keyedatoms/orders").get("limit").asInt())
                    .isEqualTo(50);
            for (String limit : List.of("0", "-1", "many")) {
                assertThat(statusOf("/actuator/keyedatoms/orders?limit=" + limit))
                        .as(limit)
                        .isEqualTo(400);
            }
        }
    }

    @Test
    void unlessOpenedEveryWriteOperationIsNotAllowedAndTheAnswersSaySo() {
        assertThat(get(client, "/actuator/keyedatoms").get("writable").asBoolean())
                .isFalse();
        assertThat(get(client, "/actuator/keyedatoms/orders").get("writable").asBoolean())
                .isFalse();
        for (AtomAction action : AtomAction.values()) {
            post(client, "/actuator/keyedatoms/orders", "{\"action\":\"%s\"}".formatted(action), 405);
        }
        for (LaneAction action : LaneAction.values()) {
            post(client, "/actuator/keyedatoms/orders/0123456789ab", "{\"action\":\"%s\"}".formatted(action), 405);
        }
    }

    @Test
    void everySpellingOfTheNameIsFound() {
        assertThat(get(client, "/actuator/keyedatoms/ORDERS").get("name").asString())
                .isEqualTo("orders");
    }

    private int statusOf(String path) {
        return client.get().uri(path).exchange().returnResult().getStatus().value();
    }

    @Test
    void anAtomThatDoesNotExistIsNotFound() {
        client.get()
                .uri("/actuator/keyedatoms/nobody")
                .exchange()
                .expectStatus()
                .isNotFound();
    }
}
