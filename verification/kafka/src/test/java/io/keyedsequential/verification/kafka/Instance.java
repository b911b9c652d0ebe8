package io.keyedsequential.verification.kafka;

import java.util.ArrayList;
import java.util.List;
import org.springframework.beans.factory.support.BeanDefinitionBuilder;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.kafka.config.KafkaListenerEndpointRegistry;
import org.springframework.kafka.listener.MessageListenerContainer;

/** One application with listeners, at the shared broker; several of them in one process are a group. */
final class Instance implements AutoCloseable {

    @SpringBootConfiguration
    @EnableAutoConfiguration
    static class App {}

    private final ConfigurableApplicationContext context;

    private Instance(ConfigurableApplicationContext context) {
        this.context = context;
    }

    /** Starts it with these beans, each a listener, and properties {@code name=value}. */
    static Instance start(List<?> beans, String... properties) {
        return startAt(Broker.shared().address(), beans, properties);
    }

    /** Starts it in a process that has no broker of its own. */
    static Instance startAt(String address, List<?> beans, String... properties) {
        List<String> all = new ArrayList<>(List.of(
                "spring.kafka.bootstrap-servers=" + address,
                "spring.kafka.consumer.auto-offset-reset=earliest",
                "spring.kafka.consumer.properties.metadata.max.age.ms=1000",
                "spring.main.banner-mode=off",
                "spring.jmx.enabled=false"));
        all.addAll(List.of(properties));
        SpringApplicationBuilder application = new SpringApplicationBuilder(App.class)
                .web(WebApplicationType.NONE)
                .initializers(context -> {
                    for (int i = 0; i < beans.size(); i++) {
                        Object bean = beans.get(i);
                        register((ConfigurableApplicationContext) context, "listener" + i, bean);
                    }
                });
        // As arguments, before which nothing goes: @EmbeddedKafka of another class leaves its broker in the system's
        // properties.
        return new Instance(
                application.run(all.stream().map(each -> "--" + each).toArray(String[]::new)));
    }

    @SuppressWarnings("unchecked")
    private static void register(ConfigurableApplicationContext context, String name, Object bean) {
        ((BeanDefinitionRegistry) context.getBeanFactory())
                .registerBeanDefinition(
                        name,
                        BeanDefinitionBuilder.genericBeanDefinition((Class<Object>) bean.getClass(), () -> bean)
                                .getBeanDefinition());
    }

    MessageListenerContainer container(String id) {
        return context.getBean(KafkaListenerEndpointRegistry.class).getListenerContainer(id);
    }

    <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    @Override
    public void close() {
        context.close();
    }
}
