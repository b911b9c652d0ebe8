package io.keyedsequential.spring.aop;

import static io.keyedsequential.spring.Apps.app;
import static io.keyedsequential.spring.Apps.assertAtRest;
import static io.keyedsequential.spring.Apps.await;
import static io.keyedsequential.spring.Apps.registry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keyedsequential.CoordinatorStats;
import io.keyedsequential.ExhaustedPolicy;
import io.keyedsequential.KeyedCoordinator;
import io.keyedsequential.RejectedOperationException;
import io.keyedsequential.RetryPolicy;
import io.keyedsequential.spring.annotation.KeyedSequential;
import io.keyedsequential.spring.atom.CoordinatorOptionsCustomizer;
import io.keyedsequential.spring.atom.MisconfiguredAtomException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

class FluxMethodsTest {

    static class Feeds {
        @KeyedSequential(key = "#feed", atom = "feeds", maxConcurrency = 1)
        public Flux<Integer> read(String feed, Supplier<Flux<Integer>> lines) {
            return lines.get();
        }
    }

    /** Asks for nothing by itself. */
    static class Reader extends BaseSubscriber<Integer> {
        final List<Integer> seen = new CopyOnWriteArrayList<>();
        final CountDownLatch five = new CountDownLatch(5);
        final CountDownLatch ended = new CountDownLatch(1);
        volatile Throwable error;

        @Override
        protected void hookOnSubscribe(Subscription subscription) {}

        @Override
        protected void hookOnNext(Integer line) {
            seen.add(line);
            five.countDown();
        }

        @Override
        protected void hookOnError(Throwable failure) {
            error = failure;
            ended.countDown();
        }

        @Override
        protected void hookOnComplete() {
            ended.countDown();
        }
    }

    private static ApplicationContextRunner feeds() {
        return app().withBean(Feeds.class);
    }

    private static ApplicationContextRunner feeds(CoordinatorOptionsCustomizer customizer) {
        return feeds().withBean(CoordinatorOptionsCustomizer.class, () -> customizer);
    }

    @Test
    void nothingHappensUntilSomebodySubscribesAndEachSubscriptionIsAnOperation() {
        feeds().run(context -> {
            Flux<Integer> lines = context.getBean(Feeds.class).read("A", () -> Flux.range(1, 3));
            assertThat(stats(context).admitted()).isZero();
            assertThat(lines.collectList().block(Duration.ofMinutes(2))).containsExactly(1, 2, 3);
            assertThat(lines.take(2).collectList().block(Duration.ofMinutes(2))).containsExactly(1, 2);
            assertAtRest(context);
            assertThat(stats(context).admitted()).isEqualTo(2);
        });
    }

    @Test
    void thePublisherIsAskedForWhatTheSubscriberAsksForAndForNoMore() {
        feeds().run(context -> {
            AtomicLong asked = new AtomicLong();
            Reader reader = new Reader();
            KeyedCoordinator<Object> coordinator = registry(context).coordinator("feeds");
            coordinator.pause();
            context.getBean(Feeds.class)
                    .read("A", () -> Flux.range(1, 1_000).doOnRequest(asked::addAndGet))
                    .subscribe(reader);
            reader.request(2); // before there is a publisher
            reader.request(1);
            coordinator.resume();
            reader.request(2);
            await(reader.five);
            reader.cancel();
            assertAtRest(context);
            assertThat(asked).hasValue(5);
            assertThat(reader.seen).containsExactly(1, 2, 3, 4, 5);
        });
    }

    @Test
    void theKeyIsHeldUntilThePublisherHasTerminatedAndNoPermitIs() {
        feeds().run(context -> {
            Feeds feeds = context.getBean(Feeds.class);
            Sinks.Many<Integer> open = Sinks.many().unicast().onBackpressureBuffer();
            Reader first = new Reader();
            feeds.read("A", open::asFlux).subscribe(first);
            first.request(Long.MAX_VALUE);
            Reader second = new Reader();
            feeds.read("A", () -> Flux.just(2)).subscribe(second);
            second.request(Long.MAX_VALUE);
            // The one permit is free again, the key is not: another key overtakes.
            assertThat(feeds.read("B", () -> Flux.just(3)).blockLast(Duration.ofMinutes(2)))
                    .isEqualTo(3);
            open.tryEmitNext(1);
            assertThat(second.seen).isEmpty();
            open.tryEmitComplete();
            await(second.ended);
            assertThat(first.seen).containsExactly(1);
            assertThat(second.seen).containsExactly(2);
            assertAtRest(context);
            assertThat(stats(context).completed()).isEqualTo(3);
        });
    }

    @Test
    void errorsFailTheOperationAndReachTheSubscriberAfterTheElements() {
        feeds().run(context -> {
            IllegalStateException error = new IllegalStateException("torn");
            Reader reader = new Reader();
            context.getBean(Feeds.class)
                    .read("A", () -> Flux.just(1).concatWith(Flux.error(error)))
                    .subscribe(reader);
            reader.request(5);
            await(reader.ended);
            assertThat(reader.seen).containsExactly(1);
            assertThat(reader.error).isSameAs(error);
            Reader thrown = new Reader();
            context.getBean(Feeds.class)
                    .read("A", () -> {
                        throw error;
                    })
                    .subscribe(thrown);
            await(thrown.ended);
            assertThat(thrown.error).isSameAs(error);
            assertAtRest(context);
            assertThat(stats(context).failed()).isEqualTo(2);
        });
    }

