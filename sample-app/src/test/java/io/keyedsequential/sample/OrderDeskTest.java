package io.keyedsequential.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyedsequential.spring.atom.AtomRegistry;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.resttestclient.autoconfigure.AutoConfigureRestTestClient;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.client.RestTestClient;

@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
@AutoConfigureRestTestClient
class OrderDeskTest {

    @Autowired
    private RestTestClient desk;

    @Autowired
    private AtomRegistry atoms;

    private final String customer = "customer-" + UUID.randomUUID();

    @Test
    void anOrderIsAnsweredWithTheIdOfTheOperationThatAppendsIt() {
        String operation = order("12.50");
        desk.get()
                .uri("/customers/" + customer)
                .exchange()
                .expectBody()
                .jsonPath("$.entries.length()")
                .isEqualTo(1)
                .jsonPath("$.entries[0].operation")
                .isEqualTo(operation);
    }

    @Test
    void ordersAndRefundsOfOneCustomerKeepTheirOrder() {
        order("12.50");
        send("/refunds", body("2.50")).expectStatus().isAccepted();
        order("30.00");
        desk.get()
                .uri("/customers/" + customer)
                .exchange()
                .expectBody()
                .json(
                        """
                {"customer": "%s", "balance": 40.00, "entries": [
                  {"sequence": 1, "amount": 12.50, "balance": 12.50},
                  {"sequence": 2, "amount": -2.50, "balance": 10.00},
                  {"sequence": 3, "amount": 30.00, "balance": 40.00}]}
                """
                                .formatted(customer));
    }

    @Test
    void aQuoteComesAfterEverythingThatWasOrderedBefore() {
        for (int i = 0; i < 20; i++) {
            order("1.00");
        }
        desk.get()
                .uri("/customers/" + customer + "/quote?amount=5.00")
                .exchange()
                .expectBody()
                .json("{\"balance\": 20.00, \"after\": 25.00}");
    }

    @Test
    void theEndpointShowsTheOperation() {
        String operation = order("12.50");
        desk.get().uri("/customers/" + customer).exchange().expectStatus().isOk();
        desk.get()
                .uri("/actuator/keyedatoms/orders")
                .exchange()
                .expectBody()
                .jsonPath("$.summary.limits.maxConcurrency")
                .isEqualTo(16)
                .jsonPath("$.recent.entries[?(@.id == " + operation + ")].key")
                .isEqualTo(customer);
    }

    @Test
    void aCustomerWithoutOrdersIsNotFound() {
        desk.get().uri("/customers/" + customer).exchange().expectStatus().isNotFound();
    }

    @Test
    void anOrderWithoutCustomerIsRefused() {
        send("/orders", "{\"amount\": 1}").expectStatus().isBadRequest();
    }

    @Test
    void anOrderThatIsRejectedIsAnswered503() {
        var orders = atoms.find("orders").orElseThrow().coordinator();
        orders.closeIntake();
        try {
            send("/orders", body("1.00"))
                    .expectStatus()
                    .isEqualTo(HttpStatus.SERVICE_UNAVAILABLE)
                    .expectBody()
                    .jsonPath("$.detail")
                    .value(String.class, detail -> assertThat(detail).startsWith("orders: rejected, closed"));
        } finally {
            orders.openIntake();
        }
    }

    private String order(String amount) {
        Accepted accepted = send("/orders", body(amount))
                .expectStatus()
                .isAccepted()
                .expectBody(Accepted.class)
                .returnResult()
                .getResponseBody();
        assertThat(accepted).isNotNull();
        return Long.toString(accepted.operation());
    }

    private String body(String amount) {
        return "{\"customer\": \"%s\", \"amount\": %s}".formatted(customer, amount);
    }

    private RestTestClient.ResponseSpec send(String uri, String body) {
        return desk.post()
                .uri(uri)
                .contentType(MediaType.APPLICATION_JSON)
                .body(body)
                .exchange();
    }
}
