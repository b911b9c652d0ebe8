package io.keyedsequential.kafka;

import io.keyedsequential.spring.atom.MisconfiguredAtomException;
import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.jspecify.annotations.Nullable;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.kafka.annotation.RetryableTopic;
import org.springframework.kafka.core.ConsumerFactory;
import org.springframework.kafka.listener.ContainerProperties;
import org.springframework.kafka.listener.ContainerProperties.AckMode;
import org.springframework.kafka.support.Acknowledgment;
import org.springframework.messaging.Message;

/** Refuses listeners whose records could not be acknowledged as this module promises, with the cause and the remedy. */
final class ListenerChecks {

    private final String listener;

    ListenerChecks(String listener) {
        this.listener = listener;
    }

    void check(boolean batch, Collection<Method> methods) {
        refuseIf(
                batch,
                "takes batches: the records of a batch have several keys, and one call can be in the "
                        + "lane of one of them only",
                "Take one record per call, and remove batch = \"true\" and "
                        + "spring.kafka.listener.type=batch; records of different keys run in parallel all the "
                        + "same.");
        methods.forEach(this::check);
    }

    private void check(Method method) {
        String name = describe(method);
        List<Class<?>> parameters = Arrays.asList(method.getParameterTypes());
        refuseIf(
                Arrays.stream(method.getGenericParameterTypes()).anyMatch(ListenerChecks::isSeveralRecords),
                ("calls %s, which takes several records at once: they have several keys, and one call can be in "
                                + "the lane of one of them only")
                        .formatted(name),
                "Take a ConsumerRecord, a Message or a payload; records of different keys run in parallel "
                        + "all the same.");
        refuseIf(
                parameters.stream().anyMatch(type -> type.getName().equals("kotlin.coroutines.Continuation")),
                "calls %s, a suspend function: its operation would not be known when it returns to the consumer"
                        .formatted(name),
                "Let it be no suspend function, and return a CompletableFuture, such as that of future { }.");
        refuseIf(
                method.getReturnType().getName().startsWith("reactor.core.publisher."),
                "calls %s, which returns a %s: its operation begins only when that is subscribed to"
                        .formatted(name, method.getReturnType().getSimpleName()),
                "Return a CompletableFuture: Mono.toFuture() makes one.");
        refuseIf(
                !isHandOver(method.getReturnType()),
                "calls %s, which returns %s: the consumer would wait for each record, and with it all keys"
                        .formatted(name, method.getReturnType().getTypeName()),
                "Return void or a CompletableFuture; with @SendTo, a CompletableFuture of the reply.");
        refuseIf(
                parameters.contains(Acknowledgment.class),
                ("calls %s, which takes an Acknowledgment: a record is acknowledged when its "
                                + "operation has ended, and all before it")
                        .formatted(name),
                "Remove the parameter. If something else has to happen first, return a "
                        + "CompletableFuture that completes with it.");
        refuseIf(
                parameters.stream().anyMatch(Consumer.class::isAssignableFrom),
                ("calls %s, which takes the Consumer: it may be used by its own thread only, and the "
                                + "method runs on another one")
                        .formatted(name),
                "Remove the parameter; what is to be done on the consumer's thread belongs into a RecordInterceptor.");
        refuseIf(
                AnnotatedElementUtils.hasAnnotation(method, RetryableTopic.class)
                        || AnnotatedElementUtils.hasAnnotation(method.getDeclaringClass(), RetryableTopic.class),
                "has a @RetryableTopic: a record that is tried again on another topic is overtaken by those of its key",
                "Remove @RetryableTopic, and set max-attempts of the atom: operations are tried "
                        + "again on their lane, and the other keys go on.");
    }

    private static boolean isSeveralRecords(Type parameter) {
        ResolvableType type = ResolvableType.forType(parameter);
        Class<?> element = type.as(Collection.class).getGeneric().resolve(Object.class);
        return type.resolve(Object.class) == ConsumerRecords.class
                || ConsumerRecord.class.isAssignableFrom(element)
                || Message.class.isAssignableFrom(element);
    }

    private static boolean isHandOver(Class<?> returned) {
        return returned == void.class || CompletionStage.class.isAssignableFrom(returned) || returned == Future.class;
    }

    void check(ContainerProperties container, @Nullable ConsumerFactory<?, ?> consumers) {
        refuseIf(
                container.isAsyncAcks(),
                "has asyncAcks: the container would pause all partitions until the records of a poll are acknowledged",
                "Remove spring.kafka.listener.async-acks; records are acknowledged out of order "
                        + "already, and committed in order.");
        AckMode mode = container.getAckMode();
        refuseIf(
                mode != AckMode.BATCH && mode != AckMode.MANUAL, // BATCH is the default, not a choice
                ("has the ack mode %s, which would have no effect: a record is acknowledged when its "
                                + "operation has ended, and all before it")
                        .formatted(mode),
                "Remove spring.kafka.listener.ack-mode or ackMode, or give the listeners that need "
                        + "it a container factory of their own.");
        refuseIf(
                container.getKafkaAwareTransactionManager() != null,
                "has a KafkaAwareTransactionManager: offsets would be committed with the transaction "
                        + "of the hand-over, before the operation has begun",
                "Remove spring.kafka.producer.transaction-id-prefix, or give the listener a "
                        + "container factory without a transaction manager. Begin the transaction in the "
                        + "method.");
        refuseIf(
                isAutoCommit(container.getKafkaConsumerProperties(), consumers),
                "has enable.auto.commit: the client would commit what is handed over and has not run",
                "Remove spring.kafka.consumer.enable-auto-commit.");
    }

    private static boolean isAutoCommit(@Nullable Properties own, @Nullable ConsumerFactory<?, ?> consumers) {
        Object value = own == null ? null : own.getProperty(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG);
        if (value == null && consumers != null) {
            Map<String, Object> shared = consumers.getConfigurationProperties();
            value = shared.get(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG);
        }
        return value != null && Boolean.parseBoolean(value.toString().strip());
    }

    private void refuseIf(boolean wrong, String what, String action) {
        if (wrong) {
            throw new MisconfiguredAtomException("The keyed listener '%s' %s.".formatted(listener, what), action);
        }
    }

    static String describe(Method method) {
        return Arrays.stream(method.getParameterTypes())
                .map(Class::getSimpleName)
                .collect(Collectors.joining(
                        ", ", method.getDeclaringClass().getTypeName() + "." + method.getName() + "(", ")"));
    }
}
