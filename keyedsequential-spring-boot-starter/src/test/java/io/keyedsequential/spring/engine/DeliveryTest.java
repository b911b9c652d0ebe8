package io.keyedsequential.spring.engine;

import static io.keyedsequential.spring.Apps.app;
import static io.keyedsequential.spring.Apps.assertAtRest;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.THROWABLE;

import io.keyedsequential.OperationContext;
import io.keyedsequential.spring.annotation.EnqueuePhase;
import io.keyedsequential.spring.annotation.KeyedSequential;
import io.keyedsequential.spring.aop.JournalingTransactions;
import io.keyedsequential.spring.atom.InvocationDecorator;
import io.keyedsequential.spring.atom.InvocationDecorator.DecoratedInvocation;
import io.keyedsequential.spring.atom.KeyedInvocation;
import java.io.IOException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.aop.interceptor.AsyncUncaughtExceptionHandler;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.cache.CacheManager;
import org.springframework.cache.annotation.CacheEvict;
import org.springframework.cache.annotation.EnableCaching;
import org.springframework.cache.concurrent.ConcurrentMapCacheManager;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.scheduling.annotation.AsyncConfigurer;
import org.springframework.test.util.AopTestUtils;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/** A stored call runs through the bean's proxy, once; what its body calls is a call again. */
class DeliveryTest {

    private final List<String> journal = new ArrayList<>();

    private ApplicationContextRunner durable() {
        return app().withBean(FakeEngine.class)
                .withBean("journal", List.class, () -> journal)
                .withPropertyValues(
                        "keyedsequential.atoms.orders.engine=fake", "keyedsequential.atoms.other.engine=fake");
    }

    interface Sending {
        void send(String key, int times);
    }

    static class Sender implements Sending {
        private final List<String> journal;
        private @Nullable Sending self;

        Sender(List<String> journal) {
            this.journal = journal;
        }

        @Override
        @KeyedSequential(key = "#key", atom = "orders")
        public void send(String key, int times) {
            journal.add("%s%d in %s"
                    .formatted(
                            key, times, OperationContext.current().orElseThrow().atom()));
            if (times > 1 && self != null) {
                self.send(key, times - 1);
            }
        }
    }

    private void aNestedCallIsStored(ApplicationContextRunner runner) {
        runner.withBean(Sender.class).run(context -> {
            Sending sending = context.getBean(Sending.class);
            ((Sender) AopTestUtils.getTargetObject(sending)).self = sending;
            FakeAtom atom = context.getBean(FakeEngine.class).atom("orders");
            sending.send("A", 2);
            assertThat(journal).isEmpty();
            atom.deliverNext();
            assertThat(journal).containsExactly("A2 in orders");
            assertThat(atom.stored).extracting(call -> call.arguments()[1]).containsExactly(1);
            atom.deliverNext();
            assertThat(journal).containsExactly("A2 in orders", "A1 in orders");
            assertThat(atom.stored).isEmpty();
            assertAtRest(context);
        });
        journal.clear();
    }

    @Test
    void whatTheBodyCallsIsStoredAgainEvenTheSameMethod() {
        aNestedCallIsStored(durable());
    }

    /** An interface's method is another one than the class's, and both are the same operation. */
    @Test
    void aProxyOfTheInterfaceIsAsGood() {
        aNestedCallIsStored(durable().withPropertyValues("spring.aop.proxy-target-class=false"));
        durable()
                .withPropertyValues("spring.aop.proxy-target-class=false")
                .withBean(Sender.class)
                .run(context -> assertThat(AopUtils.isJdkDynamicProxy(context.getBean(Sending.class)))
                        .isTrue());
    }

    @Configuration
    @EnableTransactionManagement
    @EnableCaching
    static class Advised {
        @Bean
        PlatformTransactionManager transactionManager(List<String> journal) {
            return new JournalingTransactions(journal);
        }

        @Bean
        CacheManager cacheManager() {
            return new ConcurrentMapCacheManager("sent");
        }

        @Bean
        Transacted transacted(List<String> journal) {
            return new Transacted(journal);
        }
    }

    static class Transacted {
        private final List<String> journal;

        Transacted(List<String> journal) {
            this.journal = journal;
        }

