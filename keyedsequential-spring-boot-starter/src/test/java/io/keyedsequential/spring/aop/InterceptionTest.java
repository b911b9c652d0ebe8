package io.keyedsequential.spring.aop;

import static io.keyedsequential.spring.Apps.app;
import static io.keyedsequential.spring.Apps.assertAtRest;
import static io.keyedsequential.spring.Apps.registry;
import static org.assertj.core.api.Assertions.assertThat;

import io.keyedsequential.OperationContext;
import io.keyedsequential.spring.annotation.KeyedSequential;
import io.keyedsequential.spring.atom.MisconfiguredAtomException;
import io.keyedsequential.spring.atom.RegisteredAtom;
import java.lang.reflect.Proxy;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.Ordered;
import org.springframework.core.PriorityOrdered;

/** A bean with annotated methods is intercepted, or the start-up says which is not, why, and what to do. */
class InterceptionTest {

    interface Service {
        @KeyedSequential(key = "#key", atom = "services")
        boolean isInside(String key);
    }

    static class PlainService implements Service {
        @Override
        public boolean isInside(String key) {
            return OperationContext.current().isPresent();
        }
    }

    static class Dependency {
        Dependency(Service service) {}
    }

    static class Early implements BeanPostProcessor {
        Early(Object needed) {}
    }

    static class Priority extends Early implements PriorityOrdered {
        Priority(Object needed) {
            super(needed);
        }

        @Override
        public int getOrder() {
            return 0;
        }
    }

    static class Middle extends Early implements Ordered {
        Middle(Object needed) {
            super(needed);
        }

        @Override
        public int getOrder() {
            return 0;
        }
    }

    static class Services {
        @Bean
        Service service() {
            return new PlainService();
        }
    }

    @Configuration
    static class NeededByPriority extends Services {
        @Bean
        static Priority asking(Service service) {
            return new Priority(service);
        }
    }

    @Configuration
    static class NeededByOrdered extends Services {
        @Bean
        static Middle asking(Service service) {
            return new Middle(service);
        }
    }

    @Configuration
    static class NeededThroughAnother extends Services {
        @Bean
        Dependency dependency(Service service) {
            return new Dependency(service);
        }

        @Bean
        static Middle asking(Dependency dependency) {
            return new Middle(dependency);
        }
    }

    @Configuration
    static class NeededByFactoryPostProcessor extends Services {
        @Bean
        static BeanFactoryPostProcessor asking(Service service) {
            return factory -> {};
        }
    }

    /** What has the methods is the configuration itself, of which its post-processor is made. */
    @Configuration
    static class AnnotatedConfiguration {
        @KeyedSequential(key = "#key", atom = "services")
        public void run(String key) {}

        @Bean
        BeanFactoryPostProcessor asking() {
            return factory -> {};
        }
    }

    static class ProductOfFactory implements FactoryBean<Service> {
        @Override
        public Service getObject() {
            return new PlainService();
        }

        @Override
        public Class<?> getObjectType() {
            return Service.class;
        }
    }

    @Configuration
    static class ProductNeededByOrdered {
        @Bean
        static ProductOfFactory service() {
            return new ProductOfFactory();
        }

        @Bean
        static Middle asking(Service service) {
            return new Middle(service);
        }
    }

    @ParameterizedTest
    @ValueSource(
            classes = {
                NeededByPriority.class,
                NeededByOrdered.class,
                NeededThroughAnother.class,
                NeededByFactoryPostProcessor.class,
                AnnotatedConfiguration.class,
                ProductNeededByOrdered.class
            })
    void whatAPostProcessorAsksForTooEarlyIsNamedWithIt(Class<?> configuration) {
        assertRefused(
                app().withUserConfiguration(configuration),
                "would run without order: it was made early, because a post-processor needs it: [asking].",
                "Let [asking] ask for it later: inject an ObjectProvider");
    }

    @Configuration
    static class AskedForLater extends Services {
        @Bean
        static Middle lazily(@Lazy Service service) {
            return new Middle(service);
        }

        @Bean
        static Priority byProvider(ObjectProvider<Service> service) {
            return new Priority(service);
        }
    }

    @Test
    void whatAPostProcessorAsksForLaterIsIntercepted() {
        app().withUserConfiguration(AskedForLater.class).run(context -> {
            assertThat(context.getBean("service", Service.class).isInside("A")).isTrue();
            assertAtRest(context);
        });
    }

    static class Registrar implements BeanFactoryPostProcessor {
        @Override
        public void postProcessBeanFactory(ConfigurableListableBeanFactory factory) {
            factory.registerSingleton("given", new PlainService());
        }
    }

    @Test
    void anInstanceThatIsRegisteredIsRefused() {
        assertRefused(
                app().withBean(Registrar.class),
                "The bean 'given' is not intercepted, so that " + PlainService.class.getTypeName()
                        + ".isInside(String) would run without order: it was registered as an instance",
                "Register how it is made instead");
    }

    static class AnnotatedPostProcessor implements BeanPostProcessor, PriorityOrdered {
        @Override
        public int getOrder() {
            return 0;
        }

        @KeyedSequential(key = "#key", atom = "services")
        public void run(String key) {}
    }

