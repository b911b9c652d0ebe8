package io.keyedsequential.spring.aop;

import static io.keyedsequential.spring.Apps.app;
import static io.keyedsequential.spring.Apps.assertAtRest;
import static io.keyedsequential.spring.Apps.await;
import static io.keyedsequential.spring.Apps.registry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keyedsequential.CoordinatorStats;
import io.keyedsequential.KeyedCoordinator;
import io.keyedsequential.RejectedOperationException;
import io.keyedsequential.RetryPolicy;
import io.keyedsequential.spring.annotation.KeyedSequential;
import io.keyedsequential.spring.atom.CoordinatorOptionsCustomizer;
import io.keyedsequential.spring.atom.InvocationDecorator;
import io.keyedsequential.spring.atom.InvocationDecorator.DecoratedInvocation;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

class MonoMethodsTest {

    static class Prices {
        @KeyedSequential(key = "#product", atom = "prices", maxConcurrency = 1)
        public Mono<String> price(String product, Mono<String> answer) {
            BEGUN.add(product);
            return answer;
        }

        @KeyedSequential(key = "#product", atom = "prices", operation = "throwing")
        public Mono<String> throwing(String product) throws Exception {
            throw new Exception("no price for " + product);
        }

        @KeyedSequential(key = "#product", atom = "prices", operation = "none")
        public Mono<String> none(String product) {
            return null;
        }
    }

    /** Of the one application of the present test; the bodies are given everything else. */
    private static final List<String> BEGUN = new CopyOnWriteArrayList<>();

    MonoMethodsTest() {
        BEGUN.clear();
    }

    private static ApplicationContextRunner prices() {
        return app().withBean(Prices.class);
    }

    private static ApplicationContextRunner prices(CoordinatorOptionsCustomizer customizer) {
        return prices().withBean(CoordinatorOptionsCustomizer.class, () -> customizer);
    }

    @Test
    void nothingHappensUntilSomebodySubscribes() {
        prices().run(context -> {
            context.getBean(Prices.class).price("A", Mono.just("1"));
            assertThat(stats(context).admitted()).isZero();
            assertThat(BEGUN).isEmpty();
        });
    }

    @Test
    void eachSubscriptionIsAnOperation() {
        prices().run(context -> {
            Mono<String> price = context.getBean(Prices.class).price("A", Mono.just("1"));
            assertThat(price.block(Duration.ofMinutes(2))).isEqualTo("1");
            assertThat(price.block(Duration.ofMinutes(2))).isEqualTo("1");
            assertAtRest(context);
            assertThat(BEGUN).containsExactly("A", "A");
            assertThat(stats(context).completed()).isEqualTo(2);
        });
    }

    @Test
    void theKeyIsHeldUntilThePublisherHasTerminatedAndNoPermitIs() {
        prices().run(context -> {
            Prices prices = context.getBean(Prices.class);
            Sinks.One<String> answer = Sinks.one();
            CompletableFuture<String> first = prices.price("A", answer.asMono()).toFuture();
            CompletableFuture<String> second = prices.price("A", Mono.just("2")).toFuture();
            // The one permit is free again, the key is not: another key overtakes.
            assertThat(prices.price("B", Mono.just("3")).block(Duration.ofMinutes(2)))
                    .isEqualTo("3");
            assertThat(BEGUN).containsExactly("A", "B");
            assertThat(second).isNotDone();
            answer.tryEmitValue("1");
            assertThat(first.get(120, TimeUnit.SECONDS)).isEqualTo("1");
            assertThat(second.get(120, TimeUnit.SECONDS)).isEqualTo("2");
            assertAtRest(context);
        });
    }

    @Test
    void anEmptyPublisherAndNoneAtAllAreEmpty() {
        prices().run(context -> {
            Prices prices = context.getBean(Prices.class);
            assertThat(prices.price("A", Mono.empty()).block(Duration.ofMinutes(2)))
                    .isNull();
            assertThat(prices.none("A").block(Duration.ofMinutes(2))).isNull();
            assertAtRest(context);
        });
    }

    @Test
    void errorsFailTheOperationAndReachTheSubscriberUnchanged() {
        prices().run(context -> {
            Prices prices = context.getBean(Prices.class);
            Exception error = new Exception("sold out");
            assertThat(prices.price("A", Mono.error(error)).toFuture())
                    .failsWithin(Duration.ofMinutes(2))
                    .withThrowableThat()
                    .withCause(error);
            assertThat(prices.throwing("A").toFuture())
                    .failsWithin(Duration.ofMinutes(2))
                    .withThrowableThat()
                    .havingCause()
                    .isExactlyInstanceOf(Exception.class)
                    .withMessage("no price for A");
            assertAtRest(context);
            assertThat(stats(context).failed()).isEqualTo(2);
        });
    }

