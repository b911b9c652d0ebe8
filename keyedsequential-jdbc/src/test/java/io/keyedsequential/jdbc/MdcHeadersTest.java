package io.keyedsequential.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyedsequential.spring.annotation.KeyedSequential;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

/** Of the caller's MDC the listed names travel with a stored call, and no other. */
class MdcHeadersTest {

    static class Orders {
        private final Queue<String> seen = new ConcurrentLinkedQueue<>();

        @KeyedSequential(atom = "orders", key = "#customer")
        public void place(String customer) {
            seen.add(customer + " " + MDC.get("tenant") + " " + MDC.get("password"));
        }

        List<String> seen() {
            return List.copyOf(seen);
        }
    }

    @AfterEach
    void clear() {
        MDC.clear();
    }

    @Test
    void listedNamesTravelWithTheCallAndLeaveTheThreadAfterIt() {
        try (Instance instance = Instance.start(
                TestDatabase.H2,
                TestDatabase.H2.freshUrl(),
                List.of(Orders.class),
                "keyedsequential.atoms.orders.engine=jdbc",
                "keyedsequential.atoms.orders.max-concurrency=1",
                "keyedsequential.jdbc.headers.mdc=tenant,unused")) {
            Orders orders = instance.bean(Orders.class);
            MDC.put("tenant", "acme");
            MDC.put("password", "secret");
            orders.place("a");
            MDC.clear();
            Patience.until(() -> assertThat(orders.seen()).containsExactly("a acme null"));
            orders.place("a");
            Patience.until(() -> assertThat(orders.seen()).containsExactly("a acme null", "a null null"));
        }
    }
}
