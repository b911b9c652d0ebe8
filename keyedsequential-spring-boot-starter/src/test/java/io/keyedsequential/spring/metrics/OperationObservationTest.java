package io.keyedsequential.spring.metrics;

import static io.keyedsequential.spring.Apps.assertAtRest;
import static io.keyedsequential.spring.Apps.await;
import static io.keyedsequential.spring.Apps.registry;
import static io.micrometer.observation.tck.TestObservationRegistryAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keyedsequential.OperationFuture;
import io.keyedsequential.RetryPolicy;
import io.keyedsequential.spring.Apps;
import io.keyedsequential.spring.annotation.KeyedSequential;
import io.keyedsequential.spring.atom.CoordinatorOptionsCustomizer;
import io.keyedsequential.spring.atom.InvocationDecorator;
import io.keyedsequential.spring.atom.KeyMask;
import io.keyedsequential.spring.autoconfigure.KeyedSequentialContextAutoConfiguration;
import io.keyedsequential.spring.autoconfigure.KeyedSequentialObservationAutoConfiguration;
import io.keyedsequential.spring.metrics.OperationObservationContext.Outcome;
import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistry;
import io.micrometer.tracing.Tracer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.micrometer.tracing.autoconfigure.NoopTracerAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class OperationObservationTest {

    private static final String NAME = "keyedsequential.call";

    private final TestObservationRegistry observations = TestObservationRegistry.create();

    private final ApplicationContextRunner app = demanded().withBean(ObservationRegistry.class, () -> observations);

    private static ApplicationContextRunner demanded() {
        return plain().withPropertyValues("keyedsequential.observations.enabled=true");
    }

    private static ApplicationContextRunner plain() {
        return Apps.app()
                .withConfiguration(AutoConfigurations.of(
                        KeyedSequentialContextAutoConfiguration.class,
                        KeyedSequentialObservationAutoConfiguration.class))
                .withBean(Desk.class);
    }

    /** Public, for its proxy comes from another class loader where classes are filtered. */
    public static class Desk {
        @KeyedSequential(key = "#p0", atom = "desk")
        public <T> CompletableFuture<T> later(String key, Supplier<CompletableFuture<T>> body) {
            return body.get();
        }

        @KeyedSequential(key = "#p0", atom = "desk", operation = "turn")
        public <T> T turn(String key, Supplier<T> body) {
            return body.get();
        }
    }

    private static <T> CompletableFuture<T> done(T result) {
        return CompletableFuture.completedFuture(result);
    }

    @Test
    void aCallIsOneObservationWithTheCallersAsItsParent() {
        app.run(context -> {
            Observation caller = Observation.start("caller", observations);
            CompletableFuture<Observation> future = caller.scoped(
                    () -> context.getBean(Desk.class).later("ada", () -> done(observations.getCurrentObservation())));
            Observation inside = future.get(120, TimeUnit.SECONDS);
            assertThat(inside.getContextView().getName()).isEqualTo(NAME);
            assertThat(inside.getContextView().getParentObservation()).isSameAs(caller);
            assertAtRest(context);
            assertThat(observations)
                    .hasNumberOfObservationsWithNameEqualTo(NAME, 1)
                    .hasObservationWithNameEqualTo(NAME)
                    .that()
                    .hasContextualNameEqualTo("desk later")
                    .hasLowCardinalityKeyValue("atom", "desk")
                    .hasLowCardinalityKeyValue("operation", "later")
                    .hasLowCardinalityKeyValue("outcome", "completed")
                    .hasHighCardinalityKeyValue(
                            "operation.id", Long.toString(((OperationFuture<?>) future).operationId()))
                    .doesNotHaveHighCardinalityKeyValueWithKey("key")
                    .hasEvent("started")
                    .hasBeenStarted()
                    .hasBeenStopped()
                    .doesNotHaveError();
            caller.stop();
        });
    }

    @Test
    void theBodysThreadIsOutsideOfItAfterwards() {
        app.withPropertyValues("keyedsequential.atoms.desk.max-concurrency=1").run(context -> {
            Desk desk = context.getBean(Desk.class);
            desk.later("ada", () -> done("")).get(120, TimeUnit.SECONDS);
            Observation second = desk.later("ada", () -> done(observations.getCurrentObservation()))
                    .get(120, TimeUnit.SECONDS);
            assertThat(second.getContextView().getParentObservation()).isNull();
            assertThat(observations).doesNotHaveAnyRemainingCurrentObservation();
            assertAtRest(context);
        });
    }

    @Test
    void itIsOpenWhileItWaitsAndUntilTheReturnedFutureIsComplete() {
        app.run(context -> {
            Desk desk = context.getBean(Desk.class);
            CompletableFuture<String> answer = new CompletableFuture<>();
            CountDownLatch begun = new CountDownLatch(1);
            CompletableFuture<String> first = desk.later("ada", () -> {
                begun.countDown();
                return answer;
            });
            CompletableFuture<String> second = desk.later("ada", () -> done("2"));
            await(begun);
            assertThat(observations).hasHandledContextsThatSatisfy(all -> {
                assertThat(all)
                        .extracting(one -> ((OperationObservationContext) one).operationId())
                        .containsExactly(((OperationFuture<?>) first).operationId(), null);
                assertThat(all)
                        .extracting(one -> ((OperationObservationContext) one).outcome())
                        .containsOnlyNulls();
            });
            answer.complete("1");
            first.get(120, TimeUnit.SECONDS);
            second.get(120, TimeUnit.SECONDS);
            assertAtRest(context);
            assertThat(observations).hasHandledContextsThatSatisfy(all -> assertThat(all)
                    .extracting(one -> ((OperationObservationContext) one).outcome())
                    .containsExactly(Outcome.COMPLETED, Outcome.COMPLETED));
        });
    }

    @Test
    void furtherAttemptsAreEventsOfTheSameObservation() {
        AtomicInteger attempts = new AtomicInteger();
        app.withBean(
                        CoordinatorOptionsCustomizer.class,
                        () -> (atom, builder) -> builder.retryPolicy(RetryPolicy.builder()
                                .maxAttempts(2)
                                .backoff(Duration.ofMillis(1))
                                .build()))
                .run(context -> {
                    context.getBean(Desk.class)
                            .later("ada", () -> {
                                if (attempts.incrementAndGet() == 1) {
                                    throw new IllegalStateException("once more");
                                }
                                return done("");
                            })
                            .get(120, TimeUnit.SECONDS);
                    assertAtRest(context);
                    assertThat(observations)
                            .hasNumberOfObservationsWithNameEqualTo(NAME, 1)
                            .hasSingleObservationThat()
                            .hasEvent("started")
                            .hasEvent("retried")
                            .hasLowCardinalityKeyValue("outcome", "completed")
                            .hasBeenStopped()
                            .doesNotHaveError();
                });
    }

    @Test
    void aFailureIsItsError() {
        app.run(context -> {
            CompletableFuture<?> future = context.getBean(Desk.class).later("ada", () -> {
                throw new UnsupportedOperationException("by the body");
            });
            assertThat(future).failsWithin(Duration.ofMinutes(2));
            assertAtRest(context);
            assertThat(observations)
                    .hasSingleObservationThat()
                    .hasLowCardinalityKeyValue("outcome", "failed")
                    .thenError()
                    .isExactlyInstanceOf(UnsupportedOperationException.class);
        });
    }

    @Test
    void whatIsWithdrawnHasNoError() {
        app.run(context -> {
            registry(context).coordinator("desk").pause();
            CompletableFuture<String> future = context.getBean(Desk.class).later("ada", () -> done(""));
            future.cancel(false);
            registry(context).coordinator("desk").resume();
            assertAtRest(context);
            assertThat(observations)
                    .hasSingleObservationThat()
                    .hasLowCardinalityKeyValue("outcome", "cancelled")
                    .doesNotHaveEvent("started")
                    .hasBeenStopped()
                    .doesNotHaveError();
        });
    }

    @Test
    void aRejectionIsAnError() {
        app.run(context -> {
            registry(context).coordinator("desk").closeIntake();
            assertThat(context.getBean(Desk.class).later("ada", () -> done(""))).failsWithin(Duration.ZERO);
            assertThat(observations)
                    .hasSingleObservationThat()
                    .hasLowCardinalityKeyValue("outcome", "rejected")
                    .hasBeenStopped()
                    .hasError();
        });
    }

    @Test
    void aCallThatAnotherDecoratorFailsDoesNotStayOpen() {
        app.withBean(InvocationDecorator.class, () -> (invocation, callersThread) -> {
                    throw new UnsupportedOperationException("by a decorator");
                })
                .run(context -> {
                    assertThat(context.getBean(Desk.class).later("ada", () -> done("")))
                            .failsWithin(Duration.ZERO);
                    assertThat(observations)
                            .hasSingleObservationThat()
                            .hasLowCardinalityKeyValue("outcome", "failed")
                            .hasBeenStopped()
                            .hasError();
                });
    }

    @Test
    void aMethodThatReturnsAValueIsObservedOnItsCallersThread() {
        app.run(context -> {
            Desk desk = context.getBean(Desk.class);
            Observation inside = desk.turn("ada", observations::getCurrentObservation);
            assertThat(inside.getContextView().getName()).isEqualTo(NAME);
            assertThatThrownBy(() -> desk.turn("ada", () -> {
                        throw new UnsupportedOperationException("by the body");
                    }))
                    .isInstanceOf(UnsupportedOperationException.class);
            assertThat(observations)
                    .doesNotHaveAnyRemainingCurrentObservation()
                    .hasNumberOfObservationsWithNameEqualTo(NAME, 2)
                    .hasAnObservation(failed -> failed.hasContextualNameEqualTo("desk turn")
                            .hasLowCardinalityKeyValue("outcome", "failed")
                            .hasError());
            assertAtRest(context);
        });
    }

    @Test
    void anOperationThatIsCalledInsideOfAnotherOneIsItsChild() {
        app.run(context -> {
            Desk desk = context.getBean(Desk.class);
            Observation[] found = desk.turn("outer", () -> new Observation[] {
                observations.getCurrentObservation(),
                desk.later("inner", () -> done(observations.getCurrentObservation()))
                        .join()
            });
            assertThat(found[1]).isNotSameAs(found[0]);
            assertThat(found[1].getContextView().getParentObservation()).isSameAs(found[0]);
            assertAtRest(context);
        });
    }

    @Test
    void theKeyIsShownMaskedOrPlainOnlyIfThatIsConfigured() {
        app.withPropertyValues("keyedsequential.observations.key=masked").run(context -> {
            context.getBean(Desk.class).turn("ada", () -> "");
            assertThat(observations)
                    .hasSingleObservationThat()
                    .hasHighCardinalityKeyValue(
                            "key", context.getBean(KeyMask.class).mask("ada"))
                    .doesNotHaveLowCardinalityKeyValueWithKey("key");
        });
        observations.clear();
        app.withPropertyValues("keyedsequential.observations.key=plain").run(context -> {
            context.getBean(Desk.class).turn("ada", () -> "");
            assertThat(observations)
                    .hasSingleObservationThat()
                    .hasHighCardinalityKeyValue("key", "ada")
                    .doesNotHaveLowCardinalityKeyValueWithKey("key");
        });
    }

    static class Renamed extends DefaultOperationObservationConvention {
        @Override
        public String getName() {
            return "desk.work";
        }

        @Override
        public KeyValues getLowCardinalityKeyValues(OperationObservationContext context) {
            return super.getLowCardinalityKeyValues(context).and(KeyValue.of("tenant", "acme"));
        }
    }

    @Test
    void theApplicationsConventionReplacesTheDefault() {
        app.withBean(Renamed.class).run(context -> {
            context.getBean(Desk.class).turn("ada", () -> "");
            assertThat(observations)
                    .hasSingleObservationThat()
                    .hasNameEqualTo("desk.work")
                    .hasLowCardinalityKeyValue("tenant", "acme");
        });
    }

    @Test
    void switchedOffTheCallersObservationIsCurrentInTheBody() {
        app.withPropertyValues("keyedsequential.observations.enabled=false")
                .run(context -> assertTheCallersIsCurrent(context.getBean(Desk.class)));
    }

    @Test
    void withoutATracerOnlyWhoAsksForObservationsGetsThem() {
        plain().withBean(ObservationRegistry.class, () -> observations)
                .run(context -> assertTheCallersIsCurrent(context.getBean(Desk.class)));
        app.run(context -> {
            context.getBean(Desk.class).turn("ada", () -> "");
            assertThat(observations).hasNumberOfObservationsWithNameEqualTo(NAME, 1);
        });
    }

    @Test
    void withATracerNobodyHasToAsk() {
        plain().withBean("tracer", Tracer.class, () -> Tracer.NOOP)
                .withBean(ObservationRegistry.class, () -> observations)
                .run(context -> {
                    context.getBean(Desk.class).turn("ada", () -> "");
                    assertThat(observations).hasNumberOfObservationsWithNameEqualTo(NAME, 1);
                });
    }

    @Test
    void withATracerTheyCanBeSwitchedOff() {
        plain().withBean("tracer", Tracer.class, () -> Tracer.NOOP)
                .withBean(ObservationRegistry.class, () -> observations)
                .withPropertyValues("keyedsequential.observations.enabled=false")
                .run(context -> assertTheCallersIsCurrent(context.getBean(Desk.class)));
    }

    @Test
    void bootsTracerThatDoesNothingIsNone() {
        plain().withConfiguration(AutoConfigurations.of(NoopTracerAutoConfiguration.class))
                .run(context -> assertThat(context)
                        .hasSingleBean(Tracer.class)
                        .doesNotHaveBean(OperationObservationDecorator.class));
    }

    @Test
    void withoutTheLibraryThereIsNoTracer() {
        plain().withClassLoader(new FilteredClassLoader("io.micrometer.tracing"))
                .withBean(ObservationRegistry.class, () -> observations)
                .run(context ->
                        assertThat(context).hasNotFailed().doesNotHaveBean(OperationObservationDecorator.class));
    }

    @Test
    void whatAPredicateLeavesOutIsNotObserved() {
        observations.observationConfig().observationPredicate((name, context) -> !name.equals(NAME));
        app.run(context -> assertTheCallersIsCurrent(context.getBean(Desk.class)));
    }

    private void assertTheCallersIsCurrent(Desk desk) throws Exception {
        Observation caller = Observation.start("caller", observations);
        assertThat(caller.scoped(() -> desk.later("ada", () -> done(observations.getCurrentObservation())))
                        .get(120, TimeUnit.SECONDS))
                .isSameAs(caller);
        caller.stop();
        assertThat(observations).hasNumberOfObservationsWithNameEqualTo(NAME, 0);
    }

    @Test
    void withoutARegistryNothingIsObserved() {
        demanded().run(context -> {
            assertThat(context).hasSingleBean(OperationObservationDecorator.class);
            assertThat(context.getBean(Desk.class).turn("ada", () -> "done")).isEqualTo("done");
        });
    }

    @Test
    void withoutMicrometerThereIsNoObservation() {
        demanded().withClassLoader(new FilteredClassLoader("io.micrometer")).run(context -> {
            assertThat(context).doesNotHaveBean(OperationObservationDecorator.class);
            assertThat(context.getBean(Desk.class).turn("ada", () -> "done")).isEqualTo("done");
        });
    }

    @Test
    void aTimerOfItsOwnNameAndNoneOfTheMetersNamesComesOfIt() {
        MeterRegistry meters = new SimpleMeterRegistry();
        ObservationRegistry observed = ObservationRegistry.create();
        observed.observationConfig().observationHandler(new DefaultMeterObservationHandler(meters));
        demanded().withBean(ObservationRegistry.class, () -> observed).run(context -> {
            context.getBean(Desk.class).turn("ada", () -> "");
            assertThat(meters.get(NAME)
                            .tags("atom", "desk", "operation", "turn", "outcome", "completed", "error", "none")
                            .timer()
                            .count())
                    .isOne();
            assertThat(meters.getMeters().stream().map(Meter::getId).map(Meter.Id::getName))
                    .containsExactlyInAnyOrder(NAME, NAME + ".active", NAME + ".started");
        });
    }
}
