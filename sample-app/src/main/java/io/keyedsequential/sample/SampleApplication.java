package io.keyedsequential.sample;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;

/** Starts the order desk. */
@SpringBootApplication(proxyBeanMethods = false)
@EnableConfigurationProperties(DeskProperties.class)
public class SampleApplication {

    /**
     * Starts the order desk.
     *
     * @param arguments properties, such as {@code --server.port=8081}
     */
    public static void main(String[] arguments) {
        SpringApplication.run(SampleApplication.class, arguments);
    }
}
