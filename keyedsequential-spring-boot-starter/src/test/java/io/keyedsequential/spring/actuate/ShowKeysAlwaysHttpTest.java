package io.keyedsequential.spring.actuate;

import static io.keyedsequential.spring.actuate.EndpointScenario.get;
import static io.keyedsequential.spring.actuate.EndpointScenario.park;
import static org.assertj.core.api.Assertions.assertThat;

import io.keyedsequential.KeyedCoordinator;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.resttestclient.autoconfigure.AutoConfigureRestTestClient;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.test.web.servlet.client.RestTestClient;
import tools.jackson.databind.JsonNode;

@SpringBootTest(
        classes = EndpointApp.class,
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {
            "management.endpoints.web.exposure.include=keyedatoms",
            "management.endpoint.keyedatoms.show-keys=always"
        })
@AutoConfigureRestTestClient
@SuppressWarnings("try") // a scenario is only there while its block runs
class ShowKeysAlwaysHttpTest {

    @Test
    void keysAndMessagesAreShownButNotArguments(
            @Autowired RestTestClient client, @Autowired EndpointApp.Orders orders) {
        try (EndpointScenario ignored = new EndpointScenario(orders)) {
            JsonNode atom = get(client, "/actuator/keyedatoms/orders");
            JsonNode busiest = atom.get("lanes").get("entries").get(0);
            assertThat(busiest.get("key").asString()).isEqualTo("customer-7");
            JsonNode error = atom.get("failed").get("entries").get(0).get("error");
            assertThat(error.get("message").asString()).isEqualTo("no secret of customer-9");
            assertThat(atom.toString()).doesNotContain("argument");
            JsonNode lane = get(client, "/actuator/keyedatoms/orders/customer-7");
            assertThat(lane.get("handle")).isEqualTo(busiest.get("handle"));
            assertThat(lane.get("key").asString()).isEqualTo("customer-7");
        }
    }

    @Test
    void theMessageOfTheErrorThatKeepsAKeyClosedIsShown(
            @Autowired RestTestClient client, @Autowired KeyedCoordinator<String> mail) {
        park(mail, "customer-9", 0);
        JsonNode operation = get(client, "/actuator/keyedatoms/mail/customer-9").get("operation");
        assertThat(operation.get("state").asString()).isEqualTo("PARKED");
        assertThat(operation.get("error").get("message").asString()).isEqualTo("no letter for customer-9");
        JsonNode lane = get(client, "/actuator/keyedatoms/mail/customer-9");
        assertThat(lane.get("errorStack").get(0).asString())
                .isEqualTo("java.lang.IllegalStateException: no letter for customer-9");
        assertThat(lane.get("attempts").get(0).get("error").get("message").asString())
                .isEqualTo("no letter for customer-9");
        JsonNode found = get(client, "/actuator/keyedatoms/mail?search=MER-9").get("found");
        assertThat(found.get("lanes").get("entries").get(0).get("key").asString())
                .isEqualTo("customer-9");
        mail.skip("customer-9");
    }
}
