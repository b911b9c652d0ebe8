package io.keyedsequential.kafka;

import io.keyedsequential.spring.atom.AtomRegistry;
import io.keyedsequential.spring.autoconfigure.KeyedSequentialAutoConfiguration;
import io.keyedsequential.spring.engine.HeaderCarrier.MdcHeaders;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.kafka.autoconfigure.ConcurrentKafkaListenerContainerFactoryConfigurer;
import org.springframework.boot.kafka.autoconfigure.KafkaAutoConfiguration;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;
import org.springframework.kafka.config.ContainerCustomizer;
import org.springframework.kafka.core.ConsumerFactory;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.kafka.core.KafkaAdmin;
import org.springframework.kafka.core.ProducerFactory;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;
import org.springframework.kafka.listener.ConsumerRecordRecoverer;
import tools.jackson.databind.json.JsonMapper;

/** Runs the keys of annotated listeners of Kafka in parallel, and brings the engine {@code kafka}. */
@AutoConfiguration(
        before = KafkaAutoConfiguration.class,
        after = KeyedSequentialAutoConfiguration.class,
        afterName = "org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration")
@ConditionalOnBooleanProperty(name = "keyedsequential.enabled", matchIfMissing = true)
@EnableConfigurationProperties(KeyedKafkaProperties.class)
public final class KeyedSequentialKafkaAutoConfiguration {

    /** For Spring. */
    public KeyedSequentialKafkaAutoConfiguration() {}

    @Bean
    @ConditionalOnMissingBean
    static RecordDeliveries keyedSequentialRecordDeliveries(ObjectProvider<AtomRegistry> registry) {
        return new RecordDeliveries(registry);
    }

    @Bean
    @ConditionalOnMissingBean(ConsumerRecordRecoverer.class)
    DeadLetters keyedSequentialDeadLetters(ObjectProvider<ProducerFactory<?, ?>> producers) {
        return new DeadLetters(producers);
    }

    @Bean
    @ConditionalOnMissingBean
    FailedRecords keyedSequentialFailedRecords(ObjectProvider<ConsumerRecordRecoverer> recoverers) {
        return new FailedRecords(recoverers::getObject);
    }

    @Bean
    @ConditionalOnMissingBean
    KeyedListeners keyedSequentialListeners(
            Environment environment,
            ObjectProvider<AtomRegistry> registry,
            RecordDeliveries deliveries,
            FailedRecords failedRecords) {
        return new KeyedListeners(environment, registry, deliveries, failedRecords);
    }

    @Bean
    @ConditionalOnBooleanProperty(name = "keyedsequential.kafka.listeners", matchIfMissing = true)
    KeyedListenersCheck keyedSequentialListenersCheck(ConfigurableListableBeanFactory beans, KeyedListeners listeners) {
        return new KeyedListenersCheck(beans, listeners);
    }

    @Bean
    KafkaOptionsCheck keyedSequentialKafkaOptionsCheck(AtomRegistry registry, KeyedListeners listeners) {
        return new KafkaOptionsCheck(registry, listeners);
    }

    @Bean
    @ConditionalOnMissingBean
    KafkaAtomEngine keyedSequentialKafkaEngine(
            KeyedKafkaProperties properties,
            ObjectProvider<ProducerFactory<?, ?>> producers,
            ObjectProvider<ConsumerFactory<?, ?>> consumers,
            ObjectProvider<KafkaAdmin> admins,
            KeyedListeners listeners,
            ObjectProvider<JsonMapper> mappers) {
        return new KafkaAtomEngine(
                properties,
                new KafkaClients(producers, consumers, admins),
                listeners,
                mappers.getIfUnique(
                        () -> JsonMapper.builder().findAndAddModules().build()));
    }

    @Bean
    @ConditionalOnClass(name = "org.slf4j.MDC")
    MdcHeaders keyedSequentialKafkaMdcHeaders(KeyedKafkaProperties properties) {
        return new MdcHeaders(properties.headers().mdc());
    }

    /** In the place of Boot's, and set up as that would be. */
    @Bean
    @ConditionalOnMissingBean(name = "kafkaListenerContainerFactory")
    @ConditionalOnBooleanProperty(name = "keyedsequential.kafka.listeners", matchIfMissing = true)
    KeyedKafkaListenerContainerFactory<?, ?> kafkaListenerContainerFactory(
            KeyedListeners listeners,
            ConcurrentKafkaListenerContainerFactoryConfigurer configurer,
            ObjectProvider<ConsumerFactory<Object, Object>> consumers,
            ObjectProvider<ContainerCustomizer<Object, Object, ConcurrentMessageListenerContainer<Object, Object>>>
                    customizer,
            KafkaProperties properties) {
        KeyedKafkaListenerContainerFactory<Object, Object> factory =
                new KeyedKafkaListenerContainerFactory<>(listeners);
        configurer.configure(
                factory,
                consumers.getIfAvailable(
                        () -> new DefaultKafkaConsumerFactory<>(properties.buildConsumerProperties())));
        customizer.ifAvailable(factory::setContainerCustomizer);
        return factory;
    }
}
