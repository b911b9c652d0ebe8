package io.keyedsequential.spring;

import static io.keyedsequential.spring.Apps.assertAtRest;
import static io.keyedsequential.spring.Apps.await;
import static io.keyedsequential.spring.Apps.registry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keyedsequential.CoordinatorListener;
import io.keyedsequential.ExhaustedPolicy;
import io.keyedsequential.KeyedCoordinator;
import io.keyedsequential.OperationSnapshot;
import io.keyedsequential.spring.annotation.EnqueuePhase;
import io.keyedsequential.spring.annotation.KeyedSequential;
import io.keyedsequential.spring.atom.CoordinatorOptionsCustomizer;
import io.keyedsequential.spring.atom.InvocationDecorator;
import io.keyedsequential.spring.atom.event.OperationFailed;
import io.keyedsequential.spring.autoconfigure.KeyedAtomsTestAutoConfiguration;
import io.keyedsequential.spring.autoconfigure.KeyedSequentialContextAutoConfiguration;
import io.keyedsequential.spring.autoconfigure.KeyedSequentialObservationAutoConfiguration;
import io.micrometer.context.ContextRegistry;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistryAssert;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.MDC;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.event.TransactionalEventListener;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;

/** What each part promises for itself, where several of them meet in one call. */
@ExtendWith(OutputCaptureExtension.class)
class PartsTogetherTest {

    /** Bodies are given. */
    static class Desk {

        @KeyedSequential(key = "#p0", atom = "desk", operation = "mono")
        public <T> Mono<T> mono(String key, Supplier<Mono<T>> body) {
            return body.get();
        }

        @KeyedSequential(key = "#p0", atom = "flux", operation = "flux")
        public <T> Flux<T> flux(String key, Supplier<Flux<T>> body) {
            return body.get();
        }

        @KeyedSequential(key = "#p0", atom = "desk", operation = "committed", phase = EnqueuePhase.AFTER_COMMIT)
        @Transactional
        public void committed(String key, Runnable body) {
            body.run();
        }

        @KeyedSequential(key = "#p0", atom = "desk", operation = "later", phase = EnqueuePhase.AFTER_COMMIT)
        public <T> CompletableFuture<T> later(String key, Supplier<T> body) {
            return CompletableFuture.completedFuture(body.get());
        }

        @KeyedSequential(key = "#p0", atom = "desk", operation = "future")
        public <T> CompletableFuture<T> future(String key, CompletableFuture<T> body) {
            return body;
        }

        @KeyedSequential(key = "#p0", atom = "desk", operation = "nothing")
        public void nothing(String key, Runnable body) {
            body.run();
        }

        @KeyedSequential(key = "#p0", atom = "desk", operation = "turn")
        public <T> T turn(String key, Supplier<T> body) {
            return body.get();
        }
    }

    private final TestObservationRegistry observations = TestObservationRegistry.create();

    private final ApplicationContextRunner app = Apps.app()
            .withConfiguration(AutoConfigurations.of(
                    KeyedSequentialContextAutoConfiguration.class,
                    KeyedSequentialObservationAutoConfiguration.class,
                    KeyedAtomsTestAutoConfiguration.class,
                    DataSourceAutoConfiguration.class,
                    DataSourceTransactionManagerAutoConfiguration.class,
                    JdbcTemplateAutoConfiguration.class,
                    TransactionAutoConfiguration.class))
            .withPropertyValues(
                    "spring.datasource.generate-unique-name=true", "keyedsequential.observations.enabled=true")
            .withBean(ObservationRegistry.class, () -> observations)
            .withBean(Desk.class);

    @AfterEach
    void clean() {
        MDC.clear();
    }

    private static TransactionTemplate transaction(ApplicationContext context) {
        return new TransactionTemplate(context.getBean(PlatformTransactionManager.class));
    }

    private static Desk desk(ApplicationContext context) {
        return context.getBean(Desk.class);
    }

    // ---------------------------------------------------------------- after the commit

    @Test
    void inlineABodyAfterTheCommitHasATransactionOfItsOwn() {
        app.withPropertyValues("keyedsequential.test.inline=true").run(context -> {
            JdbcTemplate jdbc = context.getBean(JdbcTemplate.class);
            jdbc.execute("create table orders (id int primary key)");
            AtomicReference<Boolean> outside = new AtomicReference<>();
            transaction(context).executeWithoutResult(status -> {
                jdbc.update("insert into orders values (1)");
                desk(context).committed("ada", () -> {
                    jdbc.update("insert into orders values (2)");
                    throw new IllegalStateException("rolls back what this body did");
                });
                desk(context).later("ada", () -> {
                    outside.set(TransactionSynchronizationManager.isActualTransactionActive()
                            || !TransactionSynchronizationManager.getResourceMap()
                                    .isEmpty());
                    return null;
                });
                desk(context).committed("ada", () -> jdbc.update("insert into orders values (3)"));
            });
            assertThat(jdbc.queryForList("select id from orders order by id", Integer.class))
                    .containsExactly(1, 3);
            assertThat(outside).hasValue(false);
            assertThat(TransactionSynchronizationManager.getResourceMap()).isEmpty();
            assertAtRest(context);
        });
    }

