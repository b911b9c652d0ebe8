package io.keyedsequential.spring.aop;

import static io.keyedsequential.spring.Apps.app;
import static io.keyedsequential.spring.Apps.assertAtRest;
import static io.keyedsequential.spring.Apps.await;
import static io.keyedsequential.spring.Apps.registry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keyedsequential.KeyedCoordinator;
import io.keyedsequential.OperationContext;
import io.keyedsequential.OverflowPolicy;
import io.keyedsequential.RejectedOperationException;
import io.keyedsequential.RetryPolicy;
import io.keyedsequential.spring.annotation.KeyedSequential;
import io.keyedsequential.spring.atom.CoordinatorOptionsCustomizer;
import io.keyedsequential.spring.atom.InvocationDecorator;
import io.keyedsequential.spring.atom.InvocationDecorator.DecoratedInvocation;
import io.keyedsequential.spring.atom.KeyedInvocation;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.core.Ordered;

@ExtendWith(OutputCaptureExtension.class)
class DecoratorsTest {

    static class Orders {
        @KeyedSequential(key = "#customer", atom = "orders", operation = "nothing")
        public void nothing(String customer, Runnable body) {
            body.run();
        }

        @KeyedSequential(key = "#customer", atom = "orders", operation = "future")
        public CompletableFuture<String> future(String customer, Runnable body) {
            body.run();
            return CompletableFuture.completedFuture(customer);
        }

        @KeyedSequential(key = "#customer", atom = "orders", operation = "value")
        public String value(String customer, Runnable body) {
            body.run();
            return customer;
        }
    }

    private final List<String> journal = new CopyOnWriteArrayList<>();

    /** Writes down what it is told; {@code failing} is where it fails. */
    private class Journal implements InvocationDecorator, Ordered {
        private final String name;
        private final int order;
        private final String failing;

        Journal(String name, int order, String failing) {
            this.name = name;
            this.order = order;
            this.failing = failing;
        }

        @Override
        public int getOrder() {
            return order;
        }

        private void write(String what) {
            journal.add(name + " " + what);
            if (failing.equals(what)) {
                throw new IllegalStateException(name + " fails in " + what);
            }
        }

        @Override
        public DecoratedInvocation decorate(KeyedInvocation invocation, boolean callersThread) {
            write("decorate");
            return new DecoratedInvocation() {
                @Override
                public Object run(Body body) throws Throwable {
                    assertThat(OperationContext.current()).isPresent();
                    write("run");
                    try {
                        return body.run();
                    } finally {
                        write("leave");
                    }
                }

                @Override
                public void ended(Throwable failure) {
                    journal.add(name + " ended"
                            + (failure == null ? "" : " " + failure.getClass().getSimpleName()));
                    if (failing.equals("ended")) {
                        throw new IllegalStateException(name + " fails in ended");
                    }
                }
            };
        }
    }

    private ApplicationContextRunner orders(InvocationDecorator... decorators) {
        ApplicationContextRunner runner = app().withBean(Orders.class);
        for (int i = 0; i < decorators.length; i++) {
            InvocationDecorator decorator = decorators[i];
            runner = runner.withBean("decorator" + i, InvocationDecorator.class, () -> decorator);
        }
        return runner;
    }

    private ApplicationContextRunner orders() {
        return orders(new Journal("x", 0, ""));
    }

    private static KeyedCoordinator<Object> coordinator(ApplicationContext context) {
        return registry(context).coordinator("orders");
    }

    @Test
    void theFirstIsTheOutermostAndIsToldOfTheEndLast() {
        InvocationDecorator nothing = (invocation, callersThread) -> null;
        orders(new Journal("inner", 2, ""), nothing, new Journal("outer", 1, ""))
                .run(context -> {
                    context.getBean(Orders.class).value("A", () -> journal.add("body"));
                    assertThat(journal)
                            .containsExactly(
                                    "outer decorate",
                                    "inner decorate",
                                    "outer run",
                                    "inner run",
                                    "body",
                                    "inner leave",
                                    "outer leave",
                                    "inner ended",
                                    "outer ended");
                    assertAtRest(context);
                });
    }

