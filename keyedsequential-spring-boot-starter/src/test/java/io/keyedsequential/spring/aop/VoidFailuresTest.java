package io.keyedsequential.spring.aop;

import static io.keyedsequential.spring.Apps.app;
import static io.keyedsequential.spring.Apps.assertAtRest;
import static io.keyedsequential.spring.Apps.await;
import static io.keyedsequential.spring.Apps.registry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keyedsequential.ExhaustedPolicy;
import io.keyedsequential.KeyedCoordinator;
import io.keyedsequential.OperationSnapshot;
import io.keyedsequential.OperationState;
import io.keyedsequential.OverflowPolicy;
import io.keyedsequential.RejectedOperationException;
import io.keyedsequential.RetryPolicy;
import io.keyedsequential.spring.annotation.KeyedSequential;
import io.keyedsequential.spring.atom.CoordinatorOptionsCustomizer;
import io.keyedsequential.spring.atom.KeyMask;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.aop.interceptor.AsyncUncaughtExceptionHandler;
import org.springframework.aop.interceptor.SimpleAsyncUncaughtExceptionHandler;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.scheduling.annotation.AsyncConfigurer;

/** Who is told when a method that returns nothing has failed: once for each operation, when no other attempt follows. */
@ExtendWith(OutputCaptureExtension.class)
class VoidFailuresTest {

    static class Letters {
        @KeyedSequential(key = "#to", atom = "letters")
        public void send(String to) throws IOException {
            throw new IOException("no stamp");
        }

        @KeyedSequential(key = "#to", atom = "letters", operation = "hold")
        public void hold(String to, CountDownLatch begun, CountDownLatch gate) {
            begun.countDown();
            await(gate);
        }

        @KeyedSequential(key = "#to", atom = "letters", operation = "give-up")
        public void giveUp(String to) {
            throw new CancellationException("given up");
        }
    }

    record Told(Throwable failure, String method, List<Object> arguments) {}

    private final List<Told> told = new CopyOnWriteArrayList<>();
    private final CountDownLatch toldOnce = new CountDownLatch(1);
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch gate = new CountDownLatch(1);

    private ApplicationContextRunner letters(Consumer<KeyedCoordinator.Builder<Object>> options) {
        return app().withBean(Letters.class)
                .withBean(
                        AsyncConfigurer.class,
                        () -> handler((failure, method, arguments) ->
                                tell(new Told(failure, method.getName(), List.of(arguments)))))
                .withBean(CoordinatorOptionsCustomizer.class, () -> (atom, builder) -> options.accept(builder));
    }

    private void tell(Told one) {
        told.add(one);
        toldOnce.countDown();
    }

    private static AsyncConfigurer handler(AsyncUncaughtExceptionHandler handler) {
        return new AsyncConfigurer() {
            @Override
            public AsyncUncaughtExceptionHandler getAsyncUncaughtExceptionHandler() {
                return handler;
            }
        };
    }

    @Test
    void theHandlerAndTheLogAreToldOnceWithTheMaskedKey(CapturedOutput output) {
        letters(builder -> {}).run(context -> {
            context.getBean(Letters.class).send("ada@example.org");
            assertAtRest(context);
            assertThat(told).singleElement().satisfies(only -> {
                assertThat(only.failure()).isExactlyInstanceOf(IOException.class);
                assertThat(only.method()).isEqualTo("send");
                assertThat(only.arguments()).containsExactly("ada@example.org");
            });
            OperationSnapshot operation = letters(context).snapshot().get(0);
            assertThat(operation.state()).isEqualTo(OperationState.FAILED);
            assertThat(output)
                    .contains("ERROR")
                    .contains("letters: operation %d (send) of key %s has failed after 1 attempt"
                            .formatted(
                                    operation.id(),
                                    context.getBean(KeyMask.class).mask("ada@example.org")))
                    .contains("at " + Letters.class.getName() + ".send(")
                    .doesNotContain("ada@");
            assertThat(times(output, "IOException: no stamp")).isOne();
        });
    }

    @Test
    void withoutAHandlerItIsLoggedOnce(CapturedOutput output) {
        app().withBean(Letters.class).run(context -> {
            context.getBean(Letters.class).send("A");
            assertAtRest(context);
            assertThat(times(output, "IOException: no stamp")).isOne();
        });
    }

    @Test
    void springsOwnHandlerDoesNotLogItASecondTime(CapturedOutput output) {
        app().withBean(Letters.class)
                .withBean(AsyncConfigurer.class, () -> handler(new SimpleAsyncUncaughtExceptionHandler()))
                .run(context -> {
                    context.getBean(Letters.class).send("A");
                    assertAtRest(context);
                    assertThat(times(output, "IOException: no stamp")).isOne();
                });
    }

