package io.keyedsequential.spring.aop;

import static io.keyedsequential.spring.Apps.app;
import static io.keyedsequential.spring.Apps.assertAtRest;
import static io.keyedsequential.spring.Apps.await;
import static io.keyedsequential.spring.Apps.registry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keyedsequential.CoordinatorState;
import io.keyedsequential.CoordinatorStats;
import io.keyedsequential.spring.annotation.EnqueuePhase;
import io.keyedsequential.spring.annotation.KeyedSequential;
import io.keyedsequential.spring.aop.key.Methods;
import io.keyedsequential.spring.autoconfigure.KeyedSequentialContextAutoConfiguration;
import io.keyedsequential.spring.engine.FakeAtom;
import io.keyedsequential.spring.engine.FakeEngine;
import io.keyedsequential.spring.engine.StoredOperation;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.ConstraintViolationException;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.aop.framework.Advised;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.validation.autoconfigure.ValidationAutoConfiguration;
import org.springframework.cache.CacheManager;
import org.springframework.cache.annotation.CacheEvict;
import org.springframework.cache.annotation.EnableCaching;
import org.springframework.cache.concurrent.ConcurrentMapCacheManager;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;
import org.springframework.resilience.annotation.EnableResilientMethods;
import org.springframework.resilience.annotation.Retryable;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.access.annotation.Secured;
import org.springframework.security.access.prepost.PostAuthorize;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.security.access.prepost.PreFilter;
import org.springframework.security.authentication.AuthenticationCredentialsNotFoundException;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.config.annotation.method.configuration.EnableMethodSecurity;
import org.springframework.security.config.annotation.method.configuration.EnableReactiveMethodSecurity;
import org.springframework.security.core.context.ReactiveSecurityContextHolder;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.test.util.AopTestUtils;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.validation.annotation.Validated;
import org.springframework.validation.method.MethodValidationException;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A caller without the right to call, or with arguments that are not valid, is told so and does no harm to the key. */
class RefusalsTest {

    record Order(@NotBlank String customer) {}

    @Validated
    static class Orders {
        private final List<String> journal;

        Orders(List<String> journal) {
            this.journal = journal;
        }

        @KeyedSequential(key = "#customer", atom = "orders")
        @PreAuthorize("hasRole('CLERK')")
        @Transactional
        public void nothing(@NotBlank String customer) {
            journal.add("nothing " + customer);
        }

        @KeyedSequential(key = "#order.customer", atom = "orders")
        @Secured("ROLE_CLERK")
        public CompletableFuture<String> future(@Valid @NotNull Order order) {
            journal.add("future " + order.customer());
            return CompletableFuture.completedFuture("done");
        }

        @KeyedSequential(key = "#customer", atom = "orders")
        @RolesAllowed("CLERK")
        @Retryable(maxRetries = 1, delay = 1)
        @CacheEvict("values")
        @Transactional
        public @NotNull String value(@NotBlank String customer) {
            journal.add("value " + customer);
            return customer.equals("nobody") ? none() : "done";
        }

        @SuppressWarnings("NullAway") // what a method must not return
        private static String none() {
            return null;
        }

        @KeyedSequential(key = "#customer", atom = "orders")
        @PreAuthorize("hasRole('CLERK')")
        public Mono<String> mono(@NotBlank String customer) {
            journal.add("mono " + customer);
            return Mono.just("done");
        }

        @KeyedSequential(key = "#customer", atom = "streams")
        @PreAuthorize("hasRole('CLERK')")
        public Flux<String> flux(@NotBlank String customer) {
            journal.add("flux " + customer);
            return Flux.just("done");
        }

        @KeyedSequential(key = "#customer", atom = "orders", phase = EnqueuePhase.AFTER_COMMIT)
        @PreAuthorize("hasRole('CLERK')")
        public void afterCommit(@NotBlank String customer) {
            journal.add("after commit " + customer);
        }

        @KeyedSequential(key = "#customer", atom = "orders")
        @PreFilter(value = "filterObject != 'hidden'", filterTarget = "lines")
        public CompletableFuture<List<String>> filtered(String customer, List<String> lines) {
            return CompletableFuture.completedFuture(List.copyOf(lines));
        }

        @KeyedSequential(key = "#customer", atom = "orders")
        @PostAuthorize("returnObject == 'mine'")
        public String afterwards(String customer, String result) {
            journal.add("afterwards " + result);
            return result;
        }

