package io.keyedsequential.spring.engine;

import static io.keyedsequential.spring.Apps.app;
import static io.keyedsequential.spring.Apps.registry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keyedsequential.CoordinatorOptions;
import io.keyedsequential.ExhaustedPolicy;
import io.keyedsequential.KeyedCoordinator;
import io.keyedsequential.OperationContext;
import io.keyedsequential.spring.annotation.KeyedSequential;
import io.keyedsequential.spring.atom.AtomOption;
import io.keyedsequential.spring.atom.AtomSettings;
import io.keyedsequential.spring.atom.KeyMask;
import io.keyedsequential.spring.atom.MisconfiguredAtomException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.support.GenericApplicationContext;

/** What the starter does with engines, and what it asks of them. */
class AtomEnginesTest {

    static class Orders {
        final List<String> seen = new ArrayList<>();

        @KeyedSequential(key = "#customer", atom = "orders")
        void send(String customer, int number) {
            seen.add(customer
                    + number
                    + OperationContext.current()
                            .map(context -> " in " + context.atom())
                            .orElse(" outside"));
        }
    }

    private static ApplicationContextRunner durable() {
        return app().withBean(FakeEngine.class).withPropertyValues("keyedsequential.atoms.orders.engine=fake");
    }

    @Test
    void aCallIsStoredAndRunsWhenItIsDelivered() {
        durable().withBean(Orders.class).run(context -> {
            Orders orders = context.getBean(Orders.class);
            FakeAtom atom = context.getBean(FakeEngine.class).atom("orders");
            orders.send("A", 1);
            orders.send("A", 2);
            assertThat(atom.stored).extracting(StoredCall::operation).containsExactly("send", "send");
            assertThat(atom.stored.get(0).key()).isEqualTo("A");
            assertThat(atom.stored.get(0).arguments()).containsExactly("A", 1);
            List<String> seen = targetOf(orders).seen;
            assertThat(seen).isEmpty();
            atom.deliverNext();
            atom.deliverNext();
            assertThat(seen).containsExactly("A1 in orders", "A2 in orders");
            assertThat(atom.stored).isEmpty();
        });
    }

    @Test
    void anAtomIsKeptInMemoryUnlessItsPropertiesSayOtherwise() {
        app().withBean(FakeEngine.class).withBean(Orders.class).run(context -> {
            assertThat(context.getBean(FakeEngine.class).atoms).isEmpty();
            assertThat(registry(context).find("orders").orElseThrow().engine()).isEqualTo("memory");
        });
        durable()
                .withPropertyValues("keyedsequential.atoms.orders.engine=Memory")
                .withBean(Orders.class)
                .run(context ->
                        assertThat(context.getBean(FakeEngine.class).atoms).isEmpty());
    }

    @Test
    void theDefaultsNameAnEngineToo() {
        app().withBean(FakeEngine.class)
                .withPropertyValues("keyedsequential.defaults.engine=FAKE")
                .withBean(Orders.class)
                .run(context ->
                        assertThat(context.getBean(FakeEngine.class).atoms).containsOnlyKeys("orders"));
    }

    @Test
    void anUnknownEngineIsRefusedWithTheModuleToAdd() {
        durable()
                .withPropertyValues("keyedsequential.atoms.orders.engine=jdbc")
                .withBean(Orders.class)
                .run(context -> assertThat(context).getFailure().satisfies(failure -> {
                    MisconfiguredAtomException cause = misconfigured(failure);
                    assertThat(cause)
                            .hasMessage("The atom 'orders' is to be kept by the engine 'jdbc', and there is none;"
                                    + " there are: [memory, fake].");
                    assertThat(cause.action())
                            .isEqualTo("Add the dependency io.keyedsequential:keyedsequential-jdbc, or correct"
                                    + " keyedsequential.atoms.orders.engine or keyedsequential.defaults.engine.");
                }));
    }

    @Test
    void aMisspelledEngineIsRefusedWithTheNearestName() {
        durable()
                .withPropertyValues("keyedsequential.atoms.orders.engine=memroy")
                .withBean(Orders.class)
                .run(context -> assertThat(context).getFailure().satisfies(failure -> assertThat(
                                misconfigured(failure).action())
                        .isEqualTo("Correct keyedsequential.atoms.orders.engine or"
                                + " keyedsequential.defaults.engine; did you mean memory?")));
    }

    @Test
    void twoEnginesOfOneKindAreRefused() {
        durable().withBean("another", FakeEngine.class).withBean(Orders.class).run(context -> assertThat(context)
                .getFailure()
                .satisfies(failure -> assertThat(misconfigured(failure))
                        .hasMessage("%1$s is an engine of the kind 'fake', and so is %1$s."
                                .formatted(FakeEngine.class.getName()))));
    }