    @Test
    void onlyTheLastAttemptIsAFailure(CapturedOutput output) {
        letters(builder -> builder.retryPolicy(RetryPolicy.builder()
                        .maxAttempts(3)
                        .backoff(Duration.ZERO)
                        .build()))
                .run(context -> {
                    context.getBean(Letters.class).send("A");
                    assertAtRest(context);
                    assertThat(told).hasSize(1);
                    assertThat(output).contains("(send)", "has failed after 3 attempts");
                    assertThat(times(output, "has failed")).isOne();
                });
    }

    @Test
    void whatIsParkedHasNotFailedYet(CapturedOutput output) {
        CountDownLatch parked = new CountDownLatch(1);
        letters(builder -> builder.exhaustedPolicy(ExhaustedPolicy.PARK).listener(new ParkWatch(parked)))
                .run(context -> {
                    context.getBean(Letters.class).send("A");
                    await(parked);
                    assertThat(told).isEmpty();
                    assertThat(letters(context).skip("A")).isTrue();
                    assertAtRest(context);
                    assertThat(told).hasSize(1);
                    assertThat(output.getAll()
                                    .lines()
                                    .filter(line ->
                                            line.contains("operation 1 (send) of key") && line.contains("has failed")))
                            .hasSize(1);
                });
    }

    @Test
    void whatWasNeverStartedInTimeHasFailed(CapturedOutput output) {
        letters(builder -> builder.queueTimeout(Duration.ofMillis(1))).run(context -> {
            Letters letters = context.getBean(Letters.class);
            letters(context).pauseKey("A"); // so that it cannot start, however fast this is
            letters.hold("A", begun, gate);
            await(toldOnce);
            letters(context).resumeKey("A");
            assertAtRest(context);
            assertThat(told).singleElement().satisfies(only -> assertThat(only.failure())
                    .isInstanceOf(TimeoutException.class));
            assertThat(output).contains("(hold)", "has failed before it began");
        });
    }

    @Test
    void whatRanTooLongHasFailedOnce() {
        letters(builder -> builder.runTimeout(Duration.ofMillis(1))).run(context -> {
            context.getBean(Letters.class).hold("A", begun, gate); // ends by the interrupt
            await(toldOnce); // by the timer's thread, while the body may have ended and the atom be idle already
            assertAtRest(context);
            assertThat(told).singleElement().satisfies(only -> assertThat(only.failure())
                    .isInstanceOf(TimeoutException.class));
        });
    }

    @Test
    void whatIsCancelledOrPurgedOrRejectedIsNoFailure(CapturedOutput output) {
        letters(builder -> builder.maxConcurrency(1).capacity(2).overflowPolicy(OverflowPolicy.REJECT))
                .run(context -> {
                    Letters letters = context.getBean(Letters.class);
                    letters.hold("A", begun, gate);
                    await(begun);
                    letters.send("A");
                    letters.send("B");
                    assertThatThrownBy(() -> letters.send("C")).isInstanceOf(RejectedOperationException.class);
                    assertThat(letters(context).purge("A")).hasSize(1);
                    assertThat(letters(context)
                                    .cancel(letters(context).snapshot().stream()
                                            .filter(operation -> operation.key().equals("B"))
                                            .findFirst()
                                            .orElseThrow()
                                            .id()))
                            .isTrue();
                    gate.countDown();
                    assertAtRest(context);
                    assertThat(told).isEmpty();
                    assertThat(output).doesNotContain("has failed");
                });
    }

    @Test
    void aBodyThatThrowsACancellationHasFailed() {
        letters(builder -> {}).run(context -> {
            context.getBean(Letters.class).giveUp("A");
            assertAtRest(context);
            assertThat(told).hasSize(1);
        });
    }

    @Test
    void aHandlerThatFailsIsLoggedAndHarmsNothing(CapturedOutput output) {
        app().withBean(Letters.class)
                .withBean(
                        AsyncConfigurer.class,
                        () -> handler((failure, method, arguments) -> {
                            throw new IllegalStateException("no paper");
                        }))
                .run(context -> {
                    context.getBean(Letters.class).send("A");
                    assertAtRest(context);
                    assertThat(output).contains("The AsyncUncaughtExceptionHandler failed for", "no paper");
                });
    }

    @Test
    void theAtomKnowsThatVoidMethodsReportTheirFailures() {
        letters(builder -> {}).run(context -> {
            assertThat(registry(context).find("letters").orElseThrow().reportsItself("send"))
                    .isTrue();
            assertThat(registry(context).find("letters").orElseThrow().reportsItself("other"))
                    .isFalse();
        });
    }

    private static KeyedCoordinator<Object> letters(ApplicationContext context) {
        return registry(context).coordinator("letters");
    }

    private static int times(CapturedOutput output, String text) {
        return output.getAll().split(Pattern.quote(text), -1).length - 1;
    }
}