    @Test
    void whatIsWithdrawnOrCancelledBeforeTheCommitIsObservedToItsEnd() {
        app.run(context -> {
            transaction(context).executeWithoutResult(status -> {
                desk(context).later("ada", () -> "never");
                desk(context).committed("ada", () -> {});
                status.setRollbackOnly();
            });
            transaction(context)
                    .executeWithoutResult(
                            status -> desk(context).later("bob", () -> "never").cancel(false));
            assertAtRest(context);
            assertThat(registry(context).coordinator("desk").stats().admitted()).isZero();
            TestObservationRegistryAssert.assertThat(observations)
                    .doesNotHaveAnyRemainingCurrentObservation()
                    .hasNumberOfObservationsWithNameEqualTo("keyedsequential.call", 3)
                    .forAllObservationsWithNameEqualTo("keyedsequential.call", each -> each.doesNotHaveError()
                            .hasLowCardinalityKeyValue("outcome", "cancelled"));
        });
    }

    @Test
    void afterTheCommitEveryAttemptHasTheContextOfTheCallAndATransaction() {
        app.withPropertyValues("keyedsequential.atoms.desk.retry.max-attempts=3")
                .run(context -> {
                    JdbcTemplate jdbc = context.getBean(JdbcTemplate.class);
                    jdbc.execute("create table attempts (number int)");
                    AtomicInteger attempts = new AtomicInteger();
                    List<String> seen = new CopyOnWriteArrayList<>();
                    transaction(context).executeWithoutResult(status -> {
                        MDC.put("caller", "in the transaction");
                        desk(context).committed("ada", () -> {
                            seen.add(MDC.get("caller"));
                            jdbc.update("insert into attempts values (?)", attempts.incrementAndGet());
                            if (attempts.get() < 3) {
                                throw new IllegalStateException("not yet");
                            }
                        });
                        MDC.put("caller", "later");
                    });
                    assertAtRest(context);
                    assertThat(seen).hasSize(3).containsOnly("in the transaction");
                    assertThat(jdbc.queryForList("select number from attempts", Integer.class))
                            .containsExactly(3);
                });
    }

    @Test
    void aTimedWaitForADeferredCallLendsThePermitToo() {
        app.withPropertyValues("keyedsequential.defaults.max-concurrency=1").run(context -> {
            AtomicReference<String> answer = new AtomicReference<>();
            desk(context).nothing("ada", () -> {
                CompletableFuture<String> deferred =
                        transaction(context).execute(status -> desk(context).later("bob", () -> "answer"));
                try {
                    answer.set(deferred.get(120, TimeUnit.SECONDS));
                } catch (Exception e) {
                    answer.set(e.toString());
                }
            });
            assertAtRest(context);
            assertThat(answer).hasValue("answer");
        });
    }

    // ---------------------------------------------------------------- publishers

    @Test
    void thePublisherOfABodyIsSubscribedToInTheSubscribersContext() {
        app.run(context -> {
            MDC.put("caller", "assembling");
            Mono<String> mono = desk(context)
                    .mono(
                            "ada",
                            () -> Mono.fromSupplier(
                                    () -> MDC.get("caller") + " " + MDC.get("keyedsequential.atom") + " "
                                            + observations
                                                    .getCurrentObservation()
                                                    .getContextView()
                                                    .getName()));
            Flux<String> flux = desk(context)
                    .flux(
                            "ada",
                            () -> Flux.defer(
                                    () -> Flux.just(MDC.get("caller") + " " + MDC.get("keyedsequential.atom"))));
            MDC.put("caller", "subscribing");
            assertThat(mono.toFuture().get(120, TimeUnit.SECONDS)).isEqualTo("subscribing desk keyedsequential.call");
            assertThat(flux.collectList().toFuture().get(120, TimeUnit.SECONDS)).containsExactly("subscribing flux");
            assertAtRest(context);
            assertThat(MDC.getCopyOfContextMap()).containsOnlyKeys("caller");
            assertThat(registry(context)
                            .coordinator("desk")
                            .submit("ada", MDC::getCopyOfContextMap)
                            .get(120, TimeUnit.SECONDS))
                    .isNullOrEmpty();
            TestObservationRegistryAssert.assertThat(observations)
                    .forAllObservationsWithNameEqualTo(
                            "keyedsequential.call", each -> each.hasLowCardinalityKeyValue("outcome", "completed"));
        });
    }

