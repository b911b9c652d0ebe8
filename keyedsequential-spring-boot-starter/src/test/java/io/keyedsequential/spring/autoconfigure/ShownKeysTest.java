package io.keyedsequential.spring.autoconfigure;

import static io.keyedsequential.spring.Apps.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.keyedsequential.KeyedDeadlockException;
import io.keyedsequential.spring.Apps;
import io.keyedsequential.spring.annotation.KeyedSequential;
import io.keyedsequential.spring.atom.KeyMask;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.MDC;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** What keys look like where lines and messages name them: hidden by default, findable if the application says so. */
@ExtendWith(OutputCaptureExtension.class)
class ShownKeysTest {

    private static final String FORGED = "ada\r\n2026-01-01 ERROR forged";

    static class Desk {

        @KeyedSequential(key = "#p0", atom = "desk")
        public <T> CompletableFuture<T> later(String key, Supplier<CompletableFuture<T>> body) {
            return body.get();
        }

        @KeyedSequential(key = "#p0", atom = "desk", operation = "send")
        public void send(String key, Runnable body) {
            body.run();
        }
    }

    private static ApplicationContextRunner app() {
        return Apps.app()
                .withConfiguration(AutoConfigurations.of(KeyedSequentialContextAutoConfiguration.class))
                .withBean(Desk.class);
    }

    private static Throwable circle(Desk desk, String key) {
        return catchThrowable(() -> desk.later(key, () -> {
                            desk.later(key, () -> CompletableFuture.completedFuture("never"))
                                    .join();
                            return CompletableFuture.completedFuture("never");
                        })
                        .get(120, TimeUnit.SECONDS))
                .getCause();
    }

    @Test
    void aCircleOfWaitsNamesKeysAsTheLogDoes() {
        app().run(context -> assertThat(circle(context.getBean(Desk.class), "ada"))
                .isInstanceOf(KeyedDeadlockException.class)
                .hasMessageContaining("operation 1 (later) of key "
                        + context.getBean(KeyMask.class).mask("ada") + " in desk")
                .hasMessageNotContaining("ada"));
        app().withPropertyValues("keyedsequential.log.keys=none")
                .run(context -> assertThat(circle(context.getBean(Desk.class), "ada"))
                        .hasMessageContaining("of key (not shown) in desk")
                        .hasMessageNotContaining("ada"));
        app().withPropertyValues("keyedsequential.log.keys=plain")
                .run(context -> assertThat(circle(context.getBean(Desk.class), FORGED))
                        .hasMessageContaining("of key ada\\r\\n2026-01-01 ERROR forged in desk"));
    }

    private static void leaveBehind(ApplicationContextRunner runner, String key) {
        CountDownLatch go = new CountDownLatch(1);
        runner.withPropertyValues("keyedsequential.shutdown.drain-timeout=0s").run(context -> {
            CountDownLatch begun = new CountDownLatch(1);
            context.getBean(Desk.class).send(key, () -> {
                begun.countDown();
                try {
                    go.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            await(begun);
        });
        go.countDown();
    }

    @Test
    void plainKeysInTheLogCannotForgeALine(CapturedOutput output) {
        leaveBehind(app().withPropertyValues("keyedsequential.log.keys=plain"), FORGED);
        assertThat(output).contains("desk: left over, key ada\\r\\n2026-01-01 ERROR forged: 1 send running");
        assertThat(output.getAll().lines()).noneMatch(line -> line.startsWith("2026-01-01 ERROR forged"));
    }

    @Test
    void withASecretThatIsGivenAKeyIsMaskedAlikeInTheNextProcess(CapturedOutput output) {
        String secret = "correct horse battery staple";
        ApplicationContextRunner runner = app().withPropertyValues("keyedsequential.mask-secret=" + secret);
        leaveBehind(runner, "ada");
        runner.run(context -> {
            String mask = context.getBean(KeyMask.class).mask("ada");
            assertThat(output).contains("desk: left over, key " + mask + ": 1 send running");
            assertThat(context.getBean(KeyedSequentialProperties.class).toString())
                    .doesNotContain(secret);
        });
        app().withPropertyValues("keyedsequential.mask-secret=another horse battery staple")
                .run(context -> assertThat(output)
                        .doesNotContain(context.getBean(KeyMask.class).mask("ada")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "hunter2", "               hunter2"})
    void aSecretThatCanBeGuessedEndsTheStartUp(String secret) {
        app().withPropertyValues("keyedsequential.mask-secret:" + secret).run(context -> assertThat(context)
                .getFailure()
                .rootCause()
                .hasMessageStartingWith("keyedsequential.mask-secret must have 16 characters or more")
                .hasMessageNotContaining("hunter2"));
    }

    @Test
    void aPlainKeyInTheMdcIsOnOneLine() {
        app().withPropertyValues("keyedsequential.context.mdc-key=plain").run(context -> {
            AtomicReference<String> seen = new AtomicReference<>();
            CountDownLatch done = new CountDownLatch(1);
            context.getBean(Desk.class).send(FORGED, () -> {
                seen.set(MDC.get("keyedsequential.key"));
                done.countDown();
            });
            await(done);
            assertThat(seen.get()).isEqualTo("ada\\r\\n2026-01-01 ERROR forged");
        });
    }
}
