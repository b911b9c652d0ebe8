package io.keyedsequential.spring.actuate;

import static io.keyedsequential.spring.Apps.assertAtRest;
import static io.keyedsequential.spring.actuate.EndpointScenario.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.keyedsequential.spring.atom.KeyMask;
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
    void everySpellingOfTheNameIsFound() {
        assertThat(get(client, "/actuator/keyedatoms/ORDERS").get("name").asString())
                .isEqualTo("orders");
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