    @Test
    void anObjectionEndsTheStartUp() {
        durable()
                .withBean("objecting", FakeEngine.class, Objecting::new)
                .withPropertyValues("keyedsequential.atoms.orders.engine=objecting")
                .withBean(Orders.class)
                .run(context -> assertThat(context).getFailure().satisfies(failure -> {
                    assertThat(misconfigured(failure)).hasMessage("No priorities for send.");
                    assertThat(misconfigured(failure).action()).isEqualTo("Remove them.");
                }));
    }

    static class Objecting extends FakeEngine {
        @Override
        public String kind() {
            return "objecting";
        }

        @Override
        public Optional<Objection> objection(StoredOperation operation, CoordinatorOptions options) {
            return Optional.of(new Objection(
                    "No priorities for %s.".formatted(operation.method().getName()), "Remove them."));
        }
    }

    static class Asking {
        @KeyedSequential(key = "#key", atom = "orders")
        String ask(String key) {
            return key;
        }
    }

    @Test
    void aMethodWhoseCallerWaitsForItsResultIsRefused() {
        durable()
                .withBean(Asking.class)
                .run(context -> assertThat(context).getFailure().satisfies(failure -> assertThat(misconfigured(failure))
                        .hasMessageContaining("Asking.ask(String) returns java.lang.String, and the engine"
                                + " 'fake' keeps the atom 'orders'")));
    }

    @Test
    void aBeanThatIsNoSingletonIsRefused() {
        durable()
                .withBean("sender", Orders.class, Orders::new, definition -> definition.setScope("prototype"))
                .run(context -> assertThat(context).getFailure().satisfies(failure -> assertThat(misconfigured(failure))
                        .hasMessageContaining("The bean 'sender' is no singleton")));
    }

    static class Once {
        @KeyedSequential(key = "#key", atom = "orders", idempotencyKey = "#id", runAfter = "#at")
        void send(String key, Object id, Object at) {}
    }

    @Test
    void memoryRefusesWhatItCannotKeep() {
        app().withBean(Once.class)
                .run(context -> assertThat(context).getFailure().satisfies(failure -> {
                    assertThat(misconfigured(failure))
                            .hasMessageContaining(
                                    "Once.send(String, Object, Object) has idempotencyKey = \"#id\", and the atom 'orders' is kept in memory");
                    assertThat(misconfigured(failure).action())
                            .isEqualTo("Set keyedsequential.atoms.orders.engine to one that stores calls, such as jdbc,"
                                    + " or remove the attribute.");
                }));
    }

    @Test
    void anEngineIsToldWhatACallIsKnownByAndWhenItMayRun() {
        durable().withBean(Once.class).run(context -> {
            Once once = context.getBean(Once.class);
            FakeAtom atom = context.getBean(FakeEngine.class).atom("orders");
            Instant at = Instant.parse("2030-01-01T00:00:00Z");
            once.send("A", 4711L, at);
            once.send("A", null, at.atOffset(ZoneOffset.ofHours(2)));
            once.send("A", "x", null);
            assertThat(atom.stored).extracting(StoredCall::idempotencyKey).containsExactly("4711", null, "x");
            assertThat(atom.stored).extracting(StoredCall::runAfter).containsExactly(at, at, null);
            Instant before = Instant.now();
            once.send("A", null, Duration.ofHours(1));
            assertThat(atom.stored.get(3).runAfter())
                    .isBetween(before.plusSeconds(3600), Instant.now().plusSeconds(3600));
            assertThatThrownBy(() -> once.send("A", new Object(), null))
                    .hasMessageContaining("the idempotencyKey of")
                    .hasMessageContaining("is a java.lang.Object, which prints differently in every process");
            assertThatThrownBy(() -> once.send("A", null, "tomorrow"))
                    .hasMessageContaining("is a java.lang.String, which is no point of time");
            assertThat(atom.stored).hasSize(4);
            assertThat(atom.operation(atom.stored.get(0)).hasIdempotencyKey()).isTrue();
            assertThat(atom.operation(atom.stored.get(0)).hasRunAfter()).isTrue();
        });
    }

