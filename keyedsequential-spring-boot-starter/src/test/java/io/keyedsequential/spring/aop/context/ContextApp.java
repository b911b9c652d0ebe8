package io.keyedsequential.spring.aop.context;

import io.keyedsequential.RetryPolicy;
import io.keyedsequential.spring.Apps;
import io.keyedsequential.spring.annotation.KeyedSequential;
import io.keyedsequential.spring.atom.CoordinatorOptionsCustomizer;
import io.keyedsequential.spring.autoconfigure.KeyedSequentialContextAutoConfiguration;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;

/** An application that looks around where its bodies run; all of them on one thread. */
final class ContextApp {

    private ContextApp() {}

    static ApplicationContextRunner app() {
        return Apps.app()
                .withConfiguration(AutoConfigurations.of(KeyedSequentialContextAutoConfiguration.class))
                .withBean(Desk.class)
                .withPropertyValues("keyedsequential.atoms.desk.max-concurrency=1");
    }

    static CoordinatorOptionsCustomizer attempts(int most) {
        return (atom, builder) -> builder.retryPolicy(RetryPolicy.builder()
                .maxAttempts(most)
                .backoff(Duration.ofMillis(1))
                .build());
    }

    /** What is seen by the body of a method that returns a future. */
    static <T> T seen(ApplicationContext context, Supplier<T> look) throws Exception {
        return context.getBean(Desk.class)
                .later("ada", () -> CompletableFuture.completedFuture(look.get()))
                .get(120, TimeUnit.SECONDS);
    }

    /** Public, for its proxy comes from another class loader where classes are filtered. */
    public static class Desk {

        @KeyedSequential(key = "#p0", atom = "desk")
        public <T> CompletableFuture<T> later(String key, Supplier<CompletableFuture<T>> body) {
            return body.get();
        }

        @KeyedSequential(key = "#p0", atom = "desk", operation = "turn")
        public <T> T turn(String key, Supplier<T> body) {
            return body.get();
        }

        @KeyedSequential(key = "#p0", atom = "desk", operation = "enqueue")
        public void enqueue(String key, Runnable body) {
            body.run();
        }
    }
}
