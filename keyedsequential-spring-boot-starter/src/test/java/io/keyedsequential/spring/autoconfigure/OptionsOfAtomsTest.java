package io.keyedsequential.spring.autoconfigure;

import static io.keyedsequential.spring.Apps.app;
import static io.keyedsequential.spring.Apps.assertAtRest;
import static io.keyedsequential.spring.Apps.await;
import static io.keyedsequential.spring.Apps.registry;
import static org.assertj.core.api.Assertions.assertThat;

import io.keyedsequential.CoordinatorListener;
import io.keyedsequential.CoordinatorOptions;
import io.keyedsequential.ExhaustedPolicy;
import io.keyedsequential.KeyedCoordinator;
import io.keyedsequential.LaneState;
import io.keyedsequential.OperationSnapshot;
import io.keyedsequential.OverflowPolicy;
import io.keyedsequential.RetryPolicy;
import io.keyedsequential.signal.SignalSink;
import io.keyedsequential.spring.annotation.KeyedSequential;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.sql.SQLTransientException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.core.io.ClassPathResource;
import org.springframework.test.util.AopTestUtils;

/** Every option of an atom, as a property. */
class OptionsOfAtomsTest {

    static class Payments {
        private final List<String> ran = new CopyOnWriteArrayList<>();

        @KeyedSequential(key = "#key", atom = "payments")
        public CompletableFuture<Void> pay(String key) throws IOException {
            if (key.startsWith("bad")) {
                throw new IOException("no connection");
            }
            ran.add(key);
            return CompletableFuture.completedFuture(null);
        }
    }

    private static ApplicationContextRunner payments() {
        return app().withBean(Payments.class)
                .withBean("sink", SignalSink.class, () -> new SignalSink())
                .withBean("premiumFirst", ToIntFunction.class, () -> key -> key.equals("premium") ? 1 : 0)
                .withBean("transientOnly", Predicate.class, () -> failure -> failure instanceof SQLTransientException)
                .withBean("direct", Executor.class, () -> Runnable::run);
    }

    private static ApplicationContextRunner payments(String prefix, String... options) {
        return payments()
                .withPropertyValues(Stream.of(options).map(prefix::concat).toArray(String[]::new));
    }

    private static KeyedCoordinator<Object> coordinator(ApplicationContext context) {
        return registry(context).coordinator("payments");
    }

    @ParameterizedTest
    @ValueSource(strings = {"keyedsequential.atoms.payments.", "keyedsequential.defaults."})
    void everyOptionReachesTheCoordinator(String prefix) {
        payments(
                        prefix,
                        "max-concurrency=2",
                        "per-key-concurrency=3",
                        "capacity=40",
                        "capacity-per-key=4",
                        "overflow-policy=block",
                        "block-timeout=5s",
                        "call-timeout=4s",
                        "fair-scheduling=true",
                        "priority=premiumFirst",
                        "queue-timeout=6s",
                        "run-timeout=7s",
                        "retry.max-attempts=8",
                        "retry.backoff=9ms",
                        "retry.multiplier=1.5",
                        "retry.max-backoff=10ms",
                        "retry.jitter=0.25",
                        "retry.retry-on=java.io.IOException,java.sql.SQLTransientException",
                        "retry.dont-retry-on=java.io.FileNotFoundException",
                        "retry.retry-if=transientOnly",
                        "exhausted-policy=park",
                        "exhausted-policies[java.lang.IllegalStateException]=halt",
                        "exhausted-policies[java.lang.IllegalArgumentException]=skip",
                        "signals=sink",
                        "defer-on=a.*",
                        "resume-on=b.*",
                        "shed-on=c.*",
                        "drain-on=d.*",
                        "window=11",
                        "window-age=12s",
                        "executor=direct")
                .run(context -> {
                    CoordinatorOptions options = coordinator(context).options();
                    assertThat(options.maxConcurrency()).isEqualTo(2);
                    assertThat(options.perKeyConcurrency()).isEqualTo(3);
                    assertThat(options.capacity()).isEqualTo(40);
                    assertThat(options.capacityPerKey()).isEqualTo(4);
                    assertThat(options.overflowPolicy()).isEqualTo(OverflowPolicy.BLOCK);
                    assertThat(options.blockTimeout()).isEqualTo(Duration.ofSeconds(5));
                    assertThat(options.callTimeout()).isEqualTo(Duration.ofSeconds(4));
                    assertThat(options.fairScheduling()).isTrue();
                    assertThat(options.queueTimeout()).isEqualTo(Duration.ofSeconds(6));
                    assertThat(options.runTimeout()).isEqualTo(Duration.ofSeconds(7));
                    RetryPolicy retry = options.retryPolicy();
                    assertThat(retry.maxAttempts()).isEqualTo(8);
                    assertThat(retry.backoff()).isEqualTo(Duration.ofMillis(9));
                    assertThat(retry.multiplier()).isEqualTo(1.5);
                    assertThat(retry.maxBackoff()).isEqualTo(Duration.ofMillis(10));
                    assertThat(retry.jitter()).isEqualTo(0.25);
                    assertThat(retry.retryOn()).containsExactly(IOException.class, SQLTransientException.class);
                    assertThat(retry.dontRetryOn()).containsExactly(FileNotFoundException.class);
                    assertThat(retry.retryIf()).isSameAs(context.getBean("transientOnly"));
                    assertThat(options.exhaustedPolicy()).isEqualTo(ExhaustedPolicy.PARK);
                    assertThat(options.exhaustedPolicies())
                            .isEqualTo(Map.of(
                                    IllegalStateException.class, ExhaustedPolicy.HALT,
                                    IllegalArgumentException.class, ExhaustedPolicy.SKIP));
                    assertThat(options.signals()).isSameAs(context.getBean("sink"));
                    assertThat(options.deferOn()).isEqualTo("a.*");
                    assertThat(options.resumeOn()).isEqualTo("b.*");
                    assertThat(options.shedOn()).isEqualTo("c.*");
                    assertThat(options.drainOn()).isEqualTo("d.*");
                    assertThat(options.window()).isEqualTo(11);
                    assertThat(options.windowAge()).isEqualTo(Duration.ofSeconds(12));
                    assertThat(options.executor()).isSameAs(context.getBean("direct"));
                });
    }

