package io.keyedsequential.sample.page;

import java.util.Map;
import java.util.stream.Stream;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** An application with a live page, in this process. */
record RunningApp(ConfigurableApplicationContext context) implements AutoCloseable {

    static RunningApp start(Class<?> application, String... properties) {
        SpringApplication starter = new SpringApplication(application);
        starter.setDefaultProperties(Map.of("server.port", 0));
        return new RunningApp(
                starter.run(Stream.of(properties).map("--"::concat).toArray(String[]::new)));
    }

    int port(String property) {
        return context.getEnvironment().getRequiredProperty(property, Integer.class);
    }

    String origin() {
        return "http://localhost:" + port("local.server.port");
    }

    String page() {
        return origin() + "/actuator/keyedatoms";
    }

    @Override
    public void close() {
        context.close();
    }
}