    @Test
    void noPublisherAtAllIsEmpty() {
        feeds().run(context -> {
            assertThat(context.getBean(Feeds.class).read("A", () -> null).blockLast(Duration.ofMinutes(2)))
                    .isNull();
            assertAtRest(context);
            assertThat(stats(context).completed()).isOne();
        });
    }

    @Test
    void theBodySeesTheContextOfItsSubscriber() {
        feeds().run(context -> {
            Flux<Integer> lines = context.getBean(Feeds.class)
                    .read("A", () -> Flux.deferContextual(view -> Flux.range(1, view.get("lines"))));
            assertThat(lines.contextWrite(view -> view.put("lines", 4)).blockLast(Duration.ofMinutes(2)))
                    .isEqualTo(4);
            assertAtRest(context);
        });
    }

    @Test
    void cancelledBeforeItsTurnItIsTakenOut() {
        feeds().run(context -> {
            Feeds feeds = context.getBean(Feeds.class);
            KeyedCoordinator<Object> coordinator = registry(context).coordinator("feeds");
            coordinator.pause();
            Disposable queued = feeds.read("A", () -> {
                        throw new AssertionError("has run");
                    })
                    .subscribe();
            queued.dispose();
            assertThat(stats(context).cancelled()).isOne();
            assertThat(stats(context).queued()).isZero();
            coordinator.resume();
            assertAtRest(context);
        });
    }

    @Test
    void cancelledWhileItRunsThePublisherIsCancelledBeforeTheKeyIsFree() {
        feeds().run(context -> {
            Feeds feeds = context.getBean(Feeds.class);
            List<String> order = new CopyOnWriteArrayList<>();
            CountDownLatch subscribed = new CountDownLatch(1);
            Disposable running = feeds.read("A", () -> Flux.<Integer>never()
                            .doOnSubscribe(subscription -> subscribed.countDown())
                            .doOnCancel(() -> order.add("cancelled")))
                    .subscribe();
            await(subscribed);
            Reader next = new Reader();
            feeds.read("A", () -> {
                        order.add("next");
                        return Flux.just(2);
                    })
                    .subscribe(next);
            next.request(5);
            running.dispose();
            await(next.ended);
            assertThat(order).containsExactly("cancelled", "next");
            assertAtRest(context);
            assertThat(stats(context).cancelled()).isOne();
            assertThat(stats(context).failed()).isZero();
        });
    }

    @Test
    void aPublisherThatTakesTooLongIsCancelledAndFreesTheKey() {
        feeds((atom, builder) -> builder.runTimeout(Duration.ofMillis(20))).run(context -> {
            CountDownLatch cancelled = new CountDownLatch(1);
            AtomicBoolean subscribed = new AtomicBoolean();
            do { // if its time is up before it has been subscribed to, there is nothing to cancel
                Reader reader = new Reader();
                context.getBean(Feeds.class)
                        .read("A", () -> Flux.<Integer>never()
                                .doOnSubscribe(subscription -> subscribed.set(true))
                                .doOnCancel(cancelled::countDown))
                        .subscribe(reader);
                await(reader.ended);
                assertThat(reader.error).isInstanceOf(TimeoutException.class);
                assertAtRest(context);
            } while (!subscribed.get());
            await(cancelled);
        });
    }

    @Test
    void aRejectionAndAMissingKeyAreErrorSignals() {
        feeds().run(context -> {
            Feeds feeds = context.getBean(Feeds.class);
            assertThatThrownBy(() -> feeds.read(null, Flux::empty).blockLast(Duration.ofMinutes(2)))
                    .isInstanceOf(KeyEvaluationException.class);
            registry(context).coordinator("feeds").closeIntake();
            assertThatThrownBy(() -> feeds.read("A", Flux::empty).blockLast(Duration.ofMinutes(2)))
                    .isInstanceOf(RejectedOperationException.class);
        });
    }

    @Test
    void aThreadOfAnEventLoopIsRejectedWhereAnotherOneWouldWait() {
        feeds().withPropertyValues("keyedsequential.atoms.feeds.capacity=1").run(context -> {
            Feeds feeds = context.getBean(Feeds.class);
            KeyedCoordinator<Object> coordinator = registry(context).coordinator("feeds");
            coordinator.pause();
            Reader fills = new Reader();
            feeds.read("A", Flux::empty).subscribe(fills);
            Flux<Integer> onLoop = feeds.read("B", Flux::empty).subscribeOn(Schedulers.parallel());
            assertThatThrownBy(() -> onLoop.blockLast(Duration.ofMinutes(2)))
                    .isInstanceOf(RejectedOperationException.class)
                    .hasMessageStartingWith("feeds: rejected, full");
            coordinator.resume();
            await(fills.ended);
            assertAtRest(context);
        });
    }

    @Test
    void anAtomThatTriesAgainIsRefusedSinceElementsCannotBeTakenBack() {
        feeds((atom, builder) -> builder.retryPolicy(RetryPolicy.attempts(3))).run(context -> assertThat(context)
                .getFailure()
                .isInstanceOf(MisconfiguredAtomException.class)
                .hasMessageContaining("Feeds.read(String, Supplier) returns a Flux, and the atom 'feeds' may try"
                        + " operations again (retryPolicy with 3 attempts, exhaustedPolicy SKIP)"));
        feeds((atom, builder) -> builder.exhaustedPolicy(ExhaustedPolicy.PARK))
                .run(context -> assertThat(context).hasFailed());
        feeds((atom, builder) -> builder.exhaustedPolicy(ExhaustedPolicy.HALT))
                .run(context -> assertThat(context).hasNotFailed());
    }

    private static CoordinatorStats stats(ApplicationContext context) {
        return registry(context).coordinator("feeds").stats();
    }
}
