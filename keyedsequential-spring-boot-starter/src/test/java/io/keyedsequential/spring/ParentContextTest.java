package io.keyedsequential.spring;

import static io.keyedsequential.spring.Apps.app;
import static io.keyedsequential.spring.Apps.registry;
import static org.assertj.core.api.Assertions.assertThat;

import io.keyedsequential.CoordinatorState;
import io.keyedsequential.OperationContext;
import io.keyedsequential.spring.actuate.KeyedAtomsEndpoint;
import io.keyedsequential.spring.annotation.KeyedSequential;
import io.keyedsequential.spring.atom.AtomRegistrationListener;
import io.keyedsequential.spring.atom.MisconfiguredAtomException;
import io.keyedsequential.spring.atom.RegisteredAtom;
import io.keyedsequential.spring.atom.event.OperationFailed;
import io.keyedsequential.spring.autoconfigure.KeyedAtomsActuatorAutoConfiguration;
import io.keyedsequential.spring.autoconfigure.KeyedAtomsTestAutoConfiguration;
import io.keyedsequential.spring.autoconfigure.KeyedSequentialContextAutoConfiguration;
import io.keyedsequential.spring.autoconfigure.KeyedSequentialMetricsAutoConfiguration;
import io.keyedsequential.spring.test.KeyedAtoms;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.autoconfigure.contributor.HealthContributorAutoConfiguration;
import org.springframework.boot.health.autoconfigure.registry.HealthContributorRegistryAutoConfiguration;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.registry.HealthContributorRegistry;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.simple.SimpleMetricsExportAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.event.EventListener;

/** Contexts above each other: each has engines of its own, and the upper one shows them all. */
@ExtendWith(OutputCaptureExtension.class)
class ParentContextTest {

    static class Upper {
        @KeyedSequential(key = "#key", atom = "upper")
        public CompletableFuture<String> call(String key) {
            return CompletableFuture.completedFuture(
                    OperationContext.current().orElseThrow().atom());
        }
    }

    static class Lower {
        @KeyedSequential(key = "#key", atom = "lower")
        public CompletableFuture<String> call(String key) {
            return CompletableFuture.completedFuture(
                    OperationContext.current().orElseThrow().atom());
        }

        @KeyedSequential(key = "#key", atom = "lower")
        public CompletableFuture<String> fail(String key) {
            return CompletableFuture.failedFuture(new IllegalStateException("broken"));
        }
    }

    static class AlsoUpper {
        @KeyedSequential(key = "#key", atom = "up-per")
        public void call(String key) {}
    }

    static class Ear {
        final List<String> heard = new CopyOnWriteArrayList<>();

        @EventListener
        void on(OperationFailed event) {
            heard.add(event.atom());
        }
    }

    static class Follower implements AtomRegistrationListener {
        final List<String> journal = new CopyOnWriteArrayList<>();

        @Override
        public void atomAdded(RegisteredAtom atom) {
            journal.add("added " + atom.name());
        }

        @Override
        public void atomAdopted(RegisteredAtom atom) {
            journal.add("adopted " + atom.name());
        }

        @Override
        public void atomReleased(RegisteredAtom atom) {
            journal.add("released " + atom.name());
        }
    }

    /** As Boot configures both, if both are applications of their own. */
    private static ApplicationContextRunner whole() {
        return app().withConfiguration(AutoConfigurations.of(
                        KeyedAtomsActuatorAutoConfiguration.class,
                        KeyedAtomsTestAutoConfiguration.class,
                        KeyedSequentialContextAutoConfiguration.class,
                        KeyedSequentialMetricsAutoConfiguration.class,
                        HealthContributorAutoConfiguration.class,
                        HealthContributorRegistryAutoConfiguration.class,
                        MetricsAutoConfiguration.class,
                        CompositeMeterRegistryAutoConfiguration.class,
                        SimpleMetricsExportAutoConfiguration.class))
                .withPropertyValues("management.endpoints.web.exposure.include=keyedatoms");
    }

    private static ApplicationContextRunner upper() {
        return whole().withBean(Upper.class).withBean("upperEar", Ear.class).withBean("follower", Follower.class);
    }

    private static ApplicationContextRunner lower(ApplicationContext parent) {
        return whole().withBean(Lower.class).withBean("lowerEar", Ear.class).withParent(parent);
    }

    private static List<String> metered(ApplicationContext context) {
        return context.getBean(MeterRegistry.class).find("keyedsequential.queued").meters().stream()
                .map(Meter::getId)
                .map(id -> id.getTag("atom"))
                .sorted()
                .toList();
    }

    private static Iterable<String> endpoint(ApplicationContext context) {
        return context.getBean(KeyedAtomsEndpoint.class)
                .keyedAtoms(null)
                .atoms()
                .keySet();
    }

    private static Map<String, Object> health(ApplicationContext context) {
        return ((HealthIndicator)
                        context.getBean(HealthContributorRegistry.class).getContributor("keyedAtoms"))
                .health()
                .getDetails();
    }

