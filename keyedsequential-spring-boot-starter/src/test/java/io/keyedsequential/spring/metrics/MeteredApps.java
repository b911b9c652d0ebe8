package io.keyedsequential.spring.metrics;

import io.keyedsequential.spring.Apps;
import io.keyedsequential.spring.annotation.KeyedSequential;
import io.keyedsequential.spring.autoconfigure.KeyedSequentialMetricsAutoConfiguration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.simple.SimpleMetricsExportAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** Small applications that are measured. */
final class MeteredApps {

    private MeteredApps() {}

    /** With Boot's metrics, and no registry yet. */
    static ApplicationContextRunner bare() {
        return Apps.app()
                .withConfiguration(AutoConfigurations.of(
                        KeyedSequentialMetricsAutoConfiguration.class,
                        MetricsAutoConfiguration.class,
                        CompositeMeterRegistryAutoConfiguration.class));
    }

    /** With a registry in memory. */
    static ApplicationContextRunner simple() {
        return bare().withConfiguration(AutoConfigurations.of(SimpleMetricsExportAutoConfiguration.class));
    }

    static class Orders {

        final CountDownLatch entered = new CountDownLatch(1);
        final CountDownLatch gate = new CountDownLatch(1);

        @KeyedSequential(key = "#customer", atom = "orders", maxConcurrency = 2)
        public CompletableFuture<String> order(String customer) {
            return CompletableFuture.completedFuture(customer);
        }

        @KeyedSequential(key = "#customer", atom = "orders")
        public CompletableFuture<String> fail(String customer) {
            throw new IllegalStateException("broken");
        }

        @KeyedSequential(key = "#customer", atom = "orders")
        public void hold(String customer) {
            entered.countDown();
            Apps.await(gate);
        }
    }
}
