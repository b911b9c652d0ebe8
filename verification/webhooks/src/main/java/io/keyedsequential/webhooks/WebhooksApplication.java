package io.keyedsequential.webhooks;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** Starts the receiver. */
@SpringBootApplication(proxyBeanMethods = false)
public class WebhooksApplication {

    /**
     * Starts the receiver.
     *
     * @param arguments properties, such as {@code --server.port=8081}
     */
    public static void main(String[] arguments) {
        SpringApplication.run(WebhooksApplication.class, arguments);
    }
}
