package io.keyedsequential.migration;

import io.keyedsequential.spring.annotation.KeyedSequential;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.integration.annotation.ServiceActivator;
import org.springframework.integration.channel.DirectChannel;
import org.springframework.integration.channel.PartitionedChannel;
import org.springframework.integration.config.EnableIntegration;
import org.springframework.stereotype.Service;

/** From Spring Integration's partitioned channel. */
class FromPartitions {

    @Configuration(proxyBeanMethods = false)
    @EnableIntegration
    static class ChannelBefore {

        // snippet: partitions-before
        @Bean
        PartitionedChannel orders() { // 8 threads; customers of one partition wait for each other
            return new PartitionedChannel(8, message -> ((Order) message.getPayload()).customer());
        }
        // end: partitions-before
    }

    @Service
    static class ServiceBefore {

        private final Ledger ledger;

        ServiceBefore(Ledger ledger) {
            this.ledger = ledger;
        }

        // snippet: partitions-service-before
        @ServiceActivator(inputChannel = "orders")
        public void process(Order order) {
            ledger.append(order);
        }
        // end: partitions-service-before
    }

    @Configuration(proxyBeanMethods = false)
    @EnableIntegration
    static class ChannelAfter {

        // snippet: partitions-after
        @Bean
        DirectChannel orders() {
            return new DirectChannel();
        }
        // end: partitions-after
    }

    @Service
    static class ServiceAfter {

        private final Ledger ledger;

        ServiceAfter(Ledger ledger) {
            this.ledger = ledger;
        }

        // snippet: partitions-service-after
        @ServiceActivator(inputChannel = "orders")
        @KeyedSequential(key = "#order.customer", atom = "orders", maxConcurrency = 8)
        public void process(Order order) {
            ledger.append(order);
        }
        // end: partitions-service-after
    }
}
