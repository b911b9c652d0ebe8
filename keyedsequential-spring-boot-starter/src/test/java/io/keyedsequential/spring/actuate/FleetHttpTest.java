package io.keyedsequential.spring.actuate;

import static io.keyedsequential.spring.actuate.EndpointScenario.get;
import static io.keyedsequential.spring.actuate.EndpointScenario.post;
import static org.assertj.core.api.Assertions.assertThat;

import io.keyedsequential.spring.annotation.KeyedSequential;
import io.keyedsequential.spring.atom.AtomView.AtomUnavailableException;
import io.keyedsequential.spring.engine.FakeEngine;
import io.keyedsequential.spring.engine.FakeFleet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.resttestclient.autoconfigure.AutoConfigureRestTestClient;
import org.springframework.boot.security.autoconfigure.actuate.web.servlet.ManagementWebSecurityAutoConfiguration;
import org.springframework.boot.security.autoconfigure.web.servlet.ServletWebSecurityAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.test.web.servlet.client.RestTestClient;
import tools.jackson.databind.JsonNode;

/** What an engine that all instances share shows and does is what is shown and done. */
@SpringBootTest(
        classes = FleetHttpTest.App.class,
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {
            "keyedsequential.atoms.shipments.engine=fake",
            "management.endpoints.web.exposure.include=keyedatoms,health",
            "management.endpoint.health.show-details=always",
            "management.endpoint.keyedatoms.show-keys=always",
            "management.endpoint.keyedatoms.access=unrestricted"
        })
@AutoConfigureRestTestClient
@ExtendWith(OutputCaptureExtension.class)
class FleetHttpTest {

    private static final String SHIPMENTS = "/actuator/keyedatoms/shipments";

    @SpringBootConfiguration
    @EnableAutoConfiguration(
            exclude = {ServletWebSecurityAutoConfiguration.class, ManagementWebSecurityAutoConfiguration.class})
    static class App {

        @Bean
        FakeEngine engine() {
            return new FakeEngine();
        }

        @Bean
        Shipments shipments() {
            return new Shipments();
        }

        @Bean
        Letters letters() {
            return new Letters();
        }
    }

    static class Shipments {
        @KeyedSequential(key = "#parcel", atom = "shipments")
        public void ship(String parcel) {}
    }

    static class Letters {
        @KeyedSequential(key = "#letter", atom = "letters")
        public void write(String letter) {}
    }

    @Autowired
    private RestTestClient client;

    @Autowired
    private FakeEngine engine;

    private FakeFleet fleet() {
        return engine.atom("shipments").fleet;
    }

    private static String text(JsonNode node, String field) {
        return node.get(field).asString();
    }

    @Test
    void everySummarySaysWhichEngineKeepsTheAtomAndWhoseItIs() {
        JsonNode atoms = get(client, "/actuator/keyedatoms").get("atoms");
        JsonNode shipments = atoms.get("shipments");
        assertThat(text(shipments, "engine")).isEqualTo("fake");
        assertThat(text(shipments, "scope")).isEqualTo("FLEET");
        assertThat(text(shipments, "asOf")).isEqualTo("2026-01-02T03:05:05Z");
        assertThat(shipments.get("counts").get("queued").asInt()).isEqualTo(17);
        assertThat(shipments.get("limits").get("maxConcurrency").asInt()).isEqualTo(4);
        assertThat(text(shipments, "oldestWait")).isEqualTo("PT1M");
        assertThat(text(atoms.get("letters"), "engine")).isEqualTo("memory");
        assertThat(text(atoms.get("letters"), "scope")).isEqualTo("INSTANCE");
    }

    @Test
    void anAtomShowsTheFleetAndWhereItsOperationsRun() {
        JsonNode atom = get(client, SHIPMENTS);
        JsonNode running = atom.get("running").get("entries").get(0);
        assertThat(running.get("id").asLong()).isEqualTo(2);
        assertThat(text(running, "instance")).isEqualTo(FakeFleet.ELSEWHERE);
        assertThat(atom.get("lanes").get("entries")).hasSize(2);
        assertThat(atom.get("stuck").get("entries").get(0).get("key").asString())
                .isEqualTo("parked");
    }

    @Test
    void aLaneSaysWhereItsOperationRunsAndWhatItFailedWithElsewhere() {
        JsonNode away = get(client, SHIPMENTS + "/away");
        assertThat(text(away, "instance")).isEqualTo(FakeFleet.ELSEWHERE);
        assertThat(text(away.get("operation"), "instance")).isEqualTo(FakeFleet.ELSEWHERE);
        assertThat(text(away.get("operations").get("entries").get(0), "instance"))
                .isEqualTo(FakeFleet.ELSEWHERE);
        JsonNode parked = get(client, SHIPMENTS + "/parked").get("operation");
        assertThat(parked.hasNonNull("instance")).isFalse();
        assertThat(text(parked.get("error"), "type")).isEqualTo("com.acme.NoWay");
        assertThat(text(parked.get("error"), "message")).isEqualTo("no way");
    }

    @Test
    void whatRunsElsewhereIsNotInterruptedHere() {
        for (String action : new String[] {"cancel", "abandon"}) {
            JsonNode refusal = post(client, SHIPMENTS, "{\"action\":\"%s\",\"operation\":2}".formatted(action), 409);
            assertThat(text(refusal, "message"))
                    .isEqualTo("shipments: operation 2 runs on the instance 'host-7': only that one can interrupt it");
        }
        assertThat(text(post(client, SHIPMENTS, "{\"action\":\"abandon\",\"operation\":9}", 404), "message"))
                .startsWith("shipments: operation 9 neither runs nor awaits its future");
    }