        @EventListener
        @KeyedSequential(key = "#order.customer", atom = "orders")
        @PreAuthorize("hasRole('CLERK')")
        public void on(@Valid Order order) {
            journal.add("event " + order.customer());
        }
    }

    @Configuration
    static class App {
        @Bean
        List<String> journal() {
            return new CopyOnWriteArrayList<>();
        }

        @Bean
        PlatformTransactionManager transactionManager(List<String> journal) {
            return new JournalingTransactions(journal);
        }

        @Bean
        CacheManager cacheManager() {
            return new ConcurrentMapCacheManager();
        }

        @Bean
        Orders orders(List<String> journal) {
            return new Orders(journal);
        }
    }

    @Configuration
    @EnableTransactionManagement
    @EnableCaching
    @EnableResilientMethods
    @EnableMethodSecurity(securedEnabled = true, jsr250Enabled = true)
    static class UsualOrder {}

    /** Inside of a transaction that the application has put outside of it, and of its own accord. */
    @Configuration
    @EnableTransactionManagement(order = 0)
    @EnableMethodSecurity(securedEnabled = true, jsr250Enabled = true)
    static class TransactionFirst {}

    @Configuration
    @EnableTransactionManagement
    @EnableReactiveMethodSecurity
    static class ReactiveSecurity {}

    private static final String[] PARKING = {
        "keyedsequential.atoms.orders.exhausted-policy=park",
        "keyedsequential.atoms.orders.retry.max-attempts=3",
        "keyedsequential.atoms.orders.retry.backoff=1ms"
    };

    private static ApplicationContextRunner shop(Class<?> order, String... properties) {
        return app().withConfiguration(AutoConfigurations.of(
                        ValidationAutoConfiguration.class, KeyedSequentialContextAutoConfiguration.class))
                .withUserConfiguration(App.class, order)
                .withPropertyValues(properties);
    }

    private static void as(String role) {
        SecurityContextHolder.getContext().setAuthentication(new TestingAuthenticationToken("ann", "", role));
    }

    @AfterEach
    void leave() {
        SecurityContextHolder.clearContext();
    }

    private static void assertRefusedBeforeAdmission(
            AssertableApplicationContext context, Class<? extends Throwable> refusal, Consumer<Orders> call) {
        CoordinatorStats before = registry(context).coordinator("orders").stats();
        assertThatThrownBy(() -> call.accept(context.getBean(Orders.class))).isInstanceOf(refusal);
        CoordinatorStats after = registry(context).coordinator("orders").stats();
        assertThat(after.admitted()).isEqualTo(before.admitted());
        assertThat(after.rejected()).isEqualTo(before.rejected());
        assertThat(journal(context)).isEmpty();
    }

    private static void failsWith(CompletableFuture<?> future, Class<? extends Throwable> refusal) {
        assertThatThrownBy(() -> future.get(2, TimeUnit.MINUTES)).hasCauseInstanceOf(refusal);
    }

    @Test
    void aCallerWithoutTheRoleIsToldBeforeAnythingIsEnqueued() {
        shop(UsualOrder.class, PARKING).run(context -> {
            as("ROLE_GUEST");
            Class<AccessDeniedException> refusal = AccessDeniedException.class;
            assertRefusedBeforeAdmission(context, refusal, orders -> orders.nothing("A"));
            assertRefusedBeforeAdmission(context, refusal, orders -> orders.value("A"));
            assertRefusedBeforeAdmission(context, refusal, orders -> context.publishEvent(new Order("A")));
            TransactionTemplate transaction = new TransactionTemplate(new JournalingTransactions(new ArrayList<>()));
            assertRefusedBeforeAdmission(
                    context, refusal, orders -> transaction.executeWithoutResult(status -> orders.afterCommit("A")));
            failsWith(context.getBean(Orders.class).future(new Order("A")), refusal);
            assertThat(registry(context).coordinator("orders").stats().admitted())
                    .isZero();
            assertAtRest(context);
        });
    }

    @Test
    void aCallerThatIsNobodyIsToldBeforeAnythingIsEnqueued() {
        shop(UsualOrder.class, PARKING).run(context -> {
            assertRefusedBeforeAdmission(
                    context, AuthenticationCredentialsNotFoundException.class, orders -> orders.nothing("A"));
            assertAtRest(context);
        });
    }