        @Transactional
        @CacheEvict(cacheNames = "sent", key = "#key")
        @KeyedSequential(key = "#key", atom = "orders", phase = EnqueuePhase.AFTER_COMMIT)
        void send(String key) {
            journal.add("body, transaction " + TransactionSynchronizationManager.isActualTransactionActive());
        }
    }

    @Test
    void allOtherAdviceAppliesToWhatIsDelivered() {
        durable().withUserConfiguration(Advised.class).run(context -> {
            context.getBean(CacheManager.class).getCache("sent").put("A", "old");
            FakeAtom atom = context.getBean(FakeEngine.class).atom("orders");
            context.getBean(Transacted.class).send("A");
            assertThat(journal).isEmpty();
            atom.deliverNext();
            assertThat(journal).containsExactly("begin", "body, transaction true", "commit");
            assertThat(context.getBean(CacheManager.class).getCache("sent").get("A"))
                    .isNull();
        });
    }

    /** The engine takes the call into the caller's transaction, whatever the phase: it is not deferred. */
    @Test
    void aCallInsideATransactionIsStoredAtOnce() {
        durable().withUserConfiguration(Advised.class).run(context -> {
            FakeAtom atom = context.getBean(FakeEngine.class).atom("orders");
            new TransactionTemplate(context.getBean(PlatformTransactionManager.class)).executeWithoutResult(status -> {
                context.getBean(Transacted.class).send("A");
                assertThat(atom.stored).hasSize(1);
            });
        });
    }

    static class Failing {
        @KeyedSequential(key = "#key", atom = "orders", label = "#key")
        void send(String key) throws IOException {
            throw new IOException("no way for " + key);
        }
    }

    record Told(List<String> journal) implements AsyncConfigurer, AsyncUncaughtExceptionHandler {
        @Override
        public AsyncUncaughtExceptionHandler getAsyncUncaughtExceptionHandler() {
            return this;
        }

        @Override
        public void handleUncaughtException(Throwable failure, Method method, @Nullable Object... arguments) {
            journal.add("%s(%s): %s".formatted(method.getName(), arguments[0], failure.getMessage()));
        }
    }

    @Test
    void aFailureIsTheEnginesUntilItSaysThatNoAttemptFollows() {
        durable()
                .withBean(Failing.class)
                .withBean(Told.class, () -> new Told(journal))
                .run(context -> {
                    FakeAtom atom = context.getBean(FakeEngine.class).atom("orders");
                    context.getBean(Failing.class).send("A");
                    StoredCall call = atom.stored.get(0);
                    assertThatThrownBy(atom::deliverNext)
                            .isInstanceOf(IOException.class)
                            .hasMessage("no way for A");
                    assertThat(journal).isEmpty();
                    atom.operation(call).failed(call.invocation(), 17, 3, new IOException("no way"));
                    assertThat(journal).containsExactly("send(A): no way");
                    assertAtRest(context);
                });
    }

    static class Future {
        @KeyedSequential(key = "#key", atom = "orders")
        CompletableFuture<Void> send(@Nullable String key) {
            return CompletableFuture.runAsync(() -> {}, Runnable::run);
        }
    }

    @Test
    void aFutureIsTheEngines() {
        durable().withBean(Future.class).run(context -> {
            FakeAtom atom = context.getBean(FakeEngine.class).atom("orders");
            CompletableFuture<Void> future = context.getBean(Future.class).send("A");
            assertThat(future).isSameAs(atom.futures.get(0)).isNotDone();
            assertThat(atom.deliverNext()).isInstanceOf(CompletableFuture.class);
            assertThat(future).isNotDone();
        });
    }

    @Test
    void aCallThatIsNotTakenFailsItsFuture() {
        durable().withBean(Future.class).run(context -> assertThat(
                        failure(context.getBean(Future.class).send(null)))
                .asInstanceOf(THROWABLE)
                .hasMessageContaining("is null; every call needs a key"));
    }

    private static Throwable failure(CompletableFuture<?> future) {
        assertThat(future).isCompletedExceptionally();
        return future.handle((nothing, failure) -> failure).join();
    }

    @Order(1)
    static class Tracing implements HeaderCarrier {
        static final ThreadLocal<@Nullable String> TRACE = new ThreadLocal<>();

