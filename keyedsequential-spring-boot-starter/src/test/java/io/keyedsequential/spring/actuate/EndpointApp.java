package io.keyedsequential.spring.actuate;

import static io.keyedsequential.spring.Apps.await;

import io.keyedsequential.ExhaustedPolicy;
import io.keyedsequential.KeyedCoordinator;
import io.keyedsequential.spring.annotation.KeyedSequential;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.security.autoconfigure.actuate.web.servlet.ManagementWebSecurityAutoConfiguration;
import org.springframework.boot.security.autoconfigure.web.servlet.ServletWebSecurityAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

@SpringBootConfiguration
@EnableAutoConfiguration(
        exclude = {ServletWebSecurityAutoConfiguration.class, ManagementWebSecurityAutoConfiguration.class})
@Import(EndpointApp.Atoms.class)
class EndpointApp {

    /** Without anything about security. */
    @Configuration(proxyBeanMethods = false)
    static class Atoms {

        @Bean
        Orders orders() {
            return new Orders();
        }

        /** Keeps a key closed whose operation has failed. Idle unless a test uses it. */
        @Bean
        KeyedCoordinator<String> mail() {
            return KeyedCoordinator.<String>builder("mail")
                    .maxConcurrency(2)
                    .exhaustedPolicy(ExhaustedPolicy.PARK)
                    .build();
        }
    }

    static class Orders {
        @KeyedSequential(key = "#customer", atom = "orders", maxConcurrency = 2)
        public CompletableFuture<String> process(
                String customer, String secret, CountDownLatch begun, CountDownLatch gate) {
            begun.countDown();
            await(gate);
            if (secret.isEmpty()) {
                throw new IllegalStateException("no secret of " + customer);
            }
            return CompletableFuture.completedFuture(customer);
        }
    }
}