    @Test
    void aRejectionAndAMissingKeyAreErrorSignals() {
        prices().run(context -> {
            Prices prices = context.getBean(Prices.class);
            Mono<String> withoutKey = prices.price(null, Mono.just("1"));
            assertThatThrownBy(() -> withoutKey.block(Duration.ZERO)).isInstanceOf(KeyEvaluationException.class);
            registry(context).coordinator("prices").closeIntake();
            Mono<String> late = prices.price("A", Mono.just("1"));
            assertThatThrownBy(() -> late.block(Duration.ofMinutes(2))).isInstanceOf(RejectedOperationException.class);
        });
    }

    @Test
    void theBodySeesTheContextOfItsSubscriber() {
        prices().run(context -> {
            Mono<String> asks = Mono.deferContextual(view -> Mono.just("price for " + view.get("tenant")));
            Mono<String> price = context.getBean(Prices.class).price("A", asks);
            assertThat(price.contextWrite(view -> view.put("tenant", "acme")).block(Duration.ofMinutes(2)))
                    .isEqualTo("price for acme");
            assertThat(price.contextWrite(view -> view.put("tenant", "ajax")).block(Duration.ofMinutes(2)))
                    .isEqualTo("price for ajax");
            assertAtRest(context);
        });
    }

    @Test
    void cancelledBeforeItsTurnItIsTakenOut() {
        prices().run(context -> {
            Prices prices = context.getBean(Prices.class);
            Sinks.One<String> answer = Sinks.one();
            CountDownLatch begun = new CountDownLatch(1);
            Mono<String> late = answer.asMono().doOnSubscribe(subscription -> begun.countDown());
            CompletableFuture<String> first = prices.price("A", late).toFuture();
            await(begun);
            Disposable second = prices.price("A", Mono.just("2")).subscribe();
            second.dispose();
            assertThat(stats(context).cancelled()).isOne();
            assertThat(stats(context).queued()).isZero();
            answer.tryEmitValue("1");
            first.get(120, TimeUnit.SECONDS);
            assertAtRest(context);
            assertThat(BEGUN).containsExactly("A");
        });
    }

    @Test
    void cancelledWhileItRunsThePublisherIsCancelledBeforeTheKeyIsFree() {
        prices().run(context -> {
            Prices prices = context.getBean(Prices.class);
            CountDownLatch subscribed = new CountDownLatch(1);
            List<String> order = new CopyOnWriteArrayList<>();
            Mono<String> never = Mono.<String>never()
                    .doOnSubscribe(subscription -> subscribed.countDown())
                    .doOnCancel(() -> order.add("cancelled"));
            Disposable running = prices.price("A", never).subscribe();
            await(subscribed);
            CompletableFuture<String> next = prices.price("A", Mono.fromSupplier(() -> {
                        order.add("next");
                        return "2";
                    }))
                    .toFuture();
            running.dispose();
            assertThat(next.get(120, TimeUnit.SECONDS)).isEqualTo("2");
            assertThat(order).containsExactly("cancelled", "next");
            assertAtRest(context);
            assertThat(stats(context).cancelled()).isOne();
            assertThat(stats(context).failed()).isZero();
        });
    }

    @Test
    void aMethodThatRunsWhenItsSubscriberCancelsHoldsTheKeyUntilItReturns() {
        prices().run(context -> {
            Prices prices = context.getBean(Prices.class);
            CountDownLatch begun = new CountDownLatch(1);
            CountDownLatch gate = new CountDownLatch(1);
            Disposable running = prices.price("A", Mono.fromSupplier(() -> {
                        begun.countDown();
                        await(gate);
                        return "1";
                    }))
                    .subscribe();
            await(begun);
            running.dispose();
            CompletableFuture<String> next = prices.price("A", Mono.just("2")).toFuture();
            assertThat(stats(context).active()).isOne();
            assertThat(next).isNotDone();
            gate.countDown();
            assertThat(next.get(120, TimeUnit.SECONDS)).isEqualTo("2");
            assertAtRest(context);
        });
    }

