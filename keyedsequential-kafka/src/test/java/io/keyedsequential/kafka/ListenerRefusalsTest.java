package io.keyedsequential.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyedsequential.spring.annotation.KeyedSequential;
import io.keyedsequential.spring.atom.MisconfiguredAtomException;
import io.keyedsequential.spring.autoconfigure.KeyedSequentialAutoConfiguration;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.kafka.autoconfigure.KafkaAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.annotation.KafkaHandler;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.kafka.annotation.RetryableTopic;
import org.springframework.kafka.annotation.TopicPartition;
import org.springframework.kafka.config.ConcurrentKafkaListenerContainerFactory;
import org.springframework.kafka.config.KafkaListenerEndpointRegistry;
import org.springframework.kafka.core.ConsumerFactory;
import org.springframework.kafka.support.Acknowledgment;
import org.springframework.messaging.Message;
import org.springframework.messaging.handler.annotation.Headers;
import org.springframework.messaging.handler.annotation.Payload;
import org.springframework.messaging.handler.annotation.SendTo;

/** What cannot be acknowledged as promised ends the start-up, and says what to do. No broker is asked. */
@ExtendWith(OutputCaptureExtension.class)
class ListenerRefusalsTest {

    private final ApplicationContextRunner application = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    KeyedSequentialKafkaAutoConfiguration.class,
                    KeyedSequentialAutoConfiguration.class,
                    KafkaAutoConfiguration.class))
            .withPropertyValues("spring.kafka.listener.auto-startup=false");

    static class Plain {
        @KafkaListener(id = "plain", topics = "t", autoStartup = "false")
        @KeyedSequential(key = "#record.key()", atom = "plain")
        void process(ConsumerRecord<String, String> record) {}
    }

    @Test
    void aListenerStartsWithKafkasOwnPropertiesAlone() {
        application.withBean(Plain.class).run(context -> {
            assertThat(context).hasNotFailed();
            KeyedListener listener = context.getBean(KeyedListeners.class).find("plain");
            assertThat(listener).isNotNull();
            assertThat(listener.window()).isEqualTo(1_000);
            assertThat(listener.settings().failedRecords()).isEqualTo(FailedRecordsPolicy.DEAD_LETTER);
        });
    }

    @Test
    void anAtomMayHaveAWindowOfItsOwn() {
        application
                .withBean(Plain.class)
                .withPropertyValues(
                        "keyedsequential.defaults.kafka.window=50",
                        "keyedsequential.defaults.kafka.failed-records=skip",
                        "keyedsequential.atoms.plain.kafka.window=20")
                .run(context -> assertThat(context.getBean(KeyedListeners.class)
                                .find("plain")
                                .settings())
                        .isEqualTo(new ListenerSettings(20, FailedRecordsPolicy.SKIP, NullKeysPolicy.REFUSE)));
        refused(
                Plain.class,
                "keyedsequential.atoms.plain.kafka.window is 0",
                "keyedsequential.atoms.plain.kafka.window=0");
        application
                .withBean(Plain.class)
                .withPropertyValues("keyedsequential.atoms.PLAIN.kafka.null-keys=partition")
                .run(context -> assertThat(context.getBean(KeyedListeners.class)
                                .find("plain")
                                .settings()
                                .nullKeys())
                        .isEqualTo(NullKeysPolicy.PARTITION));
    }

    static class Batch {
        @KafkaListener(id = "batch", topics = "t", batch = "true")
        @KeyedSequential(key = "#records.get(0).key()", atom = "batch")
        void process(List<ConsumerRecord<String, String>> records) {}
    }

    @Test
    void batchesAreRefused() {
        refused(Batch.class, "The keyed listener 'batch' takes batches");
        refused(Plain.class, "The keyed listener 'plain' takes batches", "spring.kafka.listener.type=batch");
    }

    static class SeveralRecords {
        @KafkaListener(id = "several-records", topics = "t")
        @KeyedSequential(key = "#records.get(0).key()", atom = "several-records")
        void process(List<ConsumerRecord<String, String>> records) {}
    }

    static class SeveralMessages {
        @KafkaListener(id = "several-messages", topics = "t")
        @KeyedSequential(key = "#messages.size()", atom = "several-messages")
        CompletableFuture<Void> process(Collection<Message<String>> messages) {
            return CompletableFuture.completedFuture(null);
        }
    }

    static class AllRecords {
        @KafkaListener(id = "all-records", topics = "t")
        @KeyedSequential(key = "#records.count()", atom = "all-records")
        void process(ConsumerRecords<String, String> records) {}
    }

    static class ListPayload {
        @KafkaListener(id = "list-payload", topics = "t")
        @KeyedSequential(key = "#lines.get(0)", atom = "list-payload")
        void process(
                @Payload List<String> lines, @Headers Map<String, Object> headers, Message<List<String>> message) {}
    }

    @Test
    void severalRecordsAtOnceAreRefusedAndAListThatIsThePayloadOfOneIsNot() {
        refused(SeveralRecords.class, "process(List), which takes several records at once");
        refused(SeveralMessages.class, "process(Collection), which takes several records at once");
        refused(AllRecords.class, "process(ConsumerRecords), which takes several records at once");
        application.withBean(ListPayload.class).run(context -> assertThat(context)
                .hasNotFailed());
    }

    static class Value {
        @KafkaListener(id = "value", topics = "t")
        @KeyedSequential(key = "#text", atom = "value")
        String process(String text) {
            return text;
        }
    }

    @Test
    void aValueIsRefusedBecauseTheConsumerWouldWaitForIt() {
        refused(Value.class, "which returns java.lang.String: the consumer would wait for each record");
    }

    static class Acknowledging {
        @KafkaListener(id = "acknowledging", topics = "t")
        @KeyedSequential(key = "#text", atom = "acknowledging")
        CompletableFuture<Void> process(String text, Acknowledgment acknowledgment) {
            return CompletableFuture.completedFuture(null);
        }
    }

    static class Consuming {
        @KafkaListener(id = "consuming", topics = "t")
        @KeyedSequential(key = "#text", atom = "consuming")
        void process(String text, Consumer<String, String> consumer) {}
    }

    @Test
    void theAcknowledgmentAndTheConsumerAreNotForTheMethod() {
        refused(
                Acknowledging.class,
                "which takes an Acknowledgment: a record is acknowledged when its operation has ended");
        refused(Consuming.class, "which takes the Consumer: it may be used by its own thread only");
    }

    static class Replying {
        @KafkaListener(id = "replying", topics = "t")
        @SendTo("answers")
        @KeyedSequential(key = "#text", atom = "replying")
        CompletableFuture<String> process(String text) {
            return CompletableFuture.completedFuture(text);
        }
    }

    static class ReplyingAtOnce {
        @KafkaListener(id = "replying-at-once", topics = "t")
        @SendTo("answers")
        @KeyedSequential(key = "#text", atom = "replying-at-once")
        String process(String text) {
            return text;
        }
    }

    @Test
    void aReplyIsTheResultOfAFuture() {
        refused(ReplyingAtOnce.class, "which returns java.lang.String: the consumer would wait for each record");
        application
                .withBean(Replying.class)
                .withPropertyValues("spring.kafka.producer.bootstrap-servers=localhost:1")
                .run(context -> assertThat(context).hasNotFailed());
    }

    static class Groupless {
        @KafkaListener(
                id = "plain",
                idIsGroup = false,
                topicPartitions = @TopicPartition(topic = "t", partitions = "0"))
        @KeyedSequential(key = "#record.key()", atom = "plain")
        void process(ConsumerRecord<String, String> record) {}
    }

    @Test
    void aListenerWithoutAGroupIsRefusedWhenItStarts() {
        application.withBean(Groupless.class).run(context -> assertThat(
                        startFailure(context.getBean(KafkaListenerEndpointRegistry.class)))
                .hasMessageContaining("The keyed listener 'plain' has no group"));
    }

    @Test
    void aRunTimeoutThatOutlastsTheWaitForBodiesIsWarnedOf(CapturedOutput output) {
        application
                .withBean(Plain.class)
                .withPropertyValues("keyedsequential.atoms.plain.run-timeout=90s")
                .run(context -> {
                    KeyedListener listener =
                            context.getBean(KeyedListeners.class).find("plain");
                    listener.check(Duration.ofMinutes(4)); // its half is longer
                    assertThat(output).doesNotContain("may run for");
                    for (int consumer = 0; consumer < 3; consumer++) {
                        listener.check(Duration.ofMinutes(2));
                    }
                });
        assertThat(output)
                .contains("plain: bodies of the atom 'plain' may run for PT1M30S (run-timeout)")
                .contains("Raise spring.kafka.consumer.max-poll-interval to PT3M or more");
        assertThat(output.getOut().lines().filter(line -> line.contains("may run for")))
                .as("once for all consumers")
                .hasSize(1);
    }

    static class Retryable {
        @RetryableTopic
        @KafkaListener(id = "retryable", topics = "t")
        @KeyedSequential(key = "#text", atom = "retryable")
        void process(String text) {}
    }

    @Test
    void topicsForRetriesAreRefusedBecauseTheyLoseOrder() {
        refused(Retryable.class, "has a @RetryableTopic");
    }

    @Test
    void whatWouldAcknowledgeOtherwiseIsRefused() {
        refused(Plain.class, "has the ack mode RECORD", "spring.kafka.listener.ack-mode=record");
        refused(Plain.class, "has the ack mode MANUAL_IMMEDIATE", "spring.kafka.listener.ack-mode=manual-immediate");
        refused(Plain.class, "has asyncAcks", "spring.kafka.listener.async-acks=true");
        refused(Plain.class, "has enable.auto.commit", "spring.kafka.consumer.enable-auto-commit=true");
        refused(Plain.class, "has a KafkaAwareTransactionManager", "spring.kafka.producer.transaction-id-prefix=tx-");
        application
                .withBean(Plain.class)
                .withPropertyValues(
                        "spring.kafka.listener.ack-mode=manual", "spring.kafka.consumer.enable-auto-commit=false")
                .run(context -> assertThat(context).hasNotFailed());
    }

    @KafkaListener(id = "several", topics = "t")
    static class Several {
        @KafkaHandler
        @KeyedSequential(key = "#text", atom = "texts")
        void text(String text) {}

        @KafkaHandler
        @KeyedSequential(key = "#number", atom = "numbers")
        void number(Integer number) {}
    }

    @KafkaListener(id = "handlers", topics = "t")
    static class Handlers {
        @KafkaHandler
        @KeyedSequential(key = "#text", atom = "handlers")
        void text(String text) {}

        @KafkaHandler
        @KeyedSequential(key = "'' + #number", atom = "handlers")
        void number(Integer number) {}

        @KafkaHandler(isDefault = true)
        void other(Object other) {}
    }

    @Test
    void handlersShareOneAtom() {
        refused(Several.class, "The handlers of the keyed listener 'several' are in several atoms");
        application.withBean(Handlers.class).run(context -> assertThat(
                        context.getBean(KeyedListeners.class).find("handlers"))
                .isNotNull());
    }

    @Configuration
    static class FactoryOfItsOwn {
        @Bean
        ConcurrentKafkaListenerContainerFactory<Object, Object> kafkaListenerContainerFactory(
                ConsumerFactory<Object, Object> consumers) {
            ConcurrentKafkaListenerContainerFactory<Object, Object> factory =
                    new ConcurrentKafkaListenerContainerFactory<>();
            factory.setConsumerFactory(consumers);
            return factory;
        }
    }

    @Configuration
    static class KeyedFactoryOfItsOwn {
        // snippet: factory
        @Bean
        KeyedKafkaListenerContainerFactory<Object, Object> kafkaListenerContainerFactory(
                KeyedListeners listeners, ConsumerFactory<Object, Object> consumers) {
            var factory = new KeyedKafkaListenerContainerFactory<Object, Object>(listeners);
            factory.setConsumerFactory(consumers);
            factory.setConcurrency(2);
            return factory;
        }
        // end: factory
    }

    @Test
    void aFactoryThatIsNotKeyedIsRefusedUnlessThatIsWanted() {
        application
                .withUserConfiguration(FactoryOfItsOwn.class)
                .withBean(Plain.class)
                .run(context -> assertThat(misconfigured(context.getStartupFailure()))
                        .hasMessageContaining("Plain.process(ConsumerRecord)")
                        .hasMessageContaining("was not made by a KeyedKafkaListenerContainerFactory"));
        application
                .withUserConfiguration(FactoryOfItsOwn.class)
                .withBean(Plain.class)
                .withPropertyValues("keyedsequential.kafka.listeners=false")
                .run(context -> assertThat(context).hasNotFailed());
        application
                .withUserConfiguration(KeyedFactoryOfItsOwn.class)
                .withBean(Plain.class)
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    assertThat(context.getBean(KeyedListeners.class).find("plain"))
                            .isNotNull();
                });
    }

    @Test
    void withoutTheListenersTheContainersAreBoots() {
        application
                .withBean(Plain.class)
                .withPropertyValues("keyedsequential.kafka.listeners=false")
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    assertThat(context.getBean("kafkaListenerContainerFactory"))
                            .isNotInstanceOf(KeyedKafkaListenerContainerFactory.class);
                });
    }

    @Test
    void anAtomThatWouldKeepTheConsumerWaitingIsRefusedWhenItStarts() {
        application
                .withBean(Plain.class)
                .withPropertyValues("keyedsequential.atoms.plain.capacity-per-key=100")
                .run(
                        context -> assertThat(startFailure(context.getBean(KafkaListenerEndpointRegistry.class)))
                                .hasMessageContaining(
                                        "hands over up to 1000 records of a partition, and one key of the atom 'plain' may have 100 operations queued"));
        application
                .withBean(Plain.class)
                .withPropertyValues("spring.kafka.consumer.max-poll-interval=20s")
                .run(context -> assertThat(startFailure(context.getBean(KafkaListenerEndpointRegistry.class)))
                        .hasMessageContaining("max.poll.interval.ms of the listener 'plain' is 20000"));
    }

    private static Throwable startFailure(KafkaListenerEndpointRegistry registry) {
        try {
            registry.getListenerContainer("plain").start();
            throw new AssertionError("it has started");
        } catch (MisconfiguredAtomException e) {
            return e;
        }
    }

    private void refused(Class<?> listener, String message, String... properties) {
        application.withBean(listener).withPropertyValues(properties).run(context -> assertThat(
                        misconfigured(context.getStartupFailure()))
                .hasMessageContaining(message));
    }

    private static Throwable misconfigured(Throwable failure) {
        Throwable cause = failure;
        while (cause != null && !(cause instanceof MisconfiguredAtomException)) {
            cause = cause.getCause();
        }
        assertThat(cause).as("of %s", failure).isNotNull();
        assertThat(((MisconfiguredAtomException) cause).action()).isNotBlank();
        return cause;
    }
}
