package io.keyedsequential.spring.test;

import static io.keyedsequential.spring.Apps.app;
import static io.keyedsequential.spring.Apps.assertAtRest;
import static io.keyedsequential.spring.Apps.await;
import static io.keyedsequential.spring.test.KeyedAtomsAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keyedsequential.ExhaustedPolicy;
import io.keyedsequential.spring.annotation.KeyedSequential;
import io.keyedsequential.spring.atom.CoordinatorOptionsCustomizer;
import io.keyedsequential.spring.autoconfigure.KeyedAtomsTestAutoConfiguration;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;

@Timeout(600)
public class KeyedAtomsTest { // public, and its beans too: a filtered class loader makes other packages of them

    private final ApplicationContextRunner app = app().withConfiguration(
                    AutoConfigurations.of(KeyedAtomsTestAutoConfiguration.class))
            .withUserConfiguration(OrdersApp.class);

    static class OrdersApp {
        @Bean
        Orders orders() {
            return new Orders();
        }

        @Bean
        CoordinatorOptionsCustomizer parking() {
            return (atom, builder) -> builder.exhaustedPolicy(IllegalStateException.class, ExhaustedPolicy.PARK);
        }
    }

    public static class Orders {

        private final List<String> threads = new CopyOnWriteArrayList<>();

        public List<String> threads() {
            return threads;
        }

        @KeyedSequential(key = "#customer", atom = "orders")
        public void process(String customer) {
            threads.add(Thread.currentThread().getName());
        }

        @KeyedSequential(key = "#customer", atom = "orders")
        public CompletableFuture<Void> refund(String customer) {
            return CompletableFuture.completedFuture(null);
        }

        @KeyedSequential(key = "#customer", atom = "orders")
        public void hold(String customer, CountDownLatch begun, CountDownLatch gate) {
            begun.countDown();
            await(gate);
        }

        @KeyedSequential(key = "#customer", atom = "orders")
        public void fail(String customer) {
            throw new IllegalArgumentException("no " + customer);
        }

        @KeyedSequential(key = "#customer", atom = "orders")
        public void park(String customer) {
            throw new IllegalStateException("no " + customer);
        }
    }

    @Test
    void whatRanIsRememberedByKeyAndInOrder() {
        app.run(context -> {
            KeyedAtoms atoms = context.getBean(KeyedAtoms.class);
            Orders orders = context.getBean(Orders.class);
            orders.process("ada");
            orders.refund("ada");
            orders.process("bob");
            orders.process("ada");
            atoms.awaitIdle();
            assertThat(atoms.atom("orders"))
                    .isIdle()
                    .hasCompleted(4)
                    .hasNoFailures()
                    .key("ada")
                    .ranInOrder("process", "refund", "process")
                    .neverOverlapped()
                    .and()
                    .key("bob")
                    .ranInOrder("process");
            atoms.reset();
            assertThat(atoms.atom("Orders")).hasCompleted(0).key("ada").ranInOrder();
            assertAtRest(context);
        });
    }

    @Test
    void waitingInVainSaysWhatIsThereAndWhy() {
        app.run(context -> {
            KeyedAtoms atoms = context.getBean(KeyedAtoms.class);
            Orders orders = context.getBean(Orders.class);
            CountDownLatch begun = new CountDownLatch(1);
            CountDownLatch gate = new CountDownLatch(1);
            orders.hold("ada", begun, gate);
            orders.process("ada");
            await(begun);
            assertThatThrownBy(() -> atoms.awaitIdle(Duration.ofMillis(1)))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContainingAll(
                            "not idle after PT0.001S",
                            "orders: queued=1, active=1",
                            "key 'ada' running: operation 1 (hold) has been running for",
                            "1 operation waits behind it",
                            "operation 2 (process) queued");
            assertThatThrownBy(() -> assertThat(atoms.atom("orders")).isIdle())
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("operation 1 (hold)");
            gate.countDown();
            atoms.awaitIdle();
            assertAtRest(context);
        });
    }

    @Test
    void failuresAreCountedAndShown() {
        app.run(context -> {
            KeyedAtoms atoms = context.getBean(KeyedAtoms.class);
            context.getBean(Orders.class).fail("ada");
            atoms.awaitIdle();
            AtomUnderTest orders = atoms.atom("orders");
            assertThat(orders).hasFailed(1).key("ada").failedWith(IllegalArgumentException.class);
            assertThatThrownBy(() -> assertThat(orders).hasNoFailures())
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContainingAll("expected 0 operations to have failed, but 1 have", "no ada");
            assertThatThrownBy(() -> assertThat(orders).key("ada").ranInOrder("process"))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("to have run [process], but it has run [fail]");
            assertThatThrownBy(() -> assertThat(orders).key("ada").isParked()).isInstanceOf(AssertionError.class);
        });
    }

    @Test
    void aParkedKeyIsAwaitedAndSeen() {
        app.run(context -> {
            AtomUnderTest orders = context.getBean(KeyedAtoms.class).atom("orders");
            context.getBean(Orders.class).park("ada");
            orders.awaitParked("ada");
            assertThat(orders).key("ada").isParked().failedWith(IllegalStateException.class);
            assertThatThrownBy(() -> assertThat(orders).hasNoFailures())
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("key 'ada' parked");
            orders.coordinator().skip("ada");
            orders.awaitIdle();
            assertThat(orders).key("ada").isIdle();
            assertAtRest(context);
        });
    }

