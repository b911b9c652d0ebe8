package io.keyedsequential.spring.benchmarks;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

/** The application: auto-configured as a user has it, without a web server and without log lines. */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@EnableAsync
class OrderDesk {

    /** Of the {@code @Async} executor, and permits of each atom. */
    static final int THREADS = 2;

    static final String ASYNC_EXECUTOR = "asyncOrdersExecutor";

    static ConfigurableApplicationContext start() {
        return new SpringApplicationBuilder(OrderDesk.class)
                .web(WebApplicationType.NONE)
                .properties("spring.main.banner-mode=off", "logging.level.root=warn")
                .run();
    }

    @Bean
    Arrivals arrivals() {
        return new Arrivals();
    }

    @Bean
    AnnotatedOrders annotatedOrders(Arrivals arrivals) {
        return new AnnotatedOrders(arrivals);
    }

    @Bean
    AsyncOrders asyncOrders(Arrivals arrivals) {
        return new AsyncOrders(arrivals);
    }

    /** Its queue has no bound, as is the default; a batch is what keeps it short. */
    @Bean(ASYNC_EXECUTOR)
    ThreadPoolTaskExecutor asyncOrdersExecutor() {
        ThreadPoolTaskExecutor executor = new ThreadPoolTaskExecutor();
        executor.setCorePoolSize(THREADS);
        executor.setMaxPoolSize(THREADS);
        return executor;
    }
}