    @Test
    void theUpperContextShowsTheAtomsOfTheLowerOneAsLongAsThatLives() {
        upper().run(parent -> {
            lower(parent).run(child -> {
                assertThat(child).hasNotFailed();
                for (ApplicationContext context : List.of(parent, child)) {
                    assertThat(endpoint(context)).containsExactly("lower", "upper");
                    assertThat(metered(context)).containsExactly("lower", "upper");
                    assertThat(health(context).toString()).contains("lower", "upper");
                    assertThat(context.getBean(KeyedAtoms.class).atom("lower").name())
                            .isEqualTo("lower");
                }
                assertThat(registry(child).atoms())
                        .extracting(RegisteredAtom::name)
                        .containsExactly("lower");
                assertThat(child.getBean(Lower.class).call("A").get(2, TimeUnit.MINUTES))
                        .isEqualTo("lower");
                assertThat(parent.getBean(Upper.class).call("A").get(2, TimeUnit.MINUTES))
                        .isEqualTo("upper");
                child.getBean(KeyedAtoms.class).awaitIdle();
                assertThat(parent.getBean(MeterRegistry.class)
                                .get("keyedsequential.operations")
                                .tags("atom", "lower", "outcome", "completed")
                                .functionTimer()
                                .count())
                        .isOne();
            });
            assertThat(endpoint(parent)).containsExactly("upper");
            assertThat(metered(parent)).containsExactly("upper");
            assertThat(parent.getBean(Follower.class).journal)
                    .containsExactly("added upper", "adopted lower", "released lower");
        });
    }

    @Test
    void eventsOfALowerContextAreHeardOnceInBoth() {
        upper().run(parent -> lower(parent).run(child -> {
            child.getBean(Lower.class).fail("A");
            child.getBean(KeyedAtoms.class).awaitIdle();
            assertThat(child.getBean("lowerEar", Ear.class).heard).containsExactly("lower");
            assertThat(parent.getBean("upperEar", Ear.class).heard).containsExactly("lower");
        }));
    }

    @Test
    void theEndOfTheLowerContextStopsItsAtomsOnly() {
        upper().run(parent -> {
            lower(parent).run(child -> {
                RegisteredAtom lower = registry(child).find("lower").orElseThrow();
                child.getSourceApplicationContext(ConfigurableApplicationContext.class)
                        .close();
                assertThat(lower.coordinator().state()).isEqualTo(CoordinatorState.CLOSED);
            });
            assertThat(registry(parent).coordinator("upper").state()).isEqualTo(CoordinatorState.RUNNING);
            assertThat(parent.getBean(Upper.class).call("A").get(2, TimeUnit.MINUTES))
                    .isEqualTo("upper");
        });
    }

    @Test
    void oneNameInBothIsRefused() {
        upper().run(parent -> lower(parent).withBean(AlsoUpper.class).run(child -> {
            assertThat(child)
                    .getFailure()
                    .isInstanceOf(MisconfiguredAtomException.class)
                    .hasMessageStartingWith("Two atoms are called 'up-per': one of a parent context, declared by "
                            + Upper.class.getTypeName() + ".call(String), and one of its child, declared by "
                            + AlsoUpper.class.getTypeName() + ".call(String).");
            assertThat(endpoint(parent)).containsExactly("upper");
        }));
    }

    @Test
    void twoLowerContextsDoNotDisturbEachOther(CapturedOutput output) {
        upper().run(parent -> lower(parent).run(first -> lower(parent).run(second -> {
            assertThat(second).hasNotFailed();
            assertThat(output).contains("lower: another child context has an atom of this name");
            assertThat(second.getBean(Lower.class).call("A").get(2, TimeUnit.MINUTES))
                    .isEqualTo("lower");
            assertThat(registry(first).coordinator("lower").stats().admitted()).isZero();
            assertThat(registry(parent).find("lower").orElseThrow().coordinator())
                    .isSameAs(registry(first).coordinator("lower"));
        })));
    }

    @Test
    void threeContextsAboveEachOther() {
        upper().run(parent -> lower(parent).run(child -> app().withBean("lowest", Thirds.class)
                .withParent(child)
                .run(grandchild -> {
                    assertThat(endpoint(grandchild)).containsExactly("lower", "thirds", "upper");
                    assertThat(registry(child).atoms())
                            .extracting(RegisteredAtom::name)
                            .containsExactly("lower", "thirds");
                })));
    }

    static class Thirds {
        @KeyedSequential(key = "#key", atom = "thirds")
        public void call(String key) {}
    }

    @Test
    void propertiesOfTheParentsAtomsAreNotUnknownToTheChild() {
        String[] properties = {"keyedsequential.unknown-atoms=fail", "keyedsequential.atoms.upper.window=7"};
        upper().withPropertyValues(properties)
                .run(parent -> lower(parent).withPropertyValues(properties).run(child -> assertThat(child)
                        .hasNotFailed()));
    }

    /** The parent has meters, and no atoms. */
    @Test
    void metersOfAParentWithoutAtoms() {
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        MetricsAutoConfiguration.class,
                        CompositeMeterRegistryAutoConfiguration.class,
                        SimpleMetricsExportAutoConfiguration.class))
                .run(parent -> {
                    lower(parent).run(child -> assertThat(metered(parent)).containsExactly("lower"));
                    assertThat(metered(parent)).isEmpty();
                });
    }
}
