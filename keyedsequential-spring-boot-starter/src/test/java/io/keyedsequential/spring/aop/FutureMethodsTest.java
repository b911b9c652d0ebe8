package io.keyedsequential.spring.aop;

import static io.keyedsequential.spring.Apps.app;
import static io.keyedsequential.spring.Apps.assertAtRest;
import static io.keyedsequential.spring.Apps.await;
import static io.keyedsequential.spring.Apps.registry;
import static org.assertj.core.api.Assertions.assertThat;

import io.keyedsequential.OperationFuture;
import io.keyedsequential.OperationSnapshot;
import io.keyedsequential.RejectedOperationException;
import io.keyedsequential.spring.annotation.KeyedSequential;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@ExtendWith(OutputCaptureExtension.class)
class FutureMethodsTest {

    static class Prices {
        static final List<String> BEGUN = new CopyOnWriteArrayList<>();

        @KeyedSequential(key = "#product", atom = "prices")
        public CompletableFuture<String> price(String product, CompletableFuture<String> answer) {
            BEGUN.add(product);
            return answer;
        }

        @KeyedSequential(key = "#product", atom = "prices", operation = "stage")
        public CompletionStage<String> stage(String product) {
            return CompletableFuture.completedStage("stage of " + product);
        }

        @KeyedSequential(key = "#product", atom = "prices", operation = "plain-future")
        public Future<String> future(String product, FutureTask<String> answer) {
            return answer;
        }

        @KeyedSequential(key = "#product", atom = "prices", operation = "throwing")
        public CompletableFuture<String> throwing(String product) throws Exception {
            throw new Exception("no price for " + product);
        }

        @KeyedSequential(key = "#product", atom = "prices", operation = "none")
        public CompletableFuture<String> none(String product) {
            return null;
        }
    }

    @Test
    void theFutureKnowsTheIdThatSnapshotsShow() {
        app().withBean(Prices.class).run(context -> {
            CompletableFuture<String> future =
                    context.getBean(Prices.class).price("A", CompletableFuture.completedFuture("7"));
            assertThat(future).succeedsWithin(Duration.ofMinutes(2)).isEqualTo("7");
            assertThat(future).isInstanceOf(OperationFuture.class);
            assertAtRest(context);
            assertThat(registry(context).coordinator("prices").snapshot())
                    .extracting(OperationSnapshot::id)
                    .containsExactly(((OperationFuture<?>) future).operationId());
        });
    }

    @Test
    void theKeyIsHeldUntilTheReturnedFutureIsComplete() {
        Prices.BEGUN.clear();
        app().withBean(Prices.class)
                .withPropertyValues("keyedsequential.atoms.prices.max-concurrency=1")
                .run(context -> {
                    Prices prices = context.getBean(Prices.class);
                    CompletableFuture<String> answer = new CompletableFuture<>();
                    CompletableFuture<String> first = prices.price("A", answer);
                    CompletableFuture<String> second = prices.price("A", CompletableFuture.completedFuture("2"));
                    // The one permit is free again, the key is not: another key overtakes.
                    assertThat(prices.price("B", CompletableFuture.completedFuture("3")))
                            .succeedsWithin(Duration.ofMinutes(2))
                            .isEqualTo("3");
                    assertThat(Prices.BEGUN).containsExactly("A", "B");
                    assertThat(second).isNotDone();
                    answer.complete("1");
                    assertThat(first).succeedsWithin(Duration.ofMinutes(2)).isEqualTo("1");
                    assertThat(second).succeedsWithin(Duration.ofMinutes(2)).isEqualTo("2");
                    assertAtRest(context);
                });
    }

    @Test
    void aStageIsAnOperationFutureToo() {
        app().withBean(Prices.class).run(context -> {
            CompletionStage<String> stage = context.getBean(Prices.class).stage("A");
            assertThat(stage.toCompletableFuture())
                    .succeedsWithin(Duration.ofMinutes(2))
                    .isEqualTo("stage of A");
            assertThat(stage).isInstanceOf(OperationFuture.class);
            assertAtRest(context);
        });
    }

    /** Tells when somebody waits for it. */
    static class Late extends FutureTask<String> {
        final CountDownLatch askers = new CountDownLatch(2);

        Late() {
            super(() -> "late");
        }

        @Override
        public String get() throws InterruptedException, ExecutionException {
            askers.countDown();
            return super.get();
        }
    }

    @Test
    void aPlainFutureIsAwaitedAndTheLogSaysOnceThatThisHoldsAPermit(CapturedOutput output) {
        app().withBean(Prices.class)
                .withPropertyValues("keyedsequential.atoms.prices.max-concurrency=2")
                .run(context -> {
                    Prices prices = context.getBean(Prices.class);
                    Late answer = new Late();
                    Future<String> first = prices.future("A", answer);
                    Future<String> second = prices.future("B", answer);
                    await(answer.askers);
                    assertThat(first.isDone()).isFalse();
                    answer.run();
                    assertThat(first.get(120, TimeUnit.SECONDS)).isEqualTo("late");
                    assertThat(second.get(120, TimeUnit.SECONDS)).isEqualTo("late");
                    assertAtRest(context);
                });
        assertThat(output.getAll().split("which is no CompletionStage", -1)).hasSize(2);
    }

    @Test
    void aFailedPlainFutureFailsWithItsCause() {
        app().withBean(Prices.class).run(context -> {
            FutureTask<String> failing = new FutureTask<>(() -> {
                throw new IllegalStateException("sold out");
            });
            failing.run();
            Future<String> future = context.getBean(Prices.class).future("A", failing);
            assertThat((CompletableFuture<?>) future)
                    .failsWithin(Duration.ofMinutes(2))
                    .withThrowableOfType(ExecutionException.class)
                    .withCauseInstanceOf(IllegalStateException.class)
                    .withMessageContaining("sold out");
            assertAtRest(context);
        });
    }

    @Test
    void whatTheBodyThrowsFailsTheFutureUnchanged() {
        app().withBean(Prices.class).run(context -> {
            CompletableFuture<String> future = context.getBean(Prices.class).throwing("A");
            assertThat(future.handle((result, error) -> error))
                    .succeedsWithin(Duration.ofMinutes(2))
                    .satisfies(error -> assertThat(error)
                            .isExactlyInstanceOf(Exception.class)
                            .hasMessage("no price for A"));
            assertAtRest(context);
            assertThat(registry(context).coordinator("prices").stats().failed()).isOne();
        });
    }

    @Test
    void aBodyThatReturnsNullCompletesWithNull() {
        app().withBean(Prices.class).run(context -> {
            assertThat(context.getBean(Prices.class).none("A"))
                    .succeedsWithin(Duration.ofMinutes(2))
                    .isNull();
            assertAtRest(context);
        });
    }

    @Test
    void aRejectionArrivesAsAFailedFuture() {
        app().withBean(Prices.class).run(context -> {
            registry(context).coordinator("prices").closeIntake();
            assertThat(context.getBean(Prices.class).none("A"))
                    .failsWithin(Duration.ZERO)
                    .withThrowableOfType(ExecutionException.class)
                    .withCauseInstanceOf(RejectedOperationException.class);
        });
    }

    @Test
    void aNullKeyArrivesAsAFailedFuture() {
        app().withBean(Prices.class)
                .run(context -> assertThat(context.getBean(Prices.class).none(null))
                        .failsWithin(Duration.ZERO)
                        .withThrowableOfType(ExecutionException.class)
                        .withCauseInstanceOf(KeyEvaluationException.class)
                        .withMessageContaining("the key '#product'"));
    }
}