    @Test
    void oneThatRunsTheBodyTwiceRunsAllThatItSurroundsTwice() {
        InvocationDecorator twice = (invocation, callersThread) -> body -> {
            body.run();
            return body.run();
        };
        orders(
                        new Journal("outer", 1, ""),
                        twice,
                        new Journal("middle", Ordered.LOWEST_PRECEDENCE, ""),
                        new Journal("inner", Ordered.LOWEST_PRECEDENCE, ""))
                .run(context -> {
                    context.getBean(Orders.class)
                            .future("A", () -> journal.add("body"))
                            .join();
                    assertThat(journal)
                            .containsSubsequence(
                                    "outer run",
                                    "middle run",
                                    "inner run",
                                    "body",
                                    "inner leave",
                                    "middle leave",
                                    "middle run",
                                    "inner run",
                                    "body",
                                    "inner leave",
                                    "middle leave",
                                    "outer leave")
                            .containsOnlyOnce("outer run");
                    assertAtRest(context);
                });
    }

    @Test
    void oneThatRunsTheBodyWhenItsAttemptIsOverRunsNothing() {
        List<DecoratedInvocation.Body> kept = new CopyOnWriteArrayList<>();
        InvocationDecorator late = (invocation, callersThread) -> body -> {
            kept.add(body);
            return CompletableFuture.completedFuture("early");
        };
        orders(new Journal("outer", 1, ""), late, new Journal("inner", Ordered.LOWEST_PRECEDENCE, ""))
                .run(context -> {
                    assertThat(context.getBean(Orders.class)
                                    .future("A", () -> journal.add("body"))
                                    .join())
                            .isEqualTo("early");
                    assertThatThrownBy(kept.get(0)::run)
                            .isInstanceOf(IllegalStateException.class)
                            .hasMessageContaining("decorator");
                    assertThat(journal).doesNotContain("body", "inner run");
                    assertAtRest(context);
                });
    }

    @Test
    void theyAreAskedByTheCallerWhoIsToldOfWhetherItRunsTheBody() {
        List<Boolean> callersThreads = new CopyOnWriteArrayList<>();
        List<Thread> threads = new CopyOnWriteArrayList<>();
        InvocationDecorator decorator = (invocation, callersThread) -> {
            callersThreads.add(callersThread);
            threads.add(Thread.currentThread());
            return null;
        };
        orders(decorator).run(context -> {
            context.getBean(Orders.class).nothing("A", () -> {});
            context.getBean(Orders.class).future("A", () -> {});
            context.getBean(Orders.class).value("A", () -> {});
            assertAtRest(context);
            assertThat(callersThreads).containsExactly(false, false, true);
            assertThat(threads).hasSize(3).containsOnly(Thread.currentThread());
        });
    }

    @Test
    void everyAttemptRunsInsideThemAndTheEndIsToldOnce() {
        int[] attempts = new int[1];
        orders().withBean(
                        CoordinatorOptionsCustomizer.class,
                        () -> (atom, builder) -> builder.retryPolicy(RetryPolicy.builder()
                                .maxAttempts(2)
                                .backoff(Duration.ZERO)
                                .build()))
                .run(context -> {
                    context.getBean(Orders.class).nothing("A", () -> {
                        if (++attempts[0] == 1) {
                            throw new IllegalStateException("not yet");
                        }
                    });
                    assertAtRest(context);
                    assertThat(journal)
                            .containsExactly("x decorate", "x run", "x leave", "x run", "x leave", "x ended");
                });
    }

    @Test
    void aFailureIsTheEndForEveryKindOfMethod() {
        Runnable failing = () -> {
            throw new UnsupportedOperationException();
        };
        orders().run(context -> {
            Orders orders = context.getBean(Orders.class);
            orders.nothing("A", failing);
            assertAtRest(context);
            assertThat(orders.future("A", failing)).failsWithin(Duration.ofMinutes(2));
            assertAtRest(context);
            assertThatThrownBy(() -> orders.value("A", failing)).isInstanceOf(UnsupportedOperationException.class);
            String once = "x ended UnsupportedOperationException";
            assertThat(journal.stream().filter(line -> line.startsWith("x ended")))
                    .containsExactly(once, once, once);
            assertAtRest(context);
        });
    }

