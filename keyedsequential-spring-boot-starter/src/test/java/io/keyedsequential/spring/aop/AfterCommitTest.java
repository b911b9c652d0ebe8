package io.keyedsequential.spring.aop;

import static io.keyedsequential.spring.Apps.assertAtRest;
import static io.keyedsequential.spring.Apps.await;
import static io.keyedsequential.spring.Apps.registry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keyedsequential.OperationFuture;
import io.keyedsequential.RejectedOperationException;
import io.keyedsequential.spring.Apps;
import io.keyedsequential.spring.annotation.EnqueuePhase;
import io.keyedsequential.spring.annotation.KeyedSequential;
import io.keyedsequential.spring.atom.MisconfiguredAtomException;
import io.keyedsequential.spring.atom.RegisteredAtom;
import io.keyedsequential.spring.autoconfigure.KeyedAtomsTestAutoConfiguration;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.interceptor.AsyncUncaughtExceptionHandler;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.scheduling.annotation.AsyncConfigurer;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionSystemException;
import org.springframework.transaction.event.TransactionalEventListener;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

class AfterCommitTest {

    static class Mails {

        private final JdbcTemplate jdbc;
        private final List<String> sent = new CopyOnWriteArrayList<>();

        Mails(JdbcTemplate jdbc) {
            this.jdbc = jdbc;
        }

        // snippet: after-commit
        @KeyedSequential(key = "#customer", atom = "mails", phase = EnqueuePhase.AFTER_COMMIT)
        public void send(String customer, int order) {
            sent.add(customer + " " + order + " " + committed(order));
        }
        // end: after-commit

        @KeyedSequential(key = "#customer", atom = "mails", operation = "receipt", phase = EnqueuePhase.AFTER_COMMIT)
        public CompletableFuture<String> receipt(String customer, int order) {
            sent.add(customer + " " + order + " " + committed(order));
            return CompletableFuture.completedFuture("receipt " + order);
        }

        /** Whether another connection than the caller's sees the order. */
        private boolean committed(int order) {
            return Boolean.TRUE.equals(
                    jdbc.queryForObject("select count(*) > 0 from orders where id = ?", Boolean.class, order));
        }
    }

    static class Handler implements AsyncConfigurer {
        static final List<Throwable> TOLD = new CopyOnWriteArrayList<>();

        @Override
        public AsyncUncaughtExceptionHandler getAsyncUncaughtExceptionHandler() {
            return (Throwable failure, Method method, Object... arguments) -> TOLD.add(failure);
        }
    }

    private static ApplicationContextRunner app() {
        return Apps.app()
                .withConfiguration(AutoConfigurations.of(
                        DataSourceAutoConfiguration.class,
                        DataSourceTransactionManagerAutoConfiguration.class,
                        JdbcTemplateAutoConfiguration.class,
                        TransactionAutoConfiguration.class))
                .withPropertyValues("spring.datasource.generate-unique-name=true")
                .withBean(Mails.class)
                .withBean(Handler.class);
    }

    /** A context with the table, and what a test needs of it. */
    private record Shop(ApplicationContext context) {
        static Shop of(ApplicationContext context) {
            context.getBean(JdbcTemplate.class).execute("create table orders (id int primary key)");
            return new Shop(context);
        }

        Mails mails() {
            return context.getBean(Mails.class);
        }

        List<String> sent() {
            return mails(context);
        }

        private static List<String> mails(ApplicationContext context) {
            Mails target = (Mails) AopProxyUtils.getSingletonTarget(context.getBean(Mails.class));
            return target.sent;
        }

        TransactionTemplate transaction(int propagation) {
            TransactionTemplate template = new TransactionTemplate(context.getBean(PlatformTransactionManager.class));
            template.setPropagationBehavior(propagation);
            return template;
        }

        TransactionTemplate transaction() {
            return transaction(TransactionDefinition.PROPAGATION_REQUIRED);
        }

        void insert(int order) {
            context.getBean(JdbcTemplate.class).update("insert into orders values (?)", order);
        }

        long reserved() {
            return registry(context).coordinator("mails").stats().reserved();
        }

        int orders() {
            return context.getBean(JdbcTemplate.class).queryForObject("select count(*) from orders", Integer.class);
        }

        long admitted() {
            return registry(context).coordinator("mails").stats().admitted();
        }
    }