    @Test
    void aResetFreesParkedKeysAndWhatIsBehindThemNeverRuns() {
        app.run(context -> {
            KeyedAtoms atoms = context.getBean(KeyedAtoms.class);
            AtomUnderTest orders = atoms.atom("orders");
            context.getBean(Orders.class).park("ada");
            context.getBean(Orders.class).process("ada");
            orders.awaitParked("ada");
            atoms.reset();
            atoms.awaitIdle();
            assertThat(orders).isIdle().hasNoFailures().hasCompleted(0);
            assertThat(context.getBean(Orders.class).threads()).isEmpty();
            assertThat(orders.operations()).isEmpty();
            context.getBean(Orders.class).process("ada");
            atoms.awaitIdle();
            assertThat(orders).key("ada").ranInOrder("process");
        });
    }

    @Test
    void aResetLetsAnAtomGoOnThatAFailureHasPausedButNotOneThatTheTestHas() {
        app.withBean(
                        CoordinatorOptionsCustomizer.class,
                        () -> (atom, builder) ->
                                builder.exhaustedPolicy(IllegalArgumentException.class, ExhaustedPolicy.HALT))
                .run(context -> {
                    AtomUnderTest orders = context.getBean(KeyedAtoms.class).atom("orders");
                    context.getBean(Orders.class).fail("ada");
                    Awaitility.await().atMost(Duration.ofMinutes(2)).until(() -> orders.coordinator()
                            .isPaused());
                    orders.awaitIdle();
                    orders.reset();
                    assertThat(orders.coordinator().isPaused()).isFalse();
                    orders.coordinator().pause();
                    orders.reset();
                    assertThat(orders.coordinator().isPaused()).isTrue();
                });
    }

    @Test
    void oneKeyIsAwaitedWhileAnotherIsBusy() {
        app.run(context -> {
            AtomUnderTest atom = context.getBean(KeyedAtoms.class).atom("orders");
            Orders orders = context.getBean(Orders.class);
            CountDownLatch begun = new CountDownLatch(1);
            CountDownLatch gate = new CountDownLatch(1);
            orders.hold("ada", begun, gate);
            await(begun);
            orders.process("bob");
            atom.awaitIdle("bob");
            assertThat(atom).key("bob").ranInOrder("process");
            atom.awaitIdle("nobody");
            assertThatThrownBy(() -> atom.awaitIdle("ada", Duration.ofMillis(1)))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageStartingWith("key 'ada' is not idle after PT0.001S:")
                    .hasMessageContaining("(hold) running");
            gate.countDown();
            atom.awaitIdle("ada");
            assertAtRest(context);
        });
    }

    @Test
    void whatIsIdleButForParkedKeysIsAwaited() {
        app.run(context -> {
            KeyedAtoms atoms = context.getBean(KeyedAtoms.class);
            Orders orders = context.getBean(Orders.class);
            orders.park("ada");
            orders.process("ada");
            orders.process("bob");
            atoms.awaitIdleButForParked();
            assertThat(atoms.atom("orders")).key("ada").isParked();
            assertThat(atoms.atom("orders")).hasCompleted(1);
            CountDownLatch begun = new CountDownLatch(1);
            CountDownLatch gate = new CountDownLatch(1);
            orders.hold("bob", begun, gate);
            await(begun);
            assertThatThrownBy(() -> atoms.awaitIdleButForParked(Duration.ofMillis(1)))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageStartingWith("not idle but for parked keys after ");
            gate.countDown();
            atoms.awaitIdleButForParked();
            atoms.reset();
            assertAtRest(context);
        });
    }

    @Test
    void overlappingOperationsAreSeen() {
        app.withPropertyValues(
                        "keyedsequential.atoms.orders.per-key-concurrency=2",
                        "keyedsequential.atoms.orders.max-concurrency=2")
                .run(context -> {
                    AtomUnderTest atom = context.getBean(KeyedAtoms.class).atom("orders");
                    Orders orders = context.getBean(Orders.class);
                    CountDownLatch begun = new CountDownLatch(2);
                    CountDownLatch gate = new CountDownLatch(1);
                    orders.hold("ada", begun, gate);
                    orders.hold("ada", begun, gate);
                    await(begun);
                    gate.countDown();
                    atom.awaitIdle();
                    assertThatThrownBy(() -> assertThat(atom).key("ada").neverOverlapped())
                            .isInstanceOf(AssertionError.class)
                            .hasMessageContaining("but 1 began while another one ran; perKeyConcurrency is 2");
                });
    }

    @Test
    void inlineOperationsRunOnTheThreadOfTheirCaller() {
        app.withPropertyValues("keyedsequential.test.inline=true").run(context -> {
            Orders orders = context.getBean(Orders.class);
            orders.process("ada");
            assertThat(orders.threads()).containsExactly(Thread.currentThread().getName());
            assertThat(orders.refund("ada")).isDone();
            assertThat(context.getBean(KeyedAtoms.class).atom("orders"))
                    .isIdle()
                    .key("ada")
                    .ranInOrder("process", "refund");
        });
    }

    @Test
    void anUnknownAtomIsNamedWithTheKnownOnes() {
        app.run(context -> assertThatIllegalArgumentException()
                .isThrownBy(() -> context.getBean(KeyedAtoms.class).atom("payments"))
                .withMessage("there is no atom 'payments'; known atoms: [orders]"));
    }

    @Test
    void thereIsNoBeanWithoutTestSupportAndNothingIsInlineByDefault() {
        app.withClassLoader(new FilteredClassLoader(SpringBootTest.class)).run(context -> {
            assertThat(context).doesNotHaveBean(KeyedAtoms.class);
            Orders orders = context.getBean(Orders.class);
            KeyedAtoms atoms = KeyedAtoms.of(context);
            orders.process("ada");
            atoms.awaitIdle();
            assertThat(orders.threads()).doesNotContain(Thread.currentThread().getName());
        });
    }
}
