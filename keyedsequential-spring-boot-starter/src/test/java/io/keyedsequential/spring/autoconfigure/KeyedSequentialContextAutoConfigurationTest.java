package io.keyedsequential.spring.autoconfigure;

import static io.keyedsequential.spring.Apps.assertAtRest;
import static org.assertj.core.api.Assertions.assertThat;

import io.keyedsequential.spring.Apps;
import io.keyedsequential.spring.annotation.KeyedSequential;
import io.keyedsequential.spring.atom.InvocationDecorator;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.core.context.ListeningSecurityContextHolderStrategy;
import org.springframework.security.core.context.SecurityContextHolderStrategy;

class KeyedSequentialContextAutoConfigurationTest {

    private final ApplicationContextRunner app = Apps.app()
            .withConfiguration(AutoConfigurations.of(KeyedSequentialContextAutoConfiguration.class))
            .withBean(Desk.class);

    /** Public, for its proxy comes from another class loader where classes are filtered. */
    public static class Desk {
        @KeyedSequential(key = "#p0", atom = "desk")
        public <T> CompletableFuture<T> later(String key, Supplier<T> body) {
            return CompletableFuture.completedFuture(body.get());
        }
    }

    private static List<String> carriers(AssertableApplicationContext context) {
        ObjectProvider<InvocationDecorator> carriers = context.getBeanProvider(InvocationDecorator.class);
        return carriers.orderedStream()
                .map(carrier -> carrier.getClass().getSimpleName())
                .toList();
    }

    private static void assertCallsWork(AssertableApplicationContext context) throws Exception {
        assertThat(context.getBean(Desk.class).later("ada", () -> "done").get(120, TimeUnit.SECONDS))
                .isEqualTo("done");
        assertAtRest(context);
    }

    @Test
    void withAllLibrariesEverythingIsCarriedInThisOrder() {
        app.run(context -> assertThat(carriers(context))
                .containsExactly(
                        "SnapshotCarrier",
                        "LocaleCarrier",
                        "SecurityCarrier",
                        "MdcCarrier",
                        "TaskDecoratorCarrier",
                        "OperationMdc"));
    }

    @Test
    void nothingIsCarriedWhereTheStarterIsSwitchedOff() {
        app.withPropertyValues("keyedsequential.enabled=false")
                .run(context -> assertThat(context).doesNotHaveBean(InvocationDecorator.class));
    }

    @Test
    void nothingIsCarriedWhereAllOfItIsSwitchedOff() {
        app.withPropertyValues(
                        "keyedsequential.context.propagation=false",
                        "keyedsequential.context.locale=false",
                        "keyedsequential.context.security=false",
                        "keyedsequential.context.mdc=false",
                        "keyedsequential.context.task-decorators=false")
                .run(context -> {
                    assertThat(context).doesNotHaveBean(InvocationDecorator.class);
                    assertCallsWork(context);
                });
    }

    @Test
    void withoutSpringSecurity() {
        app.withClassLoader(new FilteredClassLoader("org.springframework.security"))
                .run(context -> {
                    assertThat(context)
                            .doesNotHaveBean("keyedSequentialSecurityCarrier")
                            .hasBean("keyedSequentialMdcCarrier");
                    assertCallsWork(context);
                });
    }

    @Test
    void withoutSlf4j() {
        app.withClassLoader(new FilteredClassLoader("org.slf4j")).run(context -> {
            assertThat(context)
                    .doesNotHaveBean("keyedSequentialMdcCarrier")
                    .doesNotHaveBean("keyedSequentialMdcNames")
                    .hasBean("keyedSequentialSecurityCarrier");
            assertCallsWork(context);
        });
    }

    @Test
    void withoutMicrometer() {
        app.withClassLoader(new FilteredClassLoader("io.micrometer")).run(context -> {
            assertThat(context)
                    .doesNotHaveBean("keyedSequentialSnapshotCarrier")
                    .doesNotHaveBean("keyedSequentialObservationCarrier")
                    .hasBean("keyedSequentialLocaleCarrier");
            assertCallsWork(context);
        });
    }

    @Test
    void withoutContextPropagationTheCallersObservationIsCarriedDirectly() {
        ObservationRegistry registry = ObservationRegistry.create();
        registry.observationConfig().observationHandler(context -> true);
        app.withClassLoader(new FilteredClassLoader("io.micrometer.context"))
                .withBean(ObservationRegistry.class, () -> registry)
                .run(context -> {
                    assertThat(context)
                            .doesNotHaveBean("keyedSequentialSnapshotCarrier")
                            .hasBean("keyedSequentialObservationCarrier");
                    Observation caller = Observation.start("caller", registry);
                    Observation inside = caller.scoped(() -> context.getBean(Desk.class)
                            .later("ada", registry::getCurrentObservation)
                            .join());
                    assertThat(inside).isSameAs(caller);
                    assertThat(context.getBean(Desk.class).later("ada", registry::getCurrentObservation))
                            .succeedsWithin(Duration.ofMinutes(2))
                            .isNull();
                    caller.stop();
                    assertAtRest(context);
                });
    }

    @Test
    void theSecurityContextIsFoundWhereTheApplicationKeepsIt() {
        SecurityContextHolderStrategy holder = new ListeningSecurityContextHolderStrategy(event -> {});
        app.withBean(SecurityContextHolderStrategy.class, () -> holder).run(context -> {
            holder.getContext().setAuthentication(new TestingAuthenticationToken("ada", ""));
            assertThat(context.getBean(Desk.class)
                            .later("ada", () -> holder.getContext()
                                    .getAuthentication()
                                    .getName())
                            .get(120, TimeUnit.SECONDS))
                    .isEqualTo("ada");
            holder.clearContext();
            assertAtRest(context);
        });
    }
}