    @Test
    void aRetryPolicyCallsTheMethodAgainForEveryAttempt() {
        prices((atom, builder) -> builder.retryPolicy(RetryPolicy.builder()
                        .maxAttempts(3)
                        .backoff(Duration.ZERO)
                        .build()))
                .run(context -> {
                    Mono<String> price = context.getBean(Prices.class).price("A", Mono.defer(() -> {
                        BEGUN.add("subscribed");
                        return BEGUN.size() < 6 ? Mono.error(new IllegalStateException("not yet")) : Mono.just("3");
                    }));
                    assertThat(price.block(Duration.ofMinutes(2))).isEqualTo("3");
                    assertAtRest(context);
                    assertThat(BEGUN).containsExactly("A", "subscribed", "A", "subscribed", "A", "subscribed");
                    assertThat(stats(context).admitted()).isOne();
                });
    }

    @Test
    void aPublisherThatTakesTooLongIsCancelledAndFreesTheKey() {
        prices((atom, builder) -> builder.runTimeout(Duration.ofMillis(20))).run(context -> {
            CountDownLatch cancelled = new CountDownLatch(1);
            AtomicBoolean subscribed = new AtomicBoolean();
            int calls = 0;
            do { // if its time is up before it has been subscribed to, there is nothing to cancel
                Mono<String> price = context.getBean(Prices.class)
                        .price(
                                "A",
                                Mono.<String>never()
                                        .doOnSubscribe(subscription -> subscribed.set(true))
                                        .doOnCancel(cancelled::countDown));
                assertThat(price.toFuture())
                        .failsWithin(Duration.ofMinutes(2))
                        .withThrowableThat()
                        .withCauseInstanceOf(TimeoutException.class);
                assertAtRest(context);
                calls++;
            } while (!subscribed.get());
            await(cancelled);
            assertThat(stats(context).failed()).isEqualTo(calls);
        });
    }

    @Test
    void aPurgedOperationIsAnErrorSignal() {
        prices().run(context -> {
            Prices prices = context.getBean(Prices.class);
            Sinks.One<String> answer = Sinks.one();
            CountDownLatch begun = new CountDownLatch(1);
            Mono<String> late = answer.asMono().doOnSubscribe(subscription -> begun.countDown());
            CompletableFuture<String> first = prices.price("A", late).toFuture();
            await(begun);
            CompletableFuture<String> second = prices.price("A", Mono.just("2")).toFuture();
            registry(context).coordinator("prices").purge("A");
            assertThat(second.handle((value, error) -> error).get(120, TimeUnit.SECONDS))
                    .isInstanceOf(CancellationException.class);
            answer.tryEmitValue("1");
            first.get(120, TimeUnit.SECONDS);
            assertAtRest(context);
        });
    }

    @Test
    void aThreadOfAnEventLoopIsRejectedWhereAnotherOneWouldWait() {
        prices().withPropertyValues("keyedsequential.atoms.prices.capacity=1").run(context -> {
            Prices prices = context.getBean(Prices.class);
            KeyedCoordinator<Object> coordinator = registry(context).coordinator("prices");
            coordinator.pause();
            CompletableFuture<String> fills = prices.price("A", Mono.just("1")).toFuture();
            Mono<String> onLoop = prices.price("B", Mono.just("2")).subscribeOn(Schedulers.parallel());
            assertThatThrownBy(() -> onLoop.block(Duration.ofMinutes(2)))
                    .isInstanceOf(RejectedOperationException.class)
                    .hasMessageStartingWith("prices: rejected, full");
            coordinator.resume();
            assertThat(fills.get(120, TimeUnit.SECONDS)).isEqualTo("1");
            assertThat(onLoop.block(Duration.ofMinutes(2))).isEqualTo("2");
            assertAtRest(context);
        });
    }

    @Test
    void decoratorsAreAskedBySubscribersAndSurroundTheSubscriptionToTheBody() {
        List<String> journal = new CopyOnWriteArrayList<>();
        InvocationDecorator decorator = (invocation, callersThread) -> {
            journal.add("decorate");
            return new DecoratedInvocation() {
                @Override
                public Object run(Body body) throws Throwable {
                    journal.add("before");
                    Object stage = body.run();
                    journal.add("after");
                    return stage;
                }

                @Override
                public void ended(Throwable failure) {
                    journal.add("ended " + failure);
                }
            };
        };
        prices().withBean(InvocationDecorator.class, () -> decorator).run(context -> {
            Mono<String> price = context.getBean(Prices.class).price("A", Mono.fromSupplier(() -> {
                journal.add("subscribed");
                return "1";
            }));
            assertThat(journal).isEmpty();
            price.block(Duration.ofMinutes(2));
            assertAtRest(context);
            assertThat(journal).containsExactly("decorate", "before", "subscribed", "after", "ended null");
        });
    }

    private static CoordinatorStats stats(ApplicationContext context) {
        return registry(context).coordinator("prices").stats();
    }
}