    @Test
    void whatAnEngineHasByDefaultGivesWayToEverythingElse() {
        AtomSettings defaults = AtomSettings.source((option, value) -> "the engine has " + option)
                .with(AtomOption.EXHAUSTED_POLICY, ExhaustedPolicy.PARK)
                .with(AtomOption.MAX_ATTEMPTS, 7)
                .build();
        durable()
                .withBean("other", Defaulting.class, () -> new Defaulting(defaults))
                .withPropertyValues(
                        "keyedsequential.atoms.orders.engine=defaulting",
                        "keyedsequential.defaults.retry.max-attempts=2")
                .withBean(Orders.class)
                .run(context -> {
                    var options = registry(context).coordinator("orders").options();
                    assertThat(options.exhaustedPolicy()).isEqualTo(ExhaustedPolicy.PARK);
                    assertThat(options.retryPolicy().maxAttempts()).isEqualTo(2);
                });
    }

    static class Defaulting extends FakeEngine {
        Defaulting(AtomSettings defaults) {
            withDefaults(defaults);
        }

        @Override
        public String kind() {
            return "defaulting";
        }
    }

    @Configuration
    static class Listening {
        @Bean
        StartsBefore startsBefore(FakeEngine engine) {
            return new StartsBefore(engine.journal);
        }
    }

    /** Where a consumer of messages may be. */
    static class StartsBefore implements SmartLifecycle {
        private final List<String> journal;
        private boolean running;

        StartsBefore(List<String> journal) {
            this.journal = journal;
        }

        @Override
        public void start() {
            running = true;
            journal.add("start what comes before");
        }

        @Override
        public void stop() {
            running = false;
            journal.add("stop what comes before");
        }

        @Override
        public boolean isRunning() {
            return running;
        }

        @Override
        public int getPhase() {
            return AtomEngines.PHASE - 1;
        }
    }

    @Test
    void anAtomIsStartedLastAndStoppedBeforeItsCoordinatorIsDrained() {
        List<String> journal = new ArrayList<>();
        durable().withUserConfiguration(Listening.class).withBean(Orders.class).run(context -> {
            FakeEngine engine = context.getBean(FakeEngine.class);
            assertThat(engine.journal).containsExactly("open orders", "start what comes before", "start orders");
            context.stop();
            context.start();
            journal.addAll(engine.journal.subList(3, engine.journal.size()));
            engine.journal.clear();
            context.close();
            journal.addAll(engine.journal);
        });
        assertThat(journal)
                .containsExactly(
                        "stop orders",
                        "stop what comes before",
                        "start what comes before",
                        "start orders",
                        "stop orders",
                        "stop what comes before");
    }

    @Test
    void anAtomThatIsSeenLaterIsStartedAtOnce() {
        durable().run(context -> {
            FakeEngine engine = context.getBean(FakeEngine.class);
            assertThat(engine.journal).isEmpty();
            ((GenericApplicationContext) context.getSourceApplicationContext()).registerBean(Orders.class);
            context.getBean(Orders.class).send("A", 1);
            assertThat(engine.journal).containsExactly("open orders", "start orders");
            assertThat(engine.atom("orders").stored).hasSize(1);
        });
    }

    @Test
    void maskedKeysAreTheSameForAllThatShareTheEnginesSecret() {
        durable()
                .withBean("secret", Secretive.class)
                .withPropertyValues("keyedsequential.atoms.orders.engine=secretive")
                .withBean(Orders.class)
                .run(context -> assertThat(context.getBean(KeyMask.class).mask("A"))
                        .isEqualTo(new KeyMask("a secret of the fleet").mask("A")));
    }

    @Test
    void aConfiguredSecretWinsOverTheEngines() {
        durable()
                .withBean("secret", Secretive.class)
                .withPropertyValues(
                        "keyedsequential.atoms.orders.engine=secretive",
                        "keyedsequential.mask-secret=sixteen letters of it")
                .withBean(Orders.class)
                .run(context -> assertThat(context.getBean(KeyMask.class).mask("A"))
                        .isEqualTo(new KeyMask("sixteen letters of it").mask("A")));
    }

    static class Secretive extends FakeEngine {
        Secretive() {
            withSecret("a secret of the fleet");
        }

        @Override
        public String kind() {
            return "secretive";
        }
    }

    /** An application that builds its coordinator itself keeps it in memory. */
    @Test
    void anEngineForACoordinatorOfTheApplicationIsRefused() {
        durable()
                .withBean("orders", KeyedCoordinator.class, () -> KeyedCoordinator.builder("orders")
                        .build())
                .run(context -> assertThat(context)
                        .getFailure()
                        .hasMessageContaining("keyedsequential.atoms.orders would have no effect"));
    }

    private static MisconfiguredAtomException misconfigured(Throwable failure) {
        Throwable cause = failure;
        while (!(cause instanceof MisconfiguredAtomException found)) {
            cause = cause.getCause();
        }
        return found;
    }

    @SuppressWarnings("unchecked")
    private static <T> T targetOf(T proxy) {
        return (T) AopProxyUtils.getSingletonTarget(proxy);
    }
}
