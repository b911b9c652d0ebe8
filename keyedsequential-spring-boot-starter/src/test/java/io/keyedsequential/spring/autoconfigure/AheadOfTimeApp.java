package io.keyedsequential.spring.autoconfigure;

import io.keyedsequential.OperationContext;
import io.keyedsequential.spring.annotation.EnqueuePhase;
import io.keyedsequential.spring.annotation.KeyedSequential;
import io.keyedsequential.spring.atom.AtomRegistry;
import io.keyedsequential.spring.atom.event.OperationFailed;
import io.keyedsequential.spring.test.KeyedAtoms;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.slf4j.MDC;
import org.springframework.aot.AotDetector;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.event.EventListener;
import org.springframework.core.annotation.AliasFor;

/** A small application that {@link AheadOfTimeTest} processes and then starts as a process of its own. */
@SpringBootConfiguration(proxyBeanMethods = false)
@ImportAutoConfiguration({
    KeyedSequentialAutoConfiguration.class,
    KeyedSequentialContextAutoConfiguration.class,
    KeyedSequentialObservationAutoConfiguration.class,
    KeyedAtomsTestAutoConfiguration.class,
    AopAutoConfiguration.class,
    TaskExecutionAutoConfiguration.class
})
public class AheadOfTimeApp {

    /** The key reads it. */
    public record Order(String customerId) {}

    /** A composed annotation. */
    @Target(ElementType.METHOD)
    @Retention(RetentionPolicy.RUNTIME)
    @KeyedSequential(key = "#order.customerId()")
    public @interface PerCustomer {
        /** The atom. */
        @AliasFor(annotation = KeyedSequential.class, attribute = "atom")
        String in();
    }

    /** Advised. */
    public static class Orders {
        /** Says where it runs. */
        @PerCustomer(in = "orders")
        public String process(Order order) {
            OperationContext operation = OperationContext.current().orElseThrow();
            return operation.atom() + "/" + operation.key();
        }

        /** Fails, for somebody to be told; without a transaction there is no commit to wait for. */
        @KeyedSequential(key = "#order.customerId()", atom = "orders", phase = EnqueuePhase.AFTER_COMMIT)
        public void fail(Order order) {
            String named = MDC.get("keyedsequential.atom") + "/" + MDC.get("keyedsequential.operation");
            throw new IllegalStateException("failed in " + named);
        }
    }

    @Bean
    Orders orders() {
        return new Orders();
    }

    @EventListener
    void failed(OperationFailed event) {
        System.out.println("told of " + event.operation().error());
    }

    /** Answers one order. */
    public static void main(String[] args) {
        SpringApplication application = new SpringApplication(AheadOfTimeApp.class);
        application.setWebApplicationType(WebApplicationType.NONE);
        try (ConfigurableApplicationContext context = application.run(args)) {
            Orders orders = context.getBean(Orders.class);
            System.out.printf(
                    "answered %s, generated %s, class %s, limit %d%n",
                    orders.process(new Order("ada")),
                    AotDetector.useGeneratedArtifacts(),
                    orders.getClass().getSimpleName(),
                    context.getBean(AtomRegistry.class)
                            .coordinator("orders")
                            .stats()
                            .maxConcurrency());
            orders.fail(new Order("ada"));
            context.getBean(KeyedAtoms.class).awaitIdle();
        }
    }
}