    @Test
    void argumentsThatAreNotValidAreToldBeforeAnythingIsEnqueued() {
        shop(UsualOrder.class, PARKING).run(context -> {
            as("ROLE_CLERK");
            Class<ConstraintViolationException> refusal = ConstraintViolationException.class;
            assertRefusedBeforeAdmission(context, refusal, orders -> orders.nothing(" "));
            assertRefusedBeforeAdmission(context, refusal, orders -> orders.value(" "));
            assertRefusedBeforeAdmission(context, refusal, orders -> context.publishEvent(new Order(" ")));
            failsWith(context.getBean(Orders.class).future(new Order("")), refusal);
            failsWith(context.getBean(Orders.class).future(absent()), refusal); // and not for want of a key
            assertThat(registry(context).coordinator("orders").stats().admitted())
                    .isZero();
            assertAtRest(context);
        });
    }

    @SuppressWarnings("NullAway") // what a caller must not pass
    private static Order absent() {
        return null;
    }

    @Test
    void aRefusalIsTheErrorOfAPublisher() {
        shop(UsualOrder.class).run(context -> {
            as("ROLE_GUEST");
            Orders orders = context.getBean(Orders.class);
            Mono<String> refused = orders.mono("A");
            assertThatThrownBy(refused::block).isInstanceOf(AccessDeniedException.class);
            assertThatThrownBy(() -> orders.flux("A").blockLast()).isInstanceOf(AccessDeniedException.class);
            as("ROLE_CLERK");
            assertThatThrownBy(() -> orders.mono(" ").block()).isInstanceOf(ConstraintViolationException.class);
            assertThat(registry(context).coordinator("orders").stats().admitted())
                    .isZero();
            Mono<String> granted = orders.mono("A");
            assertThat(granted.block()).isEqualTo("done");
            assertThat(granted.block()).isEqualTo("done");
            assertThat(registry(context).coordinator("orders").stats().completed())
                    .isEqualTo(2);
            assertAtRest(context);
        });
    }

    @Test
    void violationsMayBeAdapted() {
        shop(UsualOrder.class, "spring.validation.method.adapt-constraint-violations=true")
                .run(context -> {
                    as("ROLE_CLERK");
                    assertRefusedBeforeAdmission(
                            context, MethodValidationException.class, orders -> orders.nothing(" "));
                });
    }

    @Test
    void whatIsAllowedAndValidRunsWithAllItsAdvice() {
        shop(UsualOrder.class).run(context -> {
            as("ROLE_CLERK");
            Orders orders = context.getBean(Orders.class);
            orders.nothing("A");
            assertThat(orders.future(new Order("A")).get(2, TimeUnit.MINUTES)).isEqualTo("done");
            assertThat(orders.value("A")).isEqualTo("done");
            assertAtRest(context);
            assertThat(journal(context))
                    .containsExactly("begin", "nothing A", "commit", "future A", "begin", "value A", "commit");
        });
    }

    /** In the turn, where the transaction can still be rolled back; a second time, because retries are inside of the turn, too. */
    @Test
    void whatAMethodReturnsIsStillValidatedInsideOfTheTransaction() {
        shop(UsualOrder.class, PARKING).run(context -> {
            as("ROLE_CLERK");
            assertThatThrownBy(() -> context.getBean(Orders.class).value("nobody"))
                    .isInstanceOf(ConstraintViolationException.class);
            assertThat(journal(context))
                    .containsExactly("begin", "value nobody", "rollback", "begin", "value nobody", "rollback");
            assertNothingIsParkedAndTheKeyGoesOn(context);
        });
    }

    @Test
    void argumentsAreFilteredBeforeTheyAreEnqueued() {
        shop(UsualOrder.class).run(context -> {
            as("ROLE_CLERK");
            List<String> lines = new ArrayList<>(List.of("seen", "hidden"));
            CompletableFuture<List<String>> future =
                    context.getBean(Orders.class).filtered("A", lines);
            assertThat(lines).containsExactly("seen");
            assertThat(future.get(2, TimeUnit.MINUTES)).containsExactly("seen");
        });
    }

    @Test
    void aRefusalOfTheResultIsNoFailureOfTheKey() {
        shop(UsualOrder.class, PARKING).run(context -> {
            as("ROLE_CLERK");
            assertThatThrownBy(() -> context.getBean(Orders.class).afterwards("A", "theirs"))
                    .isInstanceOf(AccessDeniedException.class);
            assertThat(journal(context)).containsExactly("afterwards theirs");
            assertNothingIsParkedAndTheKeyGoesOn(context);
        });
    }

