package io.keyedsequential.spring.aop;

import static io.keyedsequential.spring.Apps.app;
import static io.keyedsequential.spring.Apps.assertAtRest;
import static io.keyedsequential.spring.Apps.registry;
import static org.assertj.core.api.Assertions.assertThat;

import io.keyedsequential.OperationContext;
import io.keyedsequential.spring.annotation.KeyedSequential;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.annotation.Observed;
import io.micrometer.observation.aop.ObservedAspect;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.springframework.aop.framework.Advised;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.cache.CacheManager;
import org.springframework.cache.annotation.Cacheable;
import org.springframework.cache.annotation.EnableCaching;
import org.springframework.cache.concurrent.ConcurrentMapCacheManager;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.resilience.annotation.ConcurrencyLimit;
import org.springframework.resilience.annotation.EnableResilientMethods;
import org.springframework.resilience.annotation.Retryable;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.annotation.Transactional;

/** One method with all the advice that Spring has for it: the operation surrounds everything, whatever the method returns. */
class AdviceChainTest {

    @Configuration
    @EnableTransactionManagement
    @EnableResilientMethods
    @EnableCaching(order = 0) // by itself no advice of Spring's has an order: whichever is configured first is outside
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
        ObservationRegistry observationRegistry(List<String> journal) {
            ObservationRegistry registry = ObservationRegistry.create();
            registry.observationConfig().observationHandler(new JournalingObservations(journal));
            return registry;
        }

        @Bean
        ObservedAspect observedAspect(ObservationRegistry registry) {
            return new ObservedAspect(registry);
        }

        @Bean
        Ledger ledger(List<String> journal) {
            return new Ledger(journal);
        }
    }

    record JournalingObservations(List<String> journal) implements ObservationHandler<Observation.Context> {

        @Override
        public boolean supportsContext(Observation.Context context) {
            return "ledger".equals(context.getName());
        }

        @Override
        public void onStart(Observation.Context context) {
            write(journal, "observe");
        }

        @Override
        public void onStop(Observation.Context context) {
            write(journal, "observed");
        }
    }

    static class Ledger {
        private final List<String> journal;
        private int bodies;

        Ledger(List<String> journal) {
            this.journal = journal;
        }

        private int body() {
            write(journal, "body");
            if (++bodies == 1) {
                throw new IllegalStateException("not yet");
            }
            return bodies;
        }

        @KeyedSequential(key = "#account", atom = "ledger")
        @ConcurrencyLimit(1)
        @Retryable(maxRetries = 1, delay = 1)
        @Cacheable("nothing")
        @Transactional
        @Observed(name = "ledger")
        public void nothing(String account) {
            body();
        }

        @KeyedSequential(key = "#account", atom = "ledger")
        @ConcurrencyLimit(1)
        @Retryable(maxRetries = 1, delay = 1)
        @Cacheable("future")
        @Transactional
        @Observed(name = "ledger")
        public CompletableFuture<Integer> future(String account) {
            return CompletableFuture.completedFuture(body());
        }

        @KeyedSequential(key = "#account", atom = "ledger")
        @ConcurrencyLimit(1)
        @Retryable(maxRetries = 1, delay = 1)
        @Cacheable("value")
        @Transactional
        @Observed(name = "ledger")
        public int value(String account) {
            return body();
        }
    }

    private static void write(List<String> journal, String line) {
        journal.add(line + (OperationContext.current().isPresent() ? "" : " outside the turn"));
    }

    @Test
    void theOperationIsOutsideAllOtherAdvice() {
        app().withUserConfiguration(App.class).run(context -> {
            Advised ledger = (Advised) context.getBean(Ledger.class);
            assertThat(Arrays.stream(ledger.getAdvisors())
                            .map(advisor -> advisor.getAdvice().getClass().getSimpleName()))
                    .containsExactly(
                            "KeyedSequentialInterceptor",
                            "ConcurrencyLimitInterceptor",
                            "RetryAnnotationInterceptor",
                            "ExposeInvocationInterceptor",
                            "CacheInterceptor",
                            "TransactionInterceptor",
                            "AspectJAroundAdvice");
        });
    }

    @Test
    void aMethodWithoutAResultDoesItAllInsideItsTurn() {
        app().withUserConfiguration(App.class).run(context -> {
            context.getBean(Ledger.class).nothing("A");
            context.getBean(Ledger.class).nothing("A");
            assertTwoAttemptsInsideTheTurnAndThenTheCache(context);
        });
    }

    @Test
    void aMethodThatReturnsAFutureDoesItAllInsideItsTurn() {
        app().withUserConfiguration(App.class).run(context -> {
            assertThat(context.getBean(Ledger.class).future("A").get(120, TimeUnit.SECONDS))
                    .isEqualTo(2);
            assertThat(context.getBean(Ledger.class).future("A").get(120, TimeUnit.SECONDS))
                    .isEqualTo(2);
            assertTwoAttemptsInsideTheTurnAndThenTheCache(context);
        });
    }

    @Test
    void aMethodThatReturnsAValueDoesItAllInsideItsTurn() {
        app().withUserConfiguration(App.class).run(context -> {
            assertThat(context.getBean(Ledger.class).value("A")).isEqualTo(2);
            assertThat(context.getBean(Ledger.class).value("A")).isEqualTo(2);
            assertTwoAttemptsInsideTheTurnAndThenTheCache(context);
        });
    }

    @SuppressWarnings("unchecked")
    private static void assertTwoAttemptsInsideTheTurnAndThenTheCache(AssertableApplicationContext context) {
        assertAtRest(context);
        assertThat((List<String>) context.getBean("journal"))
                .containsExactly(
                        "begin",
                        "observe",
                        "body",
                        "observed",
                        "rollback", // the first attempt
                        "begin",
                        "observe",
                        "body",
                        "observed",
                        "commit");
        assertThat(registry(context).coordinator("ledger").stats().completed()).isEqualTo(2);
    }
}