    @Test
    void whatIsInTheReactorContextAloneReachesThreadLocalsWhereReactorPutsItThere() {
        ThreadLocal<String> tenant = new ThreadLocal<>();
        ContextRegistry accessors = ContextRegistry.getInstance();
        accessors.registerThreadLocalAccessor("parts.tenant", tenant);
        try {
            app.run(context -> {
                Mono<String> mono = desk(context)
                        .mono("ada", () -> Mono.just(String.valueOf(tenant.get())))
                        .contextWrite(written -> written.put("parts.tenant", "acme"));
                assertThat(mono.toFuture().get(120, TimeUnit.SECONDS)).isEqualTo("null");
                Hooks.enableAutomaticContextPropagation(); // as spring.reactor.context-propagation=auto does
                Mono<String> automatic = desk(context)
                        .mono("ada", () -> Mono.just(String.valueOf(tenant.get())))
                        .contextWrite(written -> written.put("parts.tenant", "acme"));
                assertThat(automatic.toFuture().get(120, TimeUnit.SECONDS)).isEqualTo("acme");
                assertAtRest(context);
            });
        } finally {
            Hooks.disableAutomaticContextPropagation();
            accessors.removeThreadLocalAccessor("parts.tenant");
        }
    }

    @Test
    void aSubscriberThatHasGoneIsToldOfNothingAndNeitherIsTheLog(CapturedOutput output) {
        app.run(context -> {
            CountDownLatch subscribed = new CountDownLatch(2);
            Disposable mono = desk(context)
                    .mono("ada", () -> Mono.never().doOnSubscribe(subscription -> subscribed.countDown()))
                    .subscribe();
            Disposable waiting = desk(context).mono("ada", Mono::empty).subscribe();
            Disposable flux = desk(context)
                    .flux("ada", () -> Flux.never().doOnSubscribe(subscription -> subscribed.countDown()))
                    .subscribe();
            await(subscribed);
            waiting.dispose();
            mono.dispose();
            flux.dispose();
            assertAtRest(context);
            assertThat(output).doesNotContain("ERROR").doesNotContain("WARN").doesNotContain("onErrorDropped");
            TestObservationRegistryAssert.assertThat(observations)
                    .hasNumberOfObservationsWithNameEqualTo("keyedsequential.call", 3)
                    .forAllObservationsWithNameEqualTo(
                            "keyedsequential.call", each -> each.hasLowCardinalityKeyValue("outcome", "cancelled"));
        });
    }

    @Test
    void inlineAMonoRunsOnTheThreadOfItsSubscriber() {
        app.withPropertyValues("keyedsequential.test.inline=true").run(context -> {
            CompletableFuture<Thread> future = desk(context)
                    .mono("ada", () -> Mono.fromSupplier(Thread::currentThread))
                    .toFuture();
            assertThat(future).isCompletedWithValue(Thread.currentThread());
            assertAtRest(context);
        });
    }

    // ---------------------------------------------------------------- decorators that fail

    /** After every body of an attempt that returns something that goes on. */
    private final InvocationDecorator failing = (invocation, callersThread) -> body -> {
        body.run();
        throw new IllegalStateException("of no use");
    };

    @Test
    void aFutureHoldsItsKeyEvenIfADecoratorFailsBehindIt() {
        app.withBean(InvocationDecorator.class, () -> failing).run(context -> {
            CompletableFuture<String> body = new CompletableFuture<>();
            CompletableFuture<String> call = desk(context).future("ada", body);
            CompletableFuture<String> next =
                    registry(context).coordinator("desk").submit("ada", () -> "next");
            assertThat(registry(context)
                            .coordinator("desk")
                            .submit("bob", () -> next.isDone() || call.isDone())
                            .get(120, TimeUnit.SECONDS))
                    .isFalse();
            body.complete("done");
            assertThat(next.get(120, TimeUnit.SECONDS)).isEqualTo("next");
            assertThat(call).isCompletedExceptionally();
            assertThat(call.handle((result, failure) -> failure).get(120, TimeUnit.SECONDS))
                    .isExactlyInstanceOf(IllegalStateException.class)
                    .hasMessage("of no use");
            assertAtRest(context);
        });
    }

