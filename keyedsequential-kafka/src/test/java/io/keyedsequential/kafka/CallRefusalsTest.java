package io.keyedsequential.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyedsequential.spring.annotation.KeyedSequential;
import io.keyedsequential.spring.atom.MisconfiguredAtomException;
import io.keyedsequential.spring.autoconfigure.KeyedSequentialAutoConfiguration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.kafka.autoconfigure.KafkaAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** What the engine {@code kafka} cannot honour ends the start-up, and says what to do. No broker answers. */
@ExtendWith(OutputCaptureExtension.class)
class CallRefusalsTest {

    private final ApplicationContextRunner application = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    KeyedSequentialKafkaAutoConfiguration.class,
                    KeyedSequentialAutoConfiguration.class,
                    KafkaAutoConfiguration.class))
            .withPropertyValues(
                    "keyedsequential.defaults.engine=kafka",
                    "keyedsequential.kafka.send-timeout=100ms",
                    "spring.kafka.bootstrap-servers=localhost:1");

    static class Plain {
        @KeyedSequential(key = "#order", atom = "orders")
        public void place(String order) {}
    }

    @Test
    void aBrokerThatIsAwayEndsTheStartAndIsNamed() {
        refused(Plain.class, "keeps the calls of the atom 'orders', cannot be looked at: the broker at");
        application.withBean(Plain.class).run(context -> assertThat(
                        misconfigured(context.getStartupFailure()).action())
                .contains("spring.kafka.bootstrap-servers"));
    }

    @Test
    void withoutClientsOfTheApplicationThereIsNoEngine() {
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        KeyedSequentialKafkaAutoConfiguration.class, KeyedSequentialAutoConfiguration.class))
                .withBean(Plain.class)
                .withPropertyValues("keyedsequential.defaults.engine=kafka", "keyedsequential.kafka.listeners=false")
                .run(context -> assertThat(misconfigured(context.getStartupFailure()))
                        .hasMessageContaining("connects as the application's ProducerFactory does, and there is none"));
    }

    static class Returning {
        @KeyedSequential(key = "#order", atom = "orders")
        public CompletableFuture<Void> place(String order) {
            return CompletableFuture.completedFuture(null);
        }
    }

    static class Anything {
        @KeyedSequential(key = "#order.toString()", atom = "orders")
        public void place(Object order) {}
    }

    static class Once {
        @KeyedSequential(key = "#order", atom = "orders", idempotencyKey = "#order")
        public void place(String order) {}
    }

    static class Later {
        @KeyedSequential(key = "#order", atom = "orders", runAfter = "T(java.time.Duration).ofHours(1)")
        public void place(String order) {}
    }

    @Test
    void methodsThatATopicCannotServeAreRefused() {
        refused(Returning.class, "and the atom 'orders' has the engine 'kafka': the body may run in another process");
        refused(Anything.class, "cannot be stored, as the engine 'kafka' of the atom 'orders' has to");
        refused(Once.class, "has idempotencyKey, which the engine 'kafka' of the atom 'orders' cannot honour");
        refused(Later.class, "has runAfter, which the engine 'kafka' of the atom 'orders' cannot honour");
    }

    @Test
    void optionsThatATopicCannotHonourAreRefused() {
        refusedOption("per-key-concurrency", "2");
        refusedOption("capacity", "100");
        refusedOption("capacity-per-key", "100");
        refusedOption("overflow-policy", "reject");
        refusedOption("queue-timeout", "1s");
    }

    private void refusedOption(String option, String value) {
        refused(
                Plain.class,
                "sets %s, which the engine 'kafka' cannot honour".formatted(option),
                "keyedsequential.atoms.orders.%s=%s".formatted(option, value));
    }

    @Test
    void topicsThatABrokerWouldNotTakeAreRefused() {
        refused(Plain.class, "kafka.partitions is 0", "keyedsequential.atoms.orders.kafka.partitions=0");
        refused(Plain.class, "would be 'a b'", "keyedsequential.atoms.orders.kafka.topic=a b");
        refused(Plain.class, "all atoms would share it", "keyedsequential.defaults.kafka.topic=calls");
        refused(Plain.class, "send-timeout", "keyedsequential.kafka.send-timeout=0s");
    }

    /** What is said of a topic where there is none, and of keys that calls always have. */
    @Test
    void optionsWithoutEffectAreRefused() {
        refused(
                Plain.class,
                "keyedsequential.atoms.orders.kafka.partitions has no effect: it is for calls that the engine 'kafka' "
                        + "keeps, and that of the atom 'orders' is 'memory'",
                "keyedsequential.atoms.orders.engine=memory",
                "keyedsequential.atoms.orders.kafka.partitions=6");
        refused(
                Plain.class,
                "keyedsequential.atoms.orders.kafka.topic has no effect",
                "keyedsequential.defaults.engine=memory",
                "keyedsequential.atoms.orders.kafka.topic=calls");
        refused(
                Plain.class,
                "keyedsequential.atoms.orders.kafka.null-keys has no effect: a call without a key is refused when it "
                        + "is made",
                "keyedsequential.atoms.orders.kafka.null-keys=partition");
    }

    @Test
    void optionsOfListenersAreWarnedOfWhereThereIsNone(CapturedOutput output) {
        application
                .withBean(Plain.class)
                .withPropertyValues(
                        "keyedsequential.defaults.engine=memory",
                        "keyedsequential.defaults.kafka.partitions=6", // for those that are kept in a topic
                        "keyedsequential.atoms.orders.kafka.window=100")
                .run(context -> assertThat(context).hasNotFailed());
        assertThat(output)
                .contains("keyedsequential.atoms.orders.kafka.window has no effect: no keyed listener of Kafka is in "
                        + "the atom 'orders', and its engine is 'memory'");
    }

    private void refused(Class<?> bean, String message, String... properties) {
        application.withBean(bean).withPropertyValues(properties).run(context -> assertThat(context.getStartupFailure())
                .as(message)
                .hasStackTraceContaining(message));
    }

    private static MisconfiguredAtomException misconfigured(Throwable failure) {
        Throwable cause = failure;
        while (cause != null && !(cause instanceof MisconfiguredAtomException)) {
            cause = cause.getCause();
        }
        assertThat(cause).as("of %s", failure).isNotNull();
        return (MisconfiguredAtomException) cause;
    }
}