    @Test
    void anAtomWhoseEngineCannotBeAskedIsShownWithTheReasonAndHarmsNoOther() {
        fleet().away = new AtomUnavailableException("nobody at home", null);
        try {
            JsonNode all = get(client, "/actuator/keyedatoms");
            JsonNode shipments = all.get("atoms").get("shipments");
            assertThat(text(shipments, "unavailable")).isEqualTo("nobody at home");
            assertThat(text(shipments, "engine")).isEqualTo("fake");
            assertThat(text(shipments, "scope")).isEqualTo("INSTANCE");
            assertThat(shipments.get("counts").get("queued").asInt()).isZero();
            assertThat(all.get("atoms").get("letters").has("unavailable")).isFalse();
            assertThat(all.get("headline").get("unavailableAtoms").asInt()).isEqualTo(1);
            assertThat(text(get(client, SHIPMENTS).get("summary"), "unavailable"))
                    .isEqualTo("nobody at home");
            JsonNode health =
                    get(client, "/actuator/health", 503).get("components").get("keyedAtoms");
            assertThat(text(health, "status")).isEqualTo("DOWN");
            assertThat(text(health.get("details").get("atoms").get("shipments"), "unavailable"))
                    .isEqualTo("nobody at home");
            assertThat(health.get("details").get("atoms").get("letters").has("unavailable"))
                    .isFalse();
            String refusal = "shipments: the engine 'fake' cannot be asked now: nobody at home";
            assertThat(text(get(client, SHIPMENTS + "/parked", 503), "message")).isEqualTo(refusal);
            assertThat(text(post(client, SHIPMENTS, "{\"action\":\"pause\"}", 503), "message"))
                    .isEqualTo(refusal);
            assertThat(text(post(client, SHIPMENTS + "/parked", "{\"action\":\"retry\"}", 503), "message"))
                    .isEqualTo(refusal);
        } finally {
            fleet().away = null;
        }
        JsonNode again = get(client, "/actuator/keyedatoms");
        assertThat(again.get("atoms").get("shipments").has("unavailable")).isFalse();
        assertThat(again.get("headline").get("unavailableAtoms").asInt()).isZero();
    }

    /** An engine that does not keep to what it promises is told apart by what it throws, once and not for each look. */
    @Test
    void anAtomWhoseEngineFailsIsShownToo(CapturedOutput output) {
        fleet().away = new IllegalStateException("secret");
        try {
            for (int i = 0; i < 3; i++) {
                JsonNode all = get(client, "/actuator/keyedatoms");
                assertThat(text(all.get("atoms").get("shipments"), "unavailable"))
                        .isEqualTo("its engine failed with java.lang.IllegalStateException");
                get(client, SHIPMENTS);
                get(client, "/actuator/health", 503);
            }
        } finally {
            fleet().away = null;
        }
        get(client, "/actuator/keyedatoms");
        get(client, SHIPMENTS);
        assertThat(output.getAll()).containsOnlyOnce("shipments: cannot be shown");
        assertThat(output.getAll()).containsOnlyOnce("shipments: can be shown again");
    }

    @Test
    void everythingElseIsDoneByTheEngine() {
        fleet().done.clear();
        post(client, SHIPMENTS, "{\"action\":\"pause\"}", 200);
        assertThat(text(get(client, SHIPMENTS).get("summary"), "state")).isEqualTo("PAUSED");
        post(client, SHIPMENTS, "{\"action\":\"resume\"}", 200);
        assertThat(text(post(client, SHIPMENTS, "{\"action\":\"limits\",\"maxConcurrency\":7}", 200), "result"))
                .isEqualTo("maxConcurrency is 7, was 4 (queued=17, active=1)");
        post(client, SHIPMENTS, "{\"action\":\"reset-limits\"}", 200);
        for (String action : new String[] {"cancel", "retry", "skip", "purge"}) {
            post(client, SHIPMENTS, "{\"action\":\"%s\",\"operation\":1}".formatted(action), 200);
        }
        for (String action : new String[] {"retry", "skip", "purge", "pause", "resume"}) {
            post(client, SHIPMENTS + "/parked", "{\"action\":\"%s\"}".formatted(action), 200);
        }
        post(client, SHIPMENTS + "/new", "{\"action\":\"pause\"}", 200);
        assertThat(fleet().done)
                .containsExactly(
                        "pause",
                        "resume",
                        "limit 7",
                        "no limit",
                        "cancel 1",
                        "retry 1",
                        "skip 1",
                        "purge 1",
                        "retry parked",
                        "skip parked",
                        "purge parked",
                        "pause parked",
                        "resume parked",
                        "pause new");
    }

    @Test
    void healthIsThatOfTheFleet() {
        JsonNode atom = get(client, "/actuator/health")
                .get("components")
                .get("keyedAtoms")
                .get("details")
                .get("atoms")
                .get("shipments");
        assertThat(atom.get("queued").asInt()).isEqualTo(17);
        assertThat(atom.get("parked").asInt()).isEqualTo(1);
        assertThat(atom.get("stuck").get("total").asInt()).isEqualTo(1);
    }

    @Test
    void thePageNamesTheEngine() {
        String page = client.get()
                .uri("/actuator/keyedatoms")
                .header("Accept", "text/html")
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody(String.class)
                .returnResult()
                .getResponseBody();
        assertThat(page).contains("id=\"atom-engine\"").contains("engineText(summary)");
    }
}
