package io.keyedsequential.spring.aop;

import static io.keyedsequential.spring.Apps.assertAtRest;
import static io.keyedsequential.spring.Apps.await;
import static io.keyedsequential.spring.Apps.registry;
import static org.assertj.core.api.Assertions.assertThat;

import io.keyedsequential.OperationSnapshot;
import io.keyedsequential.spring.Apps;
import io.keyedsequential.spring.annotation.KeyedSequential;
import io.keyedsequential.spring.atom.MisconfiguredAtomException;
import io.keyedsequential.spring.atom.event.OperationFailed;
import io.keyedsequential.spring.autoconfigure.KeyedSequentialContextAutoConfiguration;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.MDC;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.context.event.EventListener;

/** A call that says which business it is about is named so wherever its operation is. */
@ExtendWith(OutputCaptureExtension.class)
class LabelsTest {

    record Order(String customer, Object id) {

        Object broken() {
            throw new IllegalStateException("no number yet");
        }
    }

    /** Prints as nothing can. */
    static final class Unprintable {
        @Override
        public String toString() {
            return toString();
        }
    }

    static class Desk {

        final List<OperationFailed> failures = new CopyOnWriteArrayList<>();

        @KeyedSequential(key = "#order.customer", atom = "desk", label = "#order.id")
        public void process(Order order, Runnable body) {
            body.run();
        }

        @KeyedSequential(key = "#order.customer", atom = "desk", operation = "later", label = "'order ' + #order.id")
        public <T> CompletableFuture<T> later(Order order, Supplier<T> body) {
            return CompletableFuture.completedFuture(body.get());
        }

        @KeyedSequential(key = "#order.customer", atom = "desk", operation = "turn", label = "#order.broken()")
        public String turn(Order order) {
            return "done";
        }

        @EventListener
        void failed(OperationFailed event) {
            failures.add(event);
        }
    }

    private static ApplicationContextRunner app() {
        return Apps.app()
                .withConfiguration(AutoConfigurations.of(KeyedSequentialContextAutoConfiguration.class))
                .withBean(Desk.class);
    }

    private static List<@Nullable String> labels(ApplicationContext context) {
        List<@Nullable String> labels = new ArrayList<>();
        registry(context).coordinator("desk").snapshot().forEach(each -> labels.add(each.label()));
        return labels;
    }

    @Test
    void itStandsInSnapshotsTheDrainReportAndTheMdc() {
        app().run(context -> {
            CountDownLatch go = new CountDownLatch(1);
            Desk desk = context.getBean(Desk.class);
            CompletableFuture<String> first = desk.later(new Order("ada", 4711), () -> {
                await(go);
                return MDC.get("keyedsequential.label");
            });
            desk.process(new Order("ada", 4712), () -> {});
            assertThat(labels(context)).containsExactlyInAnyOrder("order 4711", "4712");
            assertThat(registry(context)
                            .coordinator("desk")
                            .drain(Duration.ZERO)
                            .remainingByKey()
                            .get("ada"))
                    .extracting(OperationSnapshot::label)
                    .containsExactly("order 4711", "4712");
            go.countDown();
            assertThat(first.get(120, TimeUnit.SECONDS)).isEqualTo("order 4711");
            assertAtRest(context);
            assertThat(labels(context)).containsExactlyInAnyOrder("order 4711", "4712");
        });
    }

    @Test
    void aFailureIsLoggedAndPublishedWithItAndCannotForgeALine(CapturedOutput output) {
        app().run(context -> {
            Desk desk = context.getBean(Desk.class);
            desk.process(new Order("ada", "4711\r\n2026-01-01 ERROR forged"), () -> {
                throw new IllegalStateException("no stock");
            });
            assertAtRest(context);
            assertThat(output).contains("desk: operation 1 (process '4711\\r\\n2026-01-01 ERROR forged') of key #");
            assertThat(output.getOut().lines()).noneMatch(line -> line.startsWith("2026-01-01 ERROR forged"));
            assertThat(output.getOut()).doesNotContain("ada");
            assertThat(registry(context).coordinator("desk").recent().get(0).label())
                    .isEqualTo("4711\\r\\n2026-01-01 ERROR forged");
        });
    }

    @Test
    void aStopNamesWhatItLeavesBehindByIt(CapturedOutput output) {
        CountDownLatch go = new CountDownLatch(1);
        app().withPropertyValues("keyedsequential.shutdown.drain-timeout=0s").run(context -> {
            Desk desk = context.getBean(Desk.class);
            CountDownLatch begun = new CountDownLatch(1);
            desk.process(new Order("ada", 4711), () -> {
                begun.countDown();
                try {
                    go.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            desk.process(new Order("ada", 4712), () -> {});
            await(begun);
        });
        go.countDown();
        assertThat(output).contains("1 process '4711' running, 2 process '4712' queued");
    }

    @Test
    void oneThatThrowsIsLoggedOnceAndNullIsNoneAndTheCallRuns(CapturedOutput output) {
        app().run(context -> {
            Desk desk = context.getBean(Desk.class);
            assertThat(desk.turn(new Order("ada", 1))).isEqualTo("done");
            assertThat(desk.turn(new Order("ada", 2))).isEqualTo("done");
            List<String> ran = new CopyOnWriteArrayList<>();
            desk.process(new Order("ada", null), () -> ran.add("null"));
            desk.process(new Order("ada", new Unprintable()), () -> ran.add("unprintable"));
            assertAtRest(context);
            assertThat(ran).containsExactly("null", "unprintable");
            assertThat(labels(context)).hasSize(4).containsOnlyNulls();
            assertThat(output.getOut().split("cannot be evaluated", -1))
                    .as("once for each of two methods")
                    .hasSize(3);
        });
    }

    @Test
    void aLongOneIsCut() {
        app().run(context -> {
            context.getBean(Desk.class).process(new Order("ada", "x".repeat(1_000_000)), () -> {});
            assertAtRest(context);
            assertThat(labels(context)).containsExactly("x".repeat(100) + "…");
        });
    }

    static class Misspelt {
        @KeyedSequential(key = "#order.customer", atom = "desk", label = "#ordr.id")
        public void process(Order order) {}
    }

    @Test
    void oneThatRefersToNothingEndsTheStartUp() {
        Apps.app().withBean(Misspelt.class).run(context -> assertThat(context)
                .getFailure()
                .isInstanceOf(MisconfiguredAtomException.class)
                .hasMessageStartingWith("The label '#ordr.id' of ")
                .hasMessageContaining("refers to #ordr"));
    }
}