    @Test
    void authorizationThatIsInsideOfATransactionStaysThereAndIsNoFailureEither() {
        shop(TransactionFirst.class, PARKING).run(context -> {
            as("ROLE_GUEST");
            Orders orders = context.getBean(Orders.class);
            orders.nothing("A");
            assertThatThrownBy(() -> orders.value("A")).isInstanceOf(AccessDeniedException.class);
            failsWith(orders.future(new Order("A")), AccessDeniedException.class);
            assertThat(registry(context).coordinator("orders").stats().admitted())
                    .isEqualTo(3);
            assertThat(journal(context)).containsExactly("begin", "rollback", "begin", "rollback");
            as("ROLE_CLERK");
            assertNothingIsParkedAndTheKeyGoesOn(context);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"park", "halt"})
    void reactiveAuthorizationDecidesForEachSubscriptionAndIsNoFailure(String policy) {
        shop(ReactiveSecurity.class, "keyedsequential.atoms.monos.exhausted-policy=" + policy)
                .withBean(Monos.class)
                .run(context -> {
                    Mono<String> mono = context.getBean(Monos.class).mono("A");
                    for (int i = 0; i < 2; i++) {
                        assertThatThrownBy(mono::block).isInstanceOf(AccessDeniedException.class);
                        assertThat(mono.contextWrite(ReactiveSecurityContextHolder.withAuthentication(
                                                new TestingAuthenticationToken("ann", "", "ROLE_CLERK")))
                                        .block())
                                .isEqualTo("inside");
                    }
                    assertThat(registry(context).coordinator("monos").stats().completed())
                            .isEqualTo(2);
                    assertThat(registry(context).coordinator("monos").state()).isEqualTo(CoordinatorState.RUNNING);
                    assertAtRest(context);
                });
    }

    static class Monos {
        @KeyedSequential(key = "#customer", atom = "monos")
        @PreAuthorize("hasRole('CLERK')")
        public Mono<String> mono(String customer) {
            return Mono.fromSupplier(
                    () -> io.keyedsequential.OperationContext.current().isPresent() ? "inside" : "outside");
        }
    }

    /** Whatever the body calls may refuse, too: neither the key nor the atom is held up for it, whoever has called. */
    @ParameterizedTest
    @ValueSource(strings = {"park", "halt"})
    void aRefusalInsideOfTheBodyIsNotTriedAgainAndHoldsUpNobody(String policy) {
        List<Throwable> refusals = List.of(
                new AccessDeniedException("no"),
                new AuthenticationCredentialsNotFoundException("who?"),
                new ConstraintViolationException("bad", java.util.Set.of()),
                new java.util.concurrent.CompletionException(new AccessDeniedException("no")));
        app().withBean(Refusing.class)
                .withPropertyValues(
                        "keyedsequential.atoms.refusing.exhausted-policy=" + policy,
                        "keyedsequential.atoms.refusing.retry.max-attempts=3",
                        "keyedsequential.atoms.refusing.retry.backoff=1ms")
                .run(context -> {
                    Refusing refusing = context.getBean(Refusing.class);
                    for (Throwable refusal : refusals) {
                        refusing.nothing("A", refusal);
                        assertThatThrownBy(() -> refusing.value("A", refusal)).isSameAs(refusal);
                        assertThatThrownBy(() -> refusing.future("A", refusal).get(2, TimeUnit.MINUTES))
                                .isNotNull();
                        assertThatThrownBy(() -> refusing.stage("A", refusal).get(2, TimeUnit.MINUTES))
                                .isNotNull();
                    }
                    assertAtRest(context);
                    CoordinatorStats stats =
                            registry(context).coordinator("refusing").stats();
                    assertThat(stats.failed()).isEqualTo(4L * refusals.size());
                    assertThat(stats.retries()).isZero();
                    assertThat(registry(context).coordinator("refusing").state())
                            .isEqualTo(CoordinatorState.RUNNING);
                });
    }

    static class Refusing {
        @KeyedSequential(key = "#key", atom = "refusing")
        public void nothing(String key, Throwable refusal) {
            throw Methods.rethrow(refusal);
        }

        @KeyedSequential(key = "#key", atom = "refusing")
        public String value(String key, Throwable refusal) {
            throw Methods.rethrow(refusal);
        }

        @KeyedSequential(key = "#key", atom = "refusing")
        public CompletableFuture<String> future(String key, Throwable refusal) {
            throw Methods.rethrow(refusal);
        }

        @KeyedSequential(key = "#key", atom = "refusing")
        public CompletableFuture<String> stage(String key, Throwable refusal) {
            return CompletableFuture.failedFuture(refusal);
        }

        @KeyedSequential(key = "#key", atom = "refusing")
        public void file(String key) throws Exception {
            throw new java.nio.file.AccessDeniedException("disk");
        }
    }

    @Test
    void aFileThatMustNotBeReadIsAFailure() {
        app().withBean(Refusing.class)
                .withPropertyValues("keyedsequential.atoms.refusing.exhausted-policy=park")
                .run(context -> {
                    CountDownLatch parked = new CountDownLatch(1);
                    registry(context).coordinator("refusing").addListener(new ParkWatch(parked));
                    context.getBean(Refusing.class).file("A");
                    await(parked);
                    registry(context).coordinator("refusing").purge("A");
                    assertAtRest(context);
                });
    }

    static class Deliveries {
        final List<String> seen = new CopyOnWriteArrayList<>();

        @KeyedSequential(key = "#customer", atom = "deliveries")
        @PreAuthorize("hasRole('CLERK')")
        public void take(String customer) {
            seen.add(customer);
        }
    }

    /** The engine's thread is no caller, and has nobody's rights. */
    @Test
    void aStoredCallIsAuthorizedWhenItIsMadeAndNotWhenItIsDelivered() {
        shop(UsualOrder.class, "keyedsequential.atoms.deliveries.engine=fake")
                .withBean(FakeEngine.class)
                .withBean(Deliveries.class)
                .run(context -> {
                    Deliveries deliveries = context.getBean(Deliveries.class);
                    FakeAtom atom = context.getBean(FakeEngine.class).atom("deliveries");
                    as("ROLE_GUEST");
                    assertThatThrownBy(() -> deliveries.take("A")).isInstanceOf(AccessDeniedException.class);
                    assertThat(atom.stored).isEmpty();
                    as("ROLE_CLERK");
                    deliveries.take("A");
                    assertThat(atom.stored).hasSize(1);
                    StoredOperation operation = atom.operation(atom.stored.get(0));
                    assertThat(operation.isRefusal(new AccessDeniedException("no")))
                            .isTrue();
                    assertThat(operation.isRefusal(new IllegalStateException("broken")))
                            .isFalse();
                    leave();
                    atom.deliverNext();
                    assertThat(((Deliveries) AopTestUtils.getTargetObject(deliveries)).seen)
                            .containsExactly("A");
                });
    }

    @Test
    void theAdviceThatRefusesIsOutsideAndAllOtherAdviceInside() {
        shop(UsualOrder.class).run(context -> {
            Advised orders = (Advised) context.getBean(Orders.class);
            List<String> chain = Arrays.stream(orders.getAdvisors())
                    .map(advisor -> advisor.getAdvice().getClass().getSimpleName())
                    .toList();
            assertThat(chain.subList(0, 6))
                    .containsExactly(
                            "RefusalTranslation",
                            "CallersAdvice", // @PreFilter, @PreAuthorize, @Secured, @RolesAllowed
                            "CallersAdvice",
                            "CallersAdvice",
                            "CallersAdvice",
                            "CallersAdvice"); // @Validated
            assertThat(chain.subList(6, chain.size()))
                    .startsWith("KeyedSequentialInterceptor", "RetryAnnotationInterceptor")
                    .contains(
                            "DeferringMethodInterceptor",
                            "CacheInterceptor",
                            "TransactionInterceptor") // @PostAuthorize
                    .endsWith("MethodValidationInterceptor");
        });
    }

    private static void assertNothingIsParkedAndTheKeyGoesOn(AssertableApplicationContext context) throws Exception {
        assertAtRest(context);
        CoordinatorStats stats = registry(context).coordinator("orders").stats();
        assertThat(stats.retries()).isZero();
        assertThat(registry(context).coordinator("orders").state()).isEqualTo(CoordinatorState.RUNNING);
        assertThat(context.getBean(Orders.class).future(new Order("A")).get(2, TimeUnit.MINUTES))
                .isEqualTo("done");
        assertAtRest(context);
    }

    @SuppressWarnings("unchecked")
    private static List<String> journal(ApplicationContext context) {
        return (List<String>) context.getBean("journal");
    }
}
