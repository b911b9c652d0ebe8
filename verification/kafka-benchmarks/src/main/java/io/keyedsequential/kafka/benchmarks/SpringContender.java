package io.keyedsequential.kafka.benchmarks;

import io.keyedsequential.spring.annotation.KeyedSequential;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.springframework.beans.factory.support.BeanDefinitionBuilder;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.kafka.listener.CommonErrorHandler;
import org.springframework.kafka.listener.DefaultErrorHandler;
import org.springframework.util.backoff.FixedBackOff;

/** An application with one listener: keyed, alone, or with a future that the container waits for. */
public class SpringContender {

    @SpringBootConfiguration
    @EnableAutoConfiguration
    static class App {

        /** Of the listeners that are not keyed: then the record is logged and skipped. */
        @Bean
        CommonErrorHandler errorHandler() {
            return new DefaultErrorHandler(
                    (record, failure) -> {}, new FixedBackOff(Work.BACKOFF_MILLIS, Work.ATTEMPTS - 1L));
        }
    }

    /** With {@code keyedsequential-kafka}. */
    static class Keyed {

        private final Work work;

        Keyed(Work work) {
            this.work = work;
        }

        @KafkaListener(id = "keyed", topics = "${topic}", groupId = "${topic}")
        @KeyedSequential(key = "#record.key()", atom = "records")
        void process(ConsumerRecord<String, String> record) {
            work.run(record.value());
        }
    }

    /** One record of a partition at a time, a thread for each partition. */
    static class Plain {

        private final Work work;

        Plain(Work work) {
            this.work = work;
        }

        @KafkaListener(id = "plain", topics = "${topic}", groupId = "${topic}", concurrency = "${partitions}")
        void process(ConsumerRecord<String, String> record) {
            work.run(record.value());
        }
    }

    /** The starter alone: the future makes the container acknowledge out of order. */
    static class AsyncAcks {

        private final Work work;

        AsyncAcks(Work work) {
            this.work = work;
        }

        @KafkaListener(id = "async", topics = "${topic}", groupId = "${topic}")
        @KeyedSequential(key = "#record.key()", atom = "records")
        CompletableFuture<Void> process(ConsumerRecord<String, String> record) {
            work.run(record.value());
            return CompletableFuture.completedFuture(null);
        }
    }

    /**
     * Consumes until the process is ended.
     *
     * @param arguments see {@link ContenderProcess}
     */
    public static void main(String[] arguments) throws IOException {
        Arguments given = Arguments.of(List.of(arguments));
        Work work = Work.of(given);
        Object listener =
                switch (Contender.valueOf(given.text("contender"))) {
                    case KEYED -> new Keyed(work);
                    case PLAIN -> new Plain(work);
                    case ASYNC_ACKS -> new AsyncAcks(work);
                    case PARALLEL_CONSUMER -> throw new IllegalArgumentException("has a class path of its own");
                };
        List<String> properties = new ArrayList<>(List.of(
                "--spring.kafka.bootstrap-servers=" + given.text("broker"),
                "--spring.main.banner-mode=off",
                "--spring.jmx.enabled=false",
                "--logging.level.root=error",
                "--keyedsequential.kafka.listeners=" + (listener instanceof Keyed),
                "--keyedsequential.atoms.records.max-concurrency=" + given.text("concurrency"),
                "--keyedsequential.atoms.records.retry.max-attempts=" + Work.ATTEMPTS,
                "--keyedsequential.atoms.records.retry.backoff=" + Work.BACKOFF_MILLIS + "ms",
                "--keyedsequential.atoms.records.retry.multiplier=1",
                "--keyedsequential.atoms.records.retry.jitter=0",
                "--topic=" + given.text("topic"),
                "--partitions=" + given.text("partitions")));
        if (listener instanceof Keyed) {
            properties.add("--keyedsequential.atoms.records.kafka.window=" + given.text("window"));
            properties.add("--keyedsequential.atoms.records.kafka.failed-records=skip");
        }
        ConsumerConfigs.of(given)
                .forEach((name, value) -> properties.add("--spring.kafka.consumer.properties.[" + name + "]=" + value));
        new SpringApplicationBuilder(App.class)
                .web(WebApplicationType.NONE)
                .initializers(context -> register((GenericApplicationContext) context, listener))
                .run(properties.toArray(String[]::new));
    }

    @SuppressWarnings("unchecked")
    private static void register(GenericApplicationContext context, Object listener) {
        context.registerBeanDefinition(
                "listener",
                BeanDefinitionBuilder.genericBeanDefinition((Class<Object>) listener.getClass(), () -> listener)
                        .getBeanDefinition());
    }
}