    @Test
    void aPostProcessorWithAnnotatedMethodsIsRefused() {
        assertRefused(
                app().withBean(AnnotatedPostProcessor.class),
                "it is a post-processor, and Spring does not post-process those",
                "Move the annotated methods to a bean of their own.");
    }

    /** As some libraries do. */
    static class Wrapping implements BeanPostProcessor, Ordered {
        @Override
        public Object postProcessAfterInitialization(Object bean, String beanName) {
            return !(bean instanceof Service)
                    ? bean
                    : Proxy.newProxyInstance(
                            Service.class.getClassLoader(),
                            new Class<?>[] {Service.class},
                            (proxy, method, arguments) -> method.invoke(bean, arguments));
        }

        @Override
        public int getOrder() {
            return LOWEST_PRECEDENCE;
        }
    }

    @Test
    void whatIsInterceptedInsideOfAnOpaqueProxyIsNotRefused() {
        app().withUserConfiguration(Services.class).withBean(Wrapping.class).run(context -> {
            assertThat(context.getBean(Service.class).isInside("A")).isTrue();
            assertAtRest(context);
        });
    }

    /** As those of {@code @KafkaListener} and {@code @JmsListener}: it calls beans as it finds them. */
    static class Listening implements BeanPostProcessor, Ordered {
        @Nullable
        Service found;

        @Override
        public Object postProcessAfterInitialization(Object bean, String beanName) {
            if (bean instanceof Service service) {
                found = service;
            }
            return bean;
        }

        @Override
        public int getOrder() {
            return LOWEST_PRECEDENCE;
        }
    }

    @Configuration
    static class ListenersFirst extends Services {
        @Bean
        static Listening listening() {
            return new Listening();
        }
    }

    @Test
    void whatCallsBeansAsItFindsThemFindsTheProxyWhicheverIsConfiguredFirst() {
        app().withUserConfiguration(ListenersFirst.class).run(context -> {
            Service found = context.getBean(Listening.class).found;
            assertThat(found).isSameAs(context.getBean("service"));
            assertThat(found.isInside("A")).isTrue();
        });
    }

    static class MadeLate {
        @KeyedSequential(key = "#key", atom = "late")
        public boolean isInside(String key) {
            return OperationContext.current().isPresent();
        }
    }

    @Test
    void whatIsMadeLateIsIntercepted() {
        app().withBean(MadeLate.class, MadeLate::new, definition -> definition.setLazyInit(true))
                .run(context -> assertThat(context.getBean(MadeLate.class).isInside("A"))
                        .isTrue());
    }

    // ---------------------------------------------------------------- derived names

    static class Eu {
        static class Orders {
            @KeyedSequential(key = "#key")
            public void process(String key) {}
        }
    }

    static class Us {
        static class Orders {
            @KeyedSequential(key = "#key")
            public void process(String key) {}
        }
    }

    @Test
    void twoBeansThatComeToOneAtomByTheirNamesAreRefused() {
        assertRefused(
                app().withBean("eu.orders", Eu.Orders.class).withBean("us.orders", Us.Orders.class),
                "Two methods come to the atom 'orders-process' by their names: " + Eu.class.getTypeName()
                        + "$Orders.process(String) of the bean 'eu.orders' and " + Us.class.getTypeName()
                        + "$Orders.process(String) of the bean 'us.orders'.",
                "Name an atom at each of them");
    }

    @Test
    void twoClassesOfOneSimpleNameAreRefused() {
        assertRefused(
                app().withBean(Eu.Orders.class).withBean(Us.Orders.class), "come to the atom 'orders-process'", "Name");
    }

    @Test
    void twoBeansOfOneClassThatComeToOneAtomAreRefused() {
        assertRefused(
                app().withBean("eu.orders", Eu.Orders.class).withBean("us.orders", Eu.Orders.class),
                "come to the atom 'orders-process'",
                "Name");
        assertRefused(
                app().withBean("orders", Eu.Orders.class).withBean("or-ders", Eu.Orders.class),
                "come to the atom",
                "Name");
    }

    static class Sharing {
        @KeyedSequential(key = "#key", atom = "orders-process", operation = "share")
        public void share(String key) {}
    }

    static class Overloaded {
        @KeyedSequential(key = "#key", operation = "one")
        public void process(String key) {}

        @KeyedSequential(key = "#key", operation = "other")
        public void process(String key, int number) {}
    }

    @Test
    void anAtomThatIsNamedMayBeTheOneOfAnotherBean() {
        app().withBean("eu.orders", Eu.Orders.class)
                .withBean(Sharing.class)
                .withBean("overloaded", Overloaded.class)
                .run(context -> assertThat(registry(context).atoms())
                        .extracting(RegisteredAtom::name)
                        .containsExactly("orders-process", "overloaded-process"));
    }

    private static void assertRefused(ApplicationContextRunner app, String cause, String remedy) {
        app.run(context -> {
            assertThat(context).hasFailed();
            Throwable failure = context.getStartupFailure();
            while (failure.getCause() != null) {
                failure = failure.getCause();
            }
            assertThat(failure).isInstanceOf(MisconfiguredAtomException.class).hasMessageContaining(cause);
            assertThat(((MisconfiguredAtomException) failure).action()).contains(remedy);
        });
    }
}
