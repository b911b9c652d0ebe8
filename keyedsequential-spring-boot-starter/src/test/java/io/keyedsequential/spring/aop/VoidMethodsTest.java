package io.keyedsequential.spring.aop;

import static io.keyedsequential.spring.Apps.app;
import static io.keyedsequential.spring.Apps.assertAtRest;
import static io.keyedsequential.spring.Apps.await;
import static io.keyedsequential.spring.Apps.registry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keyedsequential.OperationSnapshot;
import io.keyedsequential.RejectedOperationException;
import io.keyedsequential.spring.annotation.KeyedSequential;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.aop.framework.AopProxyUtils;

class VoidMethodsTest {

    record Order(String customerId, int number) {}

    static class Orders {
        final List<Integer> seen = new CopyOnWriteArrayList<>();
        final CountDownLatch gate = new CountDownLatch(1);

        @KeyedSequential(key = "#order.customerId", atom = "orders")
        void process(Order order) {
            await(gate);
            seen.add(order.number());
        }

        @KeyedSequential(key = "#key", atom = "narrow", capacity = 1, maxConcurrency = 1)
        void fill(String key) {
            await(gate);
        }
    }

    @Test
    void callersDoNotWaitAndOperationsOfOneKeyKeepTheirOrder() {
        app().withBean(Orders.class).run(context -> {
            Orders orders = context.getBean(Orders.class);
            for (int i = 0; i < 20; i++) {
                orders.process(new Order("A", i));
            }
            assertThat(targetOf(orders).seen).isEmpty();
            targetOf(orders).gate.countDown();
            assertAtRest(context);
            assertThat(targetOf(orders).seen).containsExactlyElementsOf(numbers(20));
        });
    }

    @Test
    void snapshotsShowTheNameOfTheOperation() {
        app().withBean(Orders.class).run(context -> {
            Orders orders = context.getBean(Orders.class);
            orders.process(new Order("A", 1));
            orders.process(new Order("A", 2));
            assertThat(registry(context).coordinator("orders").snapshot())
                    .hasSize(2)
                    .extracting(OperationSnapshot::name)
                    .containsOnly("process");
            targetOf(orders).gate.countDown();
            assertAtRest(context);
        });
    }

    @Test
    void aRejectionIsThrownToTheCaller() {
        app().withBean(Orders.class)
                .withPropertyValues("keyedsequential.atoms.narrow.overflow-policy=reject")
                .run(context -> {
                    Orders orders = context.getBean(Orders.class);
                    assertThatThrownBy(() -> {
                                for (int i = 0; i < 3; i++) {
                                    orders.fill("key-" + i);
                                }
                            })
                            .isInstanceOf(RejectedOperationException.class)
                            .hasMessageStartingWith("narrow: rejected, full");
                    targetOf(orders).gate.countDown();
                    assertAtRest(context);
                });
    }

    @Test
    void aNullKeyIsRefusedAndNamesMethodExpressionAndAtom() {
        app().withBean(Orders.class).run(context -> {
            Orders orders = context.getBean(Orders.class);
            assertThatThrownBy(() -> orders.process(new Order(null, 1)))
                    .isInstanceOf(KeyEvaluationException.class)
                    .hasMessage("orders: the key '#order.customerId' of " + Orders.class.getTypeName()
                            + ".process(Order) is null; every call needs a key");
            assertThatThrownBy(() -> orders.process(null))
                    .isInstanceOf(KeyEvaluationException.class)
                    .hasMessageContaining("there is no 'customerId' of null");
            assertAtRest(context);
        });
    }

    private static List<Integer> numbers(int count) {
        return IntStream.range(0, count).boxed().toList();
    }

    private static Orders targetOf(Orders proxy) {
        return (Orders) AopProxyUtils.getSingletonTarget(proxy);
    }
}