    @Test
    void theyAreToldOnceOfWhatIsCancelledOrPurgedOrRejected() {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch gate = new CountDownLatch(1);
        orders().withBean(
                        CoordinatorOptionsCustomizer.class,
                        () -> (atom, builder) ->
                                builder.maxConcurrency(1).capacity(2).overflowPolicy(OverflowPolicy.REJECT))
                .run(context -> {
                    Orders orders = context.getBean(Orders.class);
                    orders.nothing("A", () -> {
                        begun.countDown();
                        await(gate);
                    });
                    await(begun);
                    orders.nothing("A", () -> {});
                    CompletableFuture<String> cancelled = orders.future("B", () -> {});
                    journal.clear();
                    assertThatThrownBy(() -> orders.nothing("C", () -> {}))
                            .isInstanceOf(RejectedOperationException.class);
                    assertThat(orders.future("C", () -> {})).isCompletedExceptionally();
                    assertThat(journal)
                            .containsExactly(
                                    "x decorate",
                                    "x ended RejectedOperationException",
                                    "x decorate",
                                    "x ended RejectedOperationException");
                    journal.clear();
                    coordinator(context).purge("A");
                    cancelled.cancel(false);
                    assertThat(journal)
                            .containsExactly("x ended CancellationException", "x ended CancellationException");
                    journal.clear();
                    gate.countDown();
                    assertAtRest(context);
                    assertThat(journal).containsExactly("x leave", "x ended");
                });
    }

    @Test
    void withoutAKeyNobodyIsAsked() {
        orders().run(context -> {
            assertThatThrownBy(() -> context.getBean(Orders.class).nothing(null, () -> {}))
                    .isInstanceOf(KeyEvaluationException.class);
            assertThat(context.getBean(Orders.class).future(null, () -> {})).isCompletedExceptionally();
            assertThat(journal).isEmpty();
        });
    }

    @Test
    void oneThatFailsBeforehandKeepsTheMethodFromRunningAndThoseBeforeItAreTold() {
        orders(new Journal("outer", 1, ""), new Journal("inner", 2, "decorate")).run(context -> {
            Orders orders = context.getBean(Orders.class);
            Runnable never = () -> journal.add("body");
            assertThatThrownBy(() -> orders.value("A", never)).hasMessage("inner fails in decorate");
            assertThatThrownBy(() -> orders.nothing("A", never)).hasMessage("inner fails in decorate");
            assertThat(orders.future("A", never))
                    .failsWithin(Duration.ZERO)
                    .withThrowableThat()
                    .withMessageContaining("inner fails in decorate");
            assertThat(journal)
                    .hasSize(9)
                    .endsWith("outer decorate", "inner decorate", "outer ended IllegalStateException");
            assertThat(coordinator(context).stats().admitted()).isZero();
        });
    }

    @Test
    void oneThatFailsAroundTheBodyFailsTheOperation() {
        orders(new Journal("x", 0, "run")).run(context -> {
            assertThat(context.getBean(Orders.class).future("A", () -> journal.add("body")))
                    .failsWithin(Duration.ofMinutes(2))
                    .withThrowableThat()
                    .withMessageContaining("x fails in run");
            assertAtRest(context);
            assertThat(journal).containsExactly("x decorate", "x run", "x ended IllegalStateException");
            assertThat(coordinator(context).stats().failed()).isOne();
        });
    }

    @Test
    void oneThatFailsAfterwardsIsLoggedAndHarmsNobody(CapturedOutput output) {
        orders(new Journal("outer", 1, ""), new Journal("inner", 2, "ended")).run(context -> {
            assertThat(context.getBean(Orders.class).value("A", () -> {})).isEqualTo("A");
            assertThat(journal).endsWith("inner ended", "outer ended");
            assertThat(output).contains("A decorator failed when it was told", "inner fails in ended");
            assertAtRest(context);
        });
    }
}
