package io.keyedsequential.spring.actuate;

import static io.keyedsequential.spring.actuate.EndpointScenario.get;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.resttestclient.autoconfigure.AutoConfigureRestTestClient;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.test.web.servlet.client.RestTestClient;

@SpringBootTest(
        classes = EndpointApp.class,
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {
            "management.endpoints.web.exposure.include=keyedatoms",
            "management.endpoint.keyedatoms.show-keys=when-authorized"
        })
@AutoConfigureRestTestClient
@SuppressWarnings("try") // a scenario is only there while its block runs
class ShowKeysWhenAuthorizedHttpTest {

    @Test
    void whoeverIsUnknownSeesNoKeys(@Autowired RestTestClient client, @Autowired EndpointApp.Orders orders) {
        try (EndpointScenario ignored = new EndpointScenario(orders)) {
            String atom = get(client, "/actuator/keyedatoms/orders").toString();
            assertThat(atom).contains("\"total\":2").doesNotContain("customer-");
        }
    }
}
