package io.keyedsequential.spring.aop;

import static io.keyedsequential.spring.Apps.app;
import static io.keyedsequential.spring.Apps.assertAtRest;
import static io.keyedsequential.spring.Apps.await;
import static io.keyedsequential.spring.Apps.registry;
import static org.assertj.core.api.Assertions.assertThat;

import io.keyedsequential.spring.annotation.KeyedSequential;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.task.TaskSchedulingAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.event.TransactionalEventListener;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

class ListenersTest {

    record OrderPlaced(String customer, int number) {}

    record OrderShipped(String customer, int number) {}

    static class Events {
        final List<String> journal = new CopyOnWriteArrayList<>();
        final CountDownLatch shipped = new CountDownLatch(2);

        // snippet: event-listener
        @EventListener
        @KeyedSequential(key = "#event.customer", atom = "shipping")
        public CompletableFuture<OrderShipped> ship(OrderPlaced event) {
            return CompletableFuture.completedFuture(new OrderShipped(event.customer(), event.number()));
        }
        // end: event-listener

        @EventListener
        @KeyedSequential(key = "#event.customer", atom = "journal")
        public void note(OrderPlaced event) {
            journal.add("placed " + event.number());
        }

        @EventListener
        public void shipped(OrderShipped event) {
            shipped.countDown();
        }
    }

    @Test
    void eventsOfOneKeyAreHeardInOrderAndTheResultIsAnEvent() {
        app().withBean("events", Events.class).run(context -> {
            Events target = (Events) AopProxyUtils.getSingletonTarget(context.getBean(Events.class));
            context.publishEvent(new OrderPlaced("ada", 1));
            context.publishEvent(new OrderPlaced("ada", 2));
            await(target.shipped);
            assertAtRest(context);
            assertThat(target.journal).containsExactly("placed 1", "placed 2");
        });
    }

    static class TransactionalEvents {
        static final List<String> JOURNAL = new CopyOnWriteArrayList<>();

        // snippet: transactional-event-listener
        @TransactionalEventListener
        @KeyedSequential(key = "#event.customer", atom = "shipping")
        @Transactional(propagation = Propagation.REQUIRES_NEW)
        public void ship(OrderPlaced event) {
            // end: transactional-event-listener
            JOURNAL.add("%d in a transaction: %s"
                    .formatted(event.number(), TransactionSynchronizationManager.isActualTransactionActive()));
        }
    }

    @Test
    void transactionalListenersAreEnqueuedAfterTheCommitAndHaveATransactionOfTheirOwn() {
        TransactionalEvents.JOURNAL.clear();
        withTransactions().withBean(TransactionalEvents.class).run(context -> {
            TransactionTemplate transaction =
                    new TransactionTemplate(context.getBean(PlatformTransactionManager.class));
            transaction.executeWithoutResult(status -> {
                context.publishEvent(new OrderPlaced("ada", 1));
                context.publishEvent(new OrderPlaced("ada", 2));
                assertThat(registry(context).coordinator("shipping").stats().admitted())
                        .isZero();
            });
            transaction.executeWithoutResult(status -> {
                context.publishEvent(new OrderPlaced("ada", 3));
                status.setRollbackOnly();
            });
            assertAtRest(context);
            assertThat(TransactionalEvents.JOURNAL)
                    .containsExactly("1 in a transaction: true", "2 in a transaction: true");
        });
    }

    private static ApplicationContextRunner withTransactions() {
        return app().withConfiguration(AutoConfigurations.of(
                        DataSourceAutoConfiguration.class,
                        DataSourceTransactionManagerAutoConfiguration.class,
                        TransactionAutoConfiguration.class))
                .withPropertyValues("spring.datasource.generate-unique-name=true");
    }

    @Configuration
    @EnableScheduling
    static class Scheduling {}

    static class Clean {
        final CountDownLatch release = new CountDownLatch(1);
        final CountDownLatch valueRan = new CountDownLatch(2);

        @Scheduled(fixedDelay = 1)
        @KeyedSequential(key = "'all'", atom = "piling")
        public void handsOff() {
            await(release);
        }

        // snippet: scheduled
        @Scheduled(fixedDelay = 1)
        @KeyedSequential(key = "'all'", atom = "waiting")
        public boolean clean() {
            // end: scheduled
            valueRan.countDown();
            await(release);
            return true;
        }
    }

    @Test
    void ticksOfAFixedDelayPileUpUnlessTheMethodReturnsAValue() {
        app().withUserConfiguration(Scheduling.class)
                .withPropertyValues("spring.task.scheduling.pool.size=2")
                .withConfiguration(AutoConfigurations.of(TaskSchedulingAutoConfiguration.class))
                .withBean(Clean.class)
                .run(context -> {
                    Clean target = (Clean) AopProxyUtils.getSingletonTarget(context.getBean(Clean.class));
                    long end = System.nanoTime() + 10_000_000_000L;
                    while (registry(context).coordinator("piling").stats().queued() < 3) {
                        assertThat(System.nanoTime()).isLessThan(end);
                        Thread.onSpinWait();
                    }
                    assertThat(registry(context).coordinator("waiting").stats().queued())
                            .isZero();
                    target.release.countDown();
                    await(target.valueRan);
                });
    }
}