    @Test
    void aDecoratorThatFailsBehindAResultIsNotLost(CapturedOutput output) {
        app.withBean(InvocationDecorator.class, () -> failing).run(context -> {
            assertThat(desk(context).mono("ada", () -> Mono.just("result")).toFuture())
                    .failsWithin(120, TimeUnit.SECONDS)
                    .withThrowableOfType(ExecutionException.class)
                    .withMessageContaining("of no use");
            assertThat(output).doesNotContain("of no use");
            assertThat(desk(context)
                            .flux("ada", () -> Flux.just("seen", "already"))
                            .collectList()
                            .toFuture()
                            .get(120, TimeUnit.SECONDS))
                    .containsExactly("seen", "already");
            assertAtRest(context);
            assertThat(output).contains("of no use");
        });
    }

    @Test
    void aPublisherIsCancelledIfADecoratorFailsBehindIt() {
        app.withBean(InvocationDecorator.class, () -> failing).run(context -> {
            AtomicInteger cancelled = new AtomicInteger();
            assertThat(desk(context)
                            .mono("ada", () -> Mono.never().doOnCancel(cancelled::incrementAndGet))
                            .toFuture())
                    .failsWithin(120, TimeUnit.SECONDS)
                    .withThrowableOfType(ExecutionException.class)
                    .withMessageContaining("of no use");
            assertThat(desk(context)
                            .flux("ada", () -> Flux.never().doOnCancel(cancelled::incrementAndGet))
                            .collectList()
                            .toFuture())
                    .failsWithin(120, TimeUnit.SECONDS)
                    .withThrowableOfType(ExecutionException.class)
                    .withMessageContaining("of no use");
            assertThat(cancelled).hasValue(2);
            assertAtRest(context);
        });
    }

    // ---------------------------------------------------------------- who is told

    @Test
    void aVoidOperationThatHaltsItsAtomMakesOneLine(CapturedOutput output) {
        app.withBean(
                        CoordinatorOptionsCustomizer.class,
                        () -> (atom, builder) -> builder.exhaustedPolicy(ExhaustedPolicy.HALT))
                .run(context -> {
                    desk(context).nothing("ada", PartsTogetherTest::fail);
                    assertAtRest(context);
                    assertThat(times(output, "IllegalStateException: of no use"))
                            .isOne();
                    assertThat(output).contains("has paused the atom");
                });
    }

    @Test
    void aListenerBeanThatAnAtomHasByItselfIsToldOnce() {
        List<Long> told = new CopyOnWriteArrayList<>();
        CoordinatorListener listener = new CoordinatorListener() {
            @Override
            public void operationFinished(String atom, OperationSnapshot operation) {
                told.add(operation.id());
            }
        };
        KeyedCoordinator<String> own =
                KeyedCoordinator.<String>builder("own").listener(listener).build();
        app.withBean(CoordinatorListener.class, () -> listener)
                .withBean("own", KeyedCoordinator.class, () -> own)
                .run(context -> {
                    own.submit("ada", () -> "done").get(120, TimeUnit.SECONDS);
                    desk(context).turn("ada", () -> "done");
                    assertAtRest(context);
                    assertThat(told).hasSize(2);
                });
    }

    @Test
    void aListenerOfTheApplicationLeavesEachFailureInTheLogOnce(CapturedOutput output) {
        app.withBean(CoordinatorListener.class, () -> new CoordinatorListener() {})
                .run(context -> {
                    desk(context).nothing("ada", PartsTogetherTest::fail);
                    registry(context).coordinator("desk").execute("ada", PartsTogetherTest::fail);
                    assertAtRest(context);
                    assertThat(times(output, "IllegalStateException: of no use"))
                            .isEqualTo(2);
                });
    }

    static class Alarm {
        private final List<String> heard = new CopyOnWriteArrayList<>();

        @TransactionalEventListener
        public void failed(OperationFailed event) {
            heard.add(event.operation().key().toString());
        }
    }

    @Test
    void theFailureOfAValueIsPublishedInsideOfTheCallersTransaction() {
        app.withBean(Alarm.class).run(context -> {
            Alarm alarm = context.getBean(Alarm.class);
            for (boolean commits : List.of(true, false)) {
                transaction(context).executeWithoutResult(status -> {
                    assertThatThrownBy(() -> desk(context).turn("commits " + commits, PartsTogetherTest::failing))
                            .hasMessage("of no use");
                    assertThat(alarm.heard).doesNotContain("commits " + commits);
                    if (!commits) {
                        status.setRollbackOnly();
                    }
                });
            }
            assertThat(alarm.heard).containsExactly("commits true");
            assertAtRest(context);
        });
    }

    private static Object failing() {
        throw new IllegalStateException("of no use");
    }

    private static void fail() {
        throw new IllegalStateException("of no use");
    }

    private static int times(CapturedOutput output, String text) {
        return output.getAll().split(Pattern.quote(text), -1).length - 1;
    }
}