    @Test
    void callsAreEnqueuedInOrderAfterTheCommit() {
        app().run(context -> {
            Shop shop = Shop.of(context);
            shop.transaction().executeWithoutResult(status -> {
                for (int order = 1; order <= 5; order++) {
                    shop.mails().send("ada", order);
                    shop.insert(order);
                }
                assertThat(shop.admitted()).isZero();
            });
            assertAtRest(context);
            assertThat(shop.sent())
                    .containsExactly("ada 1 true", "ada 2 true", "ada 3 true", "ada 4 true", "ada 5 true");
        });
    }

    @Test
    void aRollbackWithdrawsCallsAndCancelsTheirFutures() {
        app().run(context -> {
            Shop shop = Shop.of(context);
            AtomicReference<CompletableFuture<String>> receipt = new AtomicReference<>();
            shop.transaction().executeWithoutResult(status -> {
                shop.mails().send("ada", 1);
                receipt.set(shop.mails().receipt("ada", 2));
                status.setRollbackOnly();
            });
            assertThat(receipt.get()).isCancelled();
            assertThat(failure(receipt.get()))
                    .isInstanceOf(CancellationException.class)
                    .hasMessage("mails: 'receipt' was not enqueued: the transaction was rolled back");
            assertThat(shop.admitted()).isZero();
            assertAtRest(context);
        });
    }

    @Test
    void withoutATransactionCallsAreEnqueuedAtOnce() {
        app().run(context -> {
            Shop shop = Shop.of(context);
            shop.mails().send("ada", 1);
            assertThat(shop.mails().receipt("ada", 2))
                    .isInstanceOf(OperationFuture.class)
                    .succeedsWithin(Duration.ofMinutes(2))
                    .isEqualTo("receipt 2");
            // Synchronization without a transaction, as under SUPPORTS, has nothing to wait for.
            shop.transaction(TransactionDefinition.PROPAGATION_SUPPORTS)
                    .executeWithoutResult(
                            status -> assertThat(shop.mails().receipt("ada", 3)).isInstanceOf(OperationFuture.class));
            assertAtRest(context);
            assertThat(shop.sent()).containsExactly("ada 1 false", "ada 2 false", "ada 3 false");
        });
    }

    @Test
    void theFutureCompletesAsTheOperationDoes() {
        app().run(context -> {
            Shop shop = Shop.of(context);
            CompletableFuture<String> receipt = shop.transaction().execute(status -> {
                shop.insert(1);
                return shop.mails().receipt("ada", 1);
            });
            assertThat(receipt).succeedsWithin(Duration.ofMinutes(2)).isEqualTo("receipt 1");
            assertThat(receipt.join()).isEqualTo("receipt 1");
            assertAtRest(context);
            assertThat(shop.sent()).containsExactly("ada 1 true");
        });
    }

    @Test
    void cancellingTheFutureBeforeTheCommitWithdrawsTheCall() {
        app().run(context -> {
            Shop shop = Shop.of(context);
            shop.transaction().executeWithoutResult(status -> {
                assertThat(shop.mails().receipt("ada", 1).cancel(false)).isTrue();
                shop.mails().send("ada", 2);
            });
            assertAtRest(context);
            assertThat(shop.sent()).containsExactly("ada 2 false");
            assertThat(shop.admitted()).isOne();
        });
    }

    @Test
    void cancellingTheFutureAfterTheCommitCancelsTheOperation() {
        app().run(context -> {
            Shop shop = Shop.of(context);
            registry(context).coordinator("mails").pause();
            CompletableFuture<String> receipt =
                    shop.transaction().execute(status -> shop.mails().receipt("ada", 1));
            assertThat(shop.admitted()).isOne();
            assertThat(receipt.cancel(false)).isTrue();
            assertThat(registry(context).coordinator("mails").stats().cancelled())
                    .isOne();
            registry(context).coordinator("mails").resume();
            assertAtRest(context);
            assertThat(shop.sent()).isEmpty();
        });
    }

    @Test
    void toWaitInsideTheTransactionIsRefused() {
        app().run(context -> {
            Shop shop = Shop.of(context);
            shop.transaction().executeWithoutResult(status -> {
                CompletableFuture<String> receipt = shop.mails().receipt("ada", 1);
                assertThatThrownBy(receipt::join)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageStartingWith("mails: 'receipt' is enqueued after the commit");
                assertThatThrownBy(receipt::get).isInstanceOf(IllegalStateException.class);
            });
            assertAtRest(context);
            assertThat(shop.sent()).hasSize(1);
        });
    }