    @Test
    void retriesAndPoliciesAreMergedFieldByField() {
        payments()
                .withPropertyValues(
                        "keyedsequential.defaults.retry.max-attempts=3",
                        "keyedsequential.defaults.retry.backoff=1ms",
                        "keyedsequential.defaults.retry.retry-on=java.lang.Error",
                        "keyedsequential.defaults.exhausted-policies[java.io.IOException]=halt",
                        "keyedsequential.defaults.exhausted-policies[java.lang.Error]=halt",
                        "keyedsequential.atoms.payments.retry.max-attempts=2",
                        "keyedsequential.atoms.payments.retry.retry-on=java.io.IOException",
                        "keyedsequential.atoms.payments.exhausted-policies[java.io.IOException]=park")
                .run(context -> {
                    CoordinatorOptions options = coordinator(context).options();
                    assertThat(options.retryPolicy().maxAttempts()).isEqualTo(2);
                    assertThat(options.retryPolicy().backoff()).isEqualTo(Duration.ofMillis(1));
                    assertThat(options.retryPolicy().retryOn()).containsExactly(IOException.class);
                    assertThat(options.exhaustedPolicies())
                            .isEqualTo(
                                    Map.of(IOException.class, ExhaustedPolicy.PARK, Error.class, ExhaustedPolicy.HALT));
                });
    }

    @Test
    void theExampleInTheDocumentationMeansWhatItSays() {
        payments()
                .withInitializer(context -> {
                    try {
                        new YamlPropertySourceLoader()
                                .load("example", new ClassPathResource("configuration-example.yml"))
                                .forEach(context.getEnvironment().getPropertySources()::addFirst);
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                })
                .run(context -> {
                    CoordinatorOptions options = coordinator(context).options();
                    assertThat(options.queueTimeout()).isEqualTo(Duration.ofMinutes(10));
                    assertThat(options.retryPolicy().maxAttempts()).isEqualTo(5);
                    assertThat(options.retryPolicy().backoff()).isEqualTo(Duration.ofMillis(200));
                    assertThat(options.retryPolicy().retryOn()).hasSize(2);
                    assertThat(options.exhaustedPolicies())
                            .isEqualTo(Map.of(IllegalArgumentException.class, ExhaustedPolicy.SKIP));
                    assertThat(options.resumeOn()).isEqualTo("breaker.closed");
                    assertThat(options.signals()).isSameAs(context.getBean("sink"));
                });
    }

    @Test
    void aKeyThatIsParkedByPropertyStaysClosedAndOthersGoOn() {
        CountDownLatch parked = new CountDownLatch(1);
        CoordinatorListener listener = new CoordinatorListener() {
            @Override
            public void operationParked(String atom, OperationSnapshot operation) {
                parked.countDown();
            }
        };
        payments("keyedsequential.atoms.payments.", "exhausted-policies[java.io.IOException]=park")
                .withBean(CoordinatorListener.class, () -> listener)
                .run(context -> {
                    Payments payments = context.getBean(Payments.class);
                    payments.pay("bad");
                    await(parked);
                    payments.pay("good").get();
                    assertThat(coordinator(context).lane("bad").orElseThrow().state())
                            .isEqualTo(LaneState.PARKED);
                    coordinator(context).purge("bad");
                    assertAtRest(context);
                });
    }

    @Test
    void theApplicationsOnlySinkIsThatOfAnAtomWithAGate() {
        payments("keyedsequential.atoms.payments.", "defer-on=breaker.open", "resume-on=breaker.closed")
                .run(context -> {
                    SignalSink sink = context.getBean(SignalSink.class);
                    sink.raise("breaker.open");
                    CompletableFuture<Void> held =
                            context.getBean(Payments.class).pay("a");
                    assertThat(held).isNotDone();
                    sink.raise("breaker.closed");
                    held.get();
                    assertAtRest(context);
                });
    }

    @Test
    void anAtomWithoutAGateRaisesNothingUnlessASinkIsNamed() {
        payments().run(context -> assertThat(coordinator(context).options().signals())
                .isNull());
        payments("keyedsequential.defaults.", "resume-on=breaker.closed")
                .run(context -> assertThat(coordinator(context).options().signals())
                        .as("what would end a gate is none")
                        .isNull());
    }

    @Test
    void aPriorityByPropertyLetsItsKeysGoFirst() {
        payments("keyedsequential.atoms.payments.", "priority=premiumFirst", "max-concurrency=1", "executor=direct")
                .run(context -> {
                    Payments payments = context.getBean(Payments.class);
                    coordinator(context).pause();
                    CompletableFuture<Void> plain = payments.pay("plain");
                    CompletableFuture<Void> premium = payments.pay("premium");
                    coordinator(context).resume();
                    CompletableFuture.allOf(plain, premium).get();
                    Payments target = AopTestUtils.getTargetObject(payments);
                    assertThat(target.ran).containsExactly("premium", "plain");
                    assertAtRest(context);
                });
    }
}
