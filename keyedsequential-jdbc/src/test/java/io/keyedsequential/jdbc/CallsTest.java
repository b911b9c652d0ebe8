package io.keyedsequential.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keyedsequential.OperationContext;
import io.keyedsequential.spring.annotation.KeyedSequential;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** A call is stored exactly if its transaction is committed, and runs in order per key. */
@ParameterizedClass
@MethodSource("io.keyedsequential.jdbc.TestDatabase#all")
class CallsTest {

    static class Orders {
        final Map<String, Queue<Integer>> placed = new ConcurrentHashMap<>();
        final CountDownLatch gate = new CountDownLatch(1);

        @KeyedSequential(atom = "orders", key = "#customer")
        public void place(String customer, int number) throws InterruptedException {
            assertThat(OperationContext.current().orElseThrow().key()).isEqualTo(customer);
            if (number < 0) {
                gate.await();
            }
            placed.computeIfAbsent(customer, key -> new ConcurrentLinkedQueue<>())
                    .add(number);
        }

        List<Integer> of(String customer) {
            return List.copyOf(placed.getOrDefault(customer, new ConcurrentLinkedQueue<>()));
        }
    }

    @Parameter
    TestDatabase database;

    private Instance start(String url, String... properties) {
        List<String> all = new java.util.ArrayList<>(List.of(properties));
        all.add("keyedsequential.atoms.orders.engine=jdbc");
        return Instance.start(database, url, List.of(Orders.class), all.toArray(String[]::new));
    }

    @Test
    void callsOfACommittedTransactionRunInOrderPerKey() {
        try (Instance instance = start(database.freshUrl())) {
            Orders orders = instance.bean(Orders.class);
            instance.transaction().executeWithoutResult(status -> {
                for (int i = 0; i < 100; i++) {
                    place(orders, "a", i);
                    place(orders, "b", i);
                }
                assertThat(orders.of("a")).isEmpty();
            });
            Patience.until(() -> {
                assertThat(orders.of("a"))
                        .isEqualTo(IntStream.range(0, 100).boxed().toList());
                assertThat(orders.of("b"))
                        .isEqualTo(IntStream.range(0, 100).boxed().toList());
                assertThat(instance.items()).isZero();
                assertThat(instance.view("orders").stats().lanes()).isZero();
            });
        }
    }

    @Test
    void callsOfATransactionThatIsRolledBackAreNotStored() {
        try (Instance instance = start(database.freshUrl())) {
            Orders orders = instance.bean(Orders.class);
            assertThatThrownBy(() -> instance.transaction().executeWithoutResult(status -> {
                        place(orders, "a", 1);
                        throw new IllegalStateException("no");
                    }))
                    .hasMessage("no");
            place(orders, "a", 2);
            Patience.until(() -> assertThat(orders.of("a")).containsExactly(2));
            assertThat(orders.of("a")).containsExactly(2);
        }
    }

    @Test
    void whatIsStoredRunsAfterARestart() {
        String url = database.freshUrl();
        try (Instance instance = start(url)) {
            instance.controls("orders").pause();
            Orders orders = instance.bean(Orders.class);
            IntStream.range(0, 10).forEach(i -> place(orders, "a", i));
        }
        try (Instance instance = start(url)) {
            assertThat(instance.view("orders").isPaused()).isTrue();
            assertThat(instance.items()).isEqualTo(10);
            instance.controls("orders").resume();
            Orders orders = instance.bean(Orders.class);
            Patience.until(() -> assertThat(orders.of("a"))
                    .isEqualTo(IntStream.range(0, 10).boxed().toList()));
        }
    }

    private static void place(Orders orders, String customer, int number) {
        try {
            orders.place(customer, number);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