    @Test
    void anInnerTransactionOfItsOwnCommitsForItself() {
        app().run(context -> {
            Shop shop = Shop.of(context);
            shop.transaction().executeWithoutResult(status -> {
                shop.mails().send("ada", 1);
                shop.transaction(TransactionDefinition.PROPAGATION_REQUIRES_NEW).executeWithoutResult(inner -> {
                    shop.insert(2);
                    shop.mails().send("ada", 2);
                });
                assertThat(shop.admitted()).isOne();
                status.setRollbackOnly();
            });
            assertAtRest(context);
            assertThat(shop.sent()).containsExactly("ada 2 true");
        });
    }

    @Test
    void aCallAfterASavepointGoesWithTheRollbackToIt() {
        app().run(context -> {
            Shop shop = Shop.of(context);
            shop.transaction().executeWithoutResult(status -> {
                shop.mails().send("ada", 1);
                shop.transaction(TransactionDefinition.PROPAGATION_NESTED).executeWithoutResult(nested -> {
                    shop.mails().send("ada", 2);
                    nested.setRollbackOnly();
                });
                shop.transaction(TransactionDefinition.PROPAGATION_NESTED)
                        .executeWithoutResult(nested -> shop.mails().send("ada", 3));
                Object savepoint = status.createSavepoint();
                CompletableFuture<String> receipt = shop.mails().receipt("ada", 4);
                status.rollbackToSavepoint(savepoint);
                assertThat(receipt).isCancelled();
                shop.mails().send("ada", 5);
            });
            assertAtRest(context);
            assertThat(shop.sent()).containsExactly("ada 1 false", "ada 3 false", "ada 5 false");
        });
    }

