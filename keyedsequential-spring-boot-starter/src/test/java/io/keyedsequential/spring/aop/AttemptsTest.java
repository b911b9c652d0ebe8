package io.keyedsequential.spring.aop;

import static io.keyedsequential.spring.Apps.app;
import static io.keyedsequential.spring.Apps.assertAtRest;
import static io.keyedsequential.spring.Apps.await;
import static io.keyedsequential.spring.Apps.registry;
import static org.assertj.core.api.Assertions.assertThat;

import io.keyedsequential.ExhaustedPolicy;
import io.keyedsequential.RetryPolicy;
import io.keyedsequential.spring.annotation.KeyedSequential;
import io.keyedsequential.spring.atom.CoordinatorOptionsCustomizer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** Every attempt runs through all advice again: each has a transaction of its own, and only the last one commits. */
class AttemptsTest {

    static class Ledger {
        private final JdbcTemplate jdbc;
        final AtomicInteger attempts = new AtomicInteger();
        final AtomicInteger without = new AtomicInteger();
        volatile int failing = 2;

        Ledger(JdbcTemplate jdbc) {
            this.jdbc = jdbc;
            jdbc.execute("create table if not exists entry (attempt int)");
            jdbc.update("delete from entry");
        }

        private int book() {
            int attempt = attempts.incrementAndGet();
            if (!TransactionSynchronizationManager.isActualTransactionActive()) {
                without.incrementAndGet();
            }
            jdbc.update("insert into entry values (?)", attempt);
            if (attempt <= failing) {
                throw new IllegalStateException("attempt " + attempt);
            }
            return attempt;
        }

        @Transactional
        @KeyedSequential(key = "#account", atom = "ledger", operation = "nothing")
        public void nothing(String account) {
            book();
        }

        @Transactional
        @KeyedSequential(key = "#account", atom = "ledger", operation = "future")
        public CompletableFuture<Integer> future(String account) {
            return CompletableFuture.completedFuture(book());
        }

        @Transactional
        @KeyedSequential(key = "#account", atom = "ledger", operation = "value")
        public int value(String account) {
            return book();
        }
    }

    private static ApplicationContextRunner ledger(CoordinatorOptionsCustomizer customizer) {
        return app().withConfiguration(AutoConfigurations.of(
                        DataSourceAutoConfiguration.class,
                        DataSourceTransactionManagerAutoConfiguration.class,
                        TransactionAutoConfiguration.class,
                        JdbcTemplateAutoConfiguration.class))
                .withPropertyValues("spring.datasource.generate-unique-name=true")
                .withBean(CoordinatorOptionsCustomizer.class, () -> customizer)
                .withBean(Ledger.class);
    }

    private static ApplicationContextRunner retrying() {
        return ledger((atom, builder) -> builder.retryPolicy(
                RetryPolicy.builder().maxAttempts(3).backoff(Duration.ZERO).build()));
    }

    @Test
    void aMethodWithoutAResultIsTriedAgainInATransactionOfItsOwn() {
        retrying().run(context -> {
            context.getBean(Ledger.class).nothing("A");
            assertAtRest(context);
            assertOnlyTheLastOfThreeIsBooked(context);
        });
    }

    @Test
    void aMethodThatReturnsAFutureIsTriedAgainInATransactionOfItsOwn() {
        retrying().run(context -> {
            assertThat(context.getBean(Ledger.class).future("A").get(120, TimeUnit.SECONDS))
                    .isEqualTo(3);
            assertAtRest(context);
            assertOnlyTheLastOfThreeIsBooked(context);
        });
    }

    @Test
    void aMethodThatReturnsAValueIsTriedAgainInATransactionOfItsOwn() {
        retrying().run(context -> {
            assertThat(context.getBean(Ledger.class).value("A")).isEqualTo(3);
            assertAtRest(context);
            assertOnlyTheLastOfThreeIsBooked(context);
        });
    }

    @Test
    void whatAnOperatorRetriesRunsInATransactionOfItsOwn() {
        CountDownLatch parked = new CountDownLatch(1);
        ledger((atom, builder) -> builder.exhaustedPolicy(ExhaustedPolicy.PARK).listener(new ParkWatch(parked)))
                .run(context -> {
                    Ledger target = target(context);
                    target.failing = 1;
                    context.getBean(Ledger.class).nothing("A");
                    await(parked);
                    assertThat(booked(context)).isEmpty();
                    assertThat(registry(context).coordinator("ledger").retry("A"))
                            .isTrue();
                    assertAtRest(context);
                    assertThat(booked(context)).containsExactly(2);
                    assertThat(target.without).hasValue(0);
                });
    }

    @Test
    void aFutureOfAParkedOperationCompletesWithTheAttemptOfAnOperator() {
        CountDownLatch parked = new CountDownLatch(1);
        ledger((atom, builder) -> builder.exhaustedPolicy(ExhaustedPolicy.PARK).listener(new ParkWatch(parked)))
                .run(context -> {
                    target(context).failing = 1;
                    CompletableFuture<Integer> future =
                            context.getBean(Ledger.class).future("A");
                    await(parked);
                    assertThat(future).isNotDone();
                    registry(context).coordinator("ledger").retry("A");
                    assertThat(future.get(120, TimeUnit.SECONDS)).isEqualTo(2);
                    assertAtRest(context);
                    assertThat(booked(context)).containsExactly(2);
                });
    }

    private static void assertOnlyTheLastOfThreeIsBooked(ApplicationContext context) {
        assertThat(target(context).attempts).hasValue(3);
        assertThat(target(context).without).as("attempts without a transaction").hasValue(0);
        assertThat(booked(context)).containsExactly(3);
        assertThat(registry(context).coordinator("ledger").stats().admitted()).isOne();
    }

    private static List<Integer> booked(ApplicationContext context) {
        return context.getBean(JdbcTemplate.class).queryForList("select attempt from entry", Integer.class);
    }

    private static Ledger target(ApplicationContext context) {
        return (Ledger) AopProxyUtils.getSingletonTarget(context.getBean(Ledger.class));
    }
}