        @Override
        public void capture(BiConsumer<String, String> headers) {
            headers.accept("trace", String.valueOf(TRACE.get()));
        }

        @Override
        public Restored restore(Map<String, String> headers) {
            String before = TRACE.get();
            TRACE.set(headers.get("trace"));
            return () -> TRACE.set(before);
        }
    }

    @Order(2)
    static class Broken implements HeaderCarrier {
        @Override
        public void capture(BiConsumer<String, String> headers) {}

        @Override
        public Restored restore(Map<String, String> headers) {
            throw new IllegalStateException("cannot be restored");
        }
    }

    static class Traced {
        private final List<String> journal;

        Traced(List<String> journal) {
            this.journal = journal;
        }

        @KeyedSequential(key = "#key", atom = "orders")
        void send(String key) {
            journal.add("body in " + Tracing.TRACE.get());
        }
    }

    /** Decorators are asked where the body runs: the observation of the operation has the carried trace as its parent. */
    record Decorating(List<String> journal) implements InvocationDecorator {
        @Override
        public DecoratedInvocation decorate(KeyedInvocation invocation, boolean callersThread) {
            journal.add("decorated in %s, %s".formatted(Tracing.TRACE.get(), invocation.headers()));
            return new DecoratedInvocation() {
                @Override
                public @Nullable Object run(Body body) throws Throwable {
                    return body.run();
                }

                @Override
                public void ended(@Nullable Throwable failure) {
                    journal.add("ended");
                }
            };
        }
    }

    @Test
    void headersTravelWithTheCall() {
        durable()
                .withBean(Tracing.class)
                .withBean(Traced.class)
                .withBean(Decorating.class, () -> new Decorating(journal))
                .run(context -> {
                    FakeAtom atom = context.getBean(FakeEngine.class).atom("orders");
                    Tracing.TRACE.set("t1");
                    context.getBean(Traced.class).send("A");
                    Tracing.TRACE.set("t2");
                    assertThat(atom.stored.get(0).headers()).containsExactly(Map.entry("trace", "t1"));
                    atom.deliverNext();
                    assertThat(journal).containsExactly("decorated in t1, {trace=t1}", "body in t1", "ended");
                    assertThat(Tracing.TRACE.get()).isEqualTo("t2");
                    Tracing.TRACE.remove();
                });
    }

    @Test
    void aHeaderThatCannotBeRestoredFailsTheAttemptAndLeavesNothingBehind() {
        durable()
                .withBean(Tracing.class)
                .withBean(Broken.class)
                .withBean(Traced.class)
                .run(context -> {
                    FakeAtom atom = context.getBean(FakeEngine.class).atom("orders");
                    Tracing.TRACE.set("t1");
                    context.getBean(Traced.class).send("A");
                    Tracing.TRACE.set("t2");
                    assertThatThrownBy(atom::deliverNext).hasMessage("cannot be restored");
                    assertThat(Tracing.TRACE.get()).isEqualTo("t2");
                    assertThat(journal).isEmpty();
                    context.getBean(Traced.class).send("A");
                    assertThat(atom.stored).as("a call, not a delivery").hasSize(1);
                    Tracing.TRACE.remove();
                });
    }

    static class Chain {
        private final List<String> journal;
        private final ObjectProvider<Chain> self;

        Chain(List<String> journal, ObjectProvider<Chain> self) {
            this.journal = journal;
            this.self = self;
        }

        @KeyedSequential(key = "#key", atom = "orders")
        void first(String key) {
            journal.add("first");
            self.getObject().second(key);
        }

        @KeyedSequential(key = "#key", atom = "other")
        void second(String key) {
            journal.add("second");
        }
    }

    @Test
    void aBodyStoresInAnotherAtom() {
        durable().withBean(Chain.class).run(context -> {
            FakeEngine engine = context.getBean(FakeEngine.class);
            context.getBean(Chain.class).first("A");
            engine.atom("orders").deliverNext();
            assertThat(journal).containsExactly("first");
            assertThat(engine.atom("other").stored).hasSize(1);
            engine.atom("other").deliverNext();
            assertThat(journal).containsExactly("first", "second");
        });
    }
}