    @Test
    void whatIsCalledInAnotherAfterCommitIsNotLost() {
        app().run(context -> {
            Shop shop = Shop.of(context);
            shop.transaction().executeWithoutResult(status -> {
                shop.insert(1);
                TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
                    @Override
                    public void afterCommit() {
                        shop.mails().send("ada", 1);
                    }
                });
            });
            assertAtRest(context);
            assertThat(shop.sent()).containsExactly("ada 1 true");
        });
    }

    @Test
    void aCommitThatFailsEnqueuesNothing() {
        app().run(context -> {
            Shop shop = Shop.of(context);
            AtomicReference<CompletableFuture<String>> receipt = new AtomicReference<>();
            assertThatThrownBy(() -> shop.transaction().executeWithoutResult(status -> {
                        receipt.set(shop.mails().receipt("ada", 1));
                        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
                            @Override
                            public void beforeCommit(boolean readOnly) {
                                throw new TransactionSystemException("the constraint is checked now");
                            }
                        });
                    }))
                    .isInstanceOf(TransactionSystemException.class);
            assertThat(receipt.get()).isCancelled();
            assertThat(shop.admitted()).isZero();
            assertAtRest(context);
        });
    }

    @Test
    void aRejectionAfterTheCommitIsNotThrownToTheCommitter() {
        app().run(context -> {
            Shop shop = Shop.of(context);
            Handler.TOLD.clear();
            CompletableFuture<String> receipt = shop.transaction().execute(status -> {
                shop.insert(1);
                shop.mails().send("ada", 1);
                CompletableFuture<String> deferred = shop.mails().receipt("ada", 1);
                registry(context).coordinator("mails").close();
                return deferred;
            });
            assertThat(Handler.TOLD).singleElement().isInstanceOf(RejectedOperationException.class);
            assertThat(failure(receipt)).isInstanceOf(RejectedOperationException.class);
            assertThat(shop.reserved()).isZero();
        });
    }

    @Test
    void anIntakeThatIsClosedMeanwhileLetsTheCallInAllTheSame() {
        app().run(context -> {
            Shop shop = Shop.of(context);
            shop.transaction().executeWithoutResult(status -> {
                shop.insert(1);
                shop.mails().send("ada", 1);
                registry(context).coordinator("mails").closeIntake();
            });
            assertAtRest(context);
            assertThat(shop.sent()).containsExactly("ada 1 true");
        });
    }

    private static ApplicationContextRunner small() {
        return app().withPropertyValues(
                        "keyedsequential.atoms.mails.overflow-policy=reject", "keyedsequential.atoms.mails.capacity=2");
    }

    @Test
    void aFullAtomRejectsInsideTheTransactionWhichRollsBack() {
        small().run(context -> {
            Shop shop = Shop.of(context);
            registry(context).coordinator("mails").pause();
            assertThatThrownBy(() -> shop.transaction().executeWithoutResult(status -> {
                        shop.insert(1);
                        shop.mails().send("ada", 1);
                        shop.mails().send("bob", 1);
                        shop.mails().send("eve", 1);
                    }))
                    .isInstanceOf(RejectedOperationException.class)
                    .hasMessage("mails: rejected, full (queued=0, active=0, lanes=2, capacity=2, reserved=2)");
            assertThat(shop.orders()).isZero();
            assertThat(shop.reserved()).isZero();
            shop.transaction().executeWithoutResult(status -> {
                shop.insert(2);
                shop.mails().send("ada", 2);
                shop.mails().send("bob", 2);
            });
            assertThatThrownBy(() -> shop.mails().send("eve", 3)).isInstanceOf(RejectedOperationException.class);
            registry(context).coordinator("mails").resume();
            assertAtRest(context);
            assertThat(shop.sent()).containsExactlyInAnyOrder("ada 2 true", "bob 2 true");
        });
    }

    @Test
    void aFutureOfAFullAtomHasFailedInsideTheTransaction() {
        small().withPropertyValues("keyedsequential.atoms.mails.capacity-per-key=1")
                .run(context -> {
                    Shop shop = Shop.of(context);
                    shop.transaction().executeWithoutResult(status -> {
                        shop.mails().send("ada", 1);
                        CompletableFuture<String> refused = shop.mails().receipt("ada", 2);
                        assertThat(refused).isCompletedExceptionally();
                        assertThat(failure(refused))
                                .isInstanceOf(RejectedOperationException.class)
                                .hasMessageContaining("key full");
                        assertThat(atom(context).deferredCalls().waiting()).isOne();
                    });
                    assertAtRest(context);
                    assertThat(shop.sent()).containsExactly("ada 1 false");
                });
    }

    @Test
    void aPlaceIsFreeAgainWhateverBecomesOfTheTransaction() {
        small().run(context -> {
            Shop shop = Shop.of(context);
            shop.transaction().executeWithoutResult(status -> {
                Object savepoint = status.createSavepoint();
                shop.mails().send("ada", 1);
                assertThat(shop.reserved()).isOne();
                status.rollbackToSavepoint(savepoint);
                assertThat(shop.reserved()).isZero();
                CompletableFuture<String> receipt = shop.mails().receipt("ada", 2);
                assertThat(shop.reserved()).isOne();
                receipt.cancel(false);
                assertThat(shop.reserved()).isZero();
                shop.mails().send("ada", 3);
                shop.mails().receipt("ada", 4);
                assertThat(shop.reserved()).isEqualTo(2);
                status.setRollbackOnly();
            });
            assertThat(shop.reserved()).isZero();
            assertThatThrownBy(() -> shop.transaction().executeWithoutResult(status -> {
                        shop.mails().send("ada", 1);
                        throw new IllegalStateException("business");
                    }))
                    .hasMessage("business");
            assertThat(shop.reserved()).isZero();
            // A thread that dies with its transaction open tells nobody.
            Thread dying = new Thread(() -> {
                context.getBean(PlatformTransactionManager.class).getTransaction(TransactionDefinition.withDefaults());
                shop.mails().send("ada", 1);
                shop.mails().send("bob", 1);
            });
            dying.start();
            dying.join();
            dying = null;
            long end = System.nanoTime() + Duration.ofMinutes(2).toNanos();
            while (!registry(context).coordinator("mails").tryExecute("eve", () -> {})) {
                assertThat(System.nanoTime()).isLessThan(end);
                System.gc();
            }
            assertAtRest(context);
            assertThat(shop.sent()).isEmpty();
        });
    }

    @Test
    void transactionsOfSeveralThreadsDoNotMix() {
        app().run(context -> {
            Shop shop = Shop.of(context);
            CountDownLatch allIn = new CountDownLatch(4);
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                int first = i * 10;
                String customer = "customer-" + i;
                Thread thread = new Thread(() -> shop.transaction().executeWithoutResult(status -> {
                    IntStream.range(first, first + 10).forEach(order -> {
                        shop.insert(order);
                        shop.mails().send(customer, order);
                    });
                    allIn.countDown();
                    await(allIn);
                    if (first == 20) {
                        status.setRollbackOnly();
                    }
                }));
                thread.start();
                threads.add(thread);
            }
            for (Thread thread : threads) {
                thread.join(120_000);
            }
            assertAtRest(context);
            for (int i = 0; i < 4; i++) {
                String customer = "customer-" + i;
                List<String> expected = i == 2
                        ? List.of()
                        : IntStream.range(i * 10, i * 10 + 10)
                                .mapToObj(order -> customer + " " + order + " true")
                                .toList();
                assertThat(shop.sent().stream().filter(mail -> mail.startsWith(customer + " ")))
                        .containsExactlyElementsOf(expected);
            }
        });
    }

    static class Balances {
        @KeyedSequential(key = "#account", phase = EnqueuePhase.AFTER_COMMIT)
        public int balance(String account) {
            return 1;
        }
    }

    @Test
    void aPlainValueCannotWaitForTheCommit() {
        Apps.app().withBean(Balances.class).run(context -> assertThat(context.getStartupFailure())
                .isInstanceOf(MisconfiguredAtomException.class)
                .hasMessageContaining("Balances.balance(String)")
                .hasMessageContaining("has phase = AFTER_COMMIT, but returns int"));
    }

    @Test
    void withoutSpringTxThePhaseIsRefused() throws Exception {
        Method send = Mails.class.getMethod("send", String.class, int.class);
        ClassLoader withoutSpringTx = new FilteredClassLoader("org.springframework.transaction");
        assertThatThrownBy(() ->
                        MethodChecks.checkPhase(send, EnqueuePhase.AFTER_COMMIT, ReturnStyle.VOID, withoutSpringTx))
                .isInstanceOf(MisconfiguredAtomException.class)
                .hasMessageContaining("Mails.send(String, int)")
                .hasMessageContaining("spring-tx is not on the class path");
        MethodChecks.checkPhase(send, EnqueuePhase.NOW, ReturnStyle.VOID, withoutSpringTx);
    }

    private static RegisteredAtom atom(ApplicationContext context) {
        return registry(context).find("mails").orElseThrow();
    }

    static class Desk {
        static final List<String> JOURNAL = new CopyOnWriteArrayList<>();

        @KeyedSequential(key = "#customer", atom = "desk", phase = EnqueuePhase.AFTER_COMMIT)
        public void direct(String customer, String what) {
            JOURNAL.add(what);
        }

        @TransactionalEventListener
        @KeyedSequential(key = "#event.customer", atom = "desk", operation = "heard")
        public void heard(Placed event) {
            JOURNAL.add(event.what());
        }
    }

    record Placed(String customer, String what) {}

    @Test
    void callsAndTransactionalEventsOfOneTransactionKeepTheirOrder() {
        app().withBean(Desk.class).run(context -> {
            Desk desk = context.getBean(Desk.class);
            Shop shop = Shop.of(context);
            Desk.JOURNAL.clear();
            shop.transaction().executeWithoutResult(status -> {
                desk.direct("ada", "A");
                context.publishEvent(new Placed("ada", "B"));
                desk.direct("ada", "C");
                context.publishEvent(new Placed("ada", "D"));
            });
            assertAtRest(context);
            assertThat(Desk.JOURNAL).containsExactly("A", "B", "C", "D");
        });
    }

    static class Inline {
        static final List<String> JOURNAL = new CopyOnWriteArrayList<>();

        @KeyedSequential(key = "'k'", atom = "inline", phase = EnqueuePhase.AFTER_COMMIT)
        public void note() {
            JOURNAL.add("readOnly=%s, name=%s, isolation=%s, active=%s"
                    .formatted(
                            TransactionSynchronizationManager.isCurrentTransactionReadOnly(),
                            TransactionSynchronizationManager.getCurrentTransactionName(),
                            TransactionSynchronizationManager.getCurrentTransactionIsolationLevel(),
                            TransactionSynchronizationManager.isActualTransactionActive()));
        }
    }

    @Test
    void aBodyOnTheCommittingThreadSeesNothingOfTheCallersTransaction() {
        app().withBean(Inline.class)
                .withPropertyValues("keyedsequential.test.inline=true")
                .withConfiguration(AutoConfigurations.of(KeyedAtomsTestAutoConfiguration.class))
                .run(context -> {
                    Inline.JOURNAL.clear();
                    Shop shop = Shop.of(context);
                    TransactionTemplate transaction = shop.transaction();
                    transaction.setReadOnly(true);
                    transaction.setName("the caller's");
                    transaction.setIsolationLevel(TransactionDefinition.ISOLATION_SERIALIZABLE);
                    List<Object> after = new ArrayList<>();
                    transaction.executeWithoutResult(status -> {
                        context.getBean(Inline.class).note();
                        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
                            @Override
                            public void afterCompletion(int outcome) {
                                after.add(TransactionSynchronizationManager.getCurrentTransactionName());
                                after.add(TransactionSynchronizationManager.isCurrentTransactionReadOnly());
                            }
                        });
                    });
                    assertThat(Inline.JOURNAL)
                            .containsExactly("readOnly=false, name=null, isolation=null, active=false");
                    assertThat(after).containsExactly("the caller's", true);
                });
    }

    private static Throwable failure(CompletableFuture<?> future) {
        return future.<Throwable>handle((result, failure) -> failure).join();
    }
}
