package io.keyedsequential.spring.autoconfigure;

import static io.keyedsequential.spring.Apps.app;
import static io.keyedsequential.spring.Apps.assertAtRest;
import static io.keyedsequential.spring.Apps.registry;
import static org.assertj.core.api.Assertions.assertThat;

import io.keyedsequential.KeyedCoordinator;
import io.keyedsequential.KeyedSequentialAtom;
import io.keyedsequential.OperationContext;
import io.keyedsequential.spring.annotation.KeyedSequential;
import io.keyedsequential.spring.atom.AtomLifecycle;
import io.keyedsequential.spring.atom.AtomRegistry;
import io.keyedsequential.spring.atom.RegisteredAtom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.core.task.SimpleAsyncTaskExecutor;

@ExtendWith(OutputCaptureExtension.class)
class KeyedSequentialAutoConfigurationTest {

    /** Public, for its proxy comes from another class loader where classes are filtered. */
    public static class Orders {
        @KeyedSequential(key = "#p0", atom = "orders")
        public CompletableFuture<Thread> thread(String key) {
            return CompletableFuture.completedFuture(Thread.currentThread());
        }

        @KeyedSequential(key = "#p0", atom = "orders", operation = "inside")
        public boolean isInside(String key) {
            return OperationContext.current().isPresent();
        }
    }

    @Test
    void thereIsARegistryWithoutAnyAnnotatedBean() {
        app().run(context -> assertThat(context)
                .hasSingleBean(AtomRegistry.class)
                .hasSingleBean(AtomLifecycle.class)
                .hasBean("keyedSequentialPostProcessor"));
    }

    @Test
    void switchedOffNothingIsThereAndMethodsAreJustMethods() {
        app().withBean(Orders.class)
                .withPropertyValues("keyedsequential.enabled=false")
                .run(context -> {
                    assertThat(context)
                            .doesNotHaveBean(AtomRegistry.class)
                            .doesNotHaveBean("keyedSequentialPostProcessor");
                    assertThat(context.getBean(Orders.class).isInside("A")).isFalse();
                });
    }

    @Test
    void switchedOnMethodsAreOperations() {
        app().withBean(Orders.class)
                .run(context ->
                        assertThat(context.getBean(Orders.class).isInside("A")).isTrue());
    }

    @Test
    void itStartsWithoutMicrometer() {
        app().withBean(Orders.class)
                .withClassLoader(new FilteredClassLoader("io.micrometer"))
                .run(context ->
                        assertThat(context.getBean(Orders.class).isInside("A")).isTrue());
    }

    @Test
    void bootsOwnTaskExecutorStaysAndOursIsNoBean() {
        app().withBean(Orders.class).run(context -> {
            assertThat(context).hasBean("applicationTaskExecutor");
            assertThat(context).hasSingleBean(Executor.class);
        });
    }

    @Test
    void noBeanIsCreatedTooEarlyToBePostProcessed(CapturedOutput output) {
        app().withBean(Orders.class).run(context -> assertThat(output)
                .doesNotContain("not eligible for getting processed by all BeanPostProcessors"));
    }

    @Test
    void lazyInitialisationSwitchesNothingOff() {
        app().withBean(Orders.class)
                .withInitializer(context ->
                        context.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor()))
                .run(context -> {
                    assertThat(context.getBeanFactory().containsSingleton("keyedSequentialAtomLifecycle"))
                            .isTrue();
                    assertThat(context.getBean(AtomLifecycle.class).isRunning()).isTrue();
                    assertThat(registry(context).atoms())
                            .extracting(RegisteredAtom::name)
                            .containsExactly("orders");
                });
    }

    @Test
    void atomsThatAreBeansAreInTheRegistry() {
        KeyedCoordinator<String> mail = KeyedCoordinator.<String>builder("mail").build();
        KeyedSequentialAtom<String, String> print = KeyedSequentialAtom.builder((String page) -> page, page -> {})
                .name("print")
                .build();
        app().withBean(Orders.class)
                .withBean("mailer", KeyedCoordinator.class, () -> mail)
                .withBean("printer", KeyedSequentialAtom.class, () -> print)
                .run(context -> {
                    assertThat(registry(context).atoms())
                            .extracting(RegisteredAtom::name)
                            .containsExactly("mail", "orders", "print");
                    assertThat(registry(context).find("Mail").orElseThrow().coordinator())
                            .isSameAs(mail);
                    assertThat(registry(context).find("print").orElseThrow().coordinator())
                            .isSameAs(print.coordinator());
                    assertThat(registry(context).find("mail").orElseThrow().declaredBy())
                            .isEqualTo("bean 'mailer'");
                    assertThat(registry(context).find("nobody")).isEmpty();
                });
    }

    @Test
    void aFacadeAndItsCoordinatorMayBothBeBeans() {
        KeyedSequentialAtom<String, String> print = KeyedSequentialAtom.builder((String page) -> page, page -> {})
                .name("print")
                .build();
        app().withBean("printer", KeyedSequentialAtom.class, () -> print)
                .withBean("printerCoordinator", KeyedCoordinator.class, print::coordinator)
                .run(context -> assertThat(registry(context).atoms()).hasSize(1));
    }

    @Test
    void anAtomRunsOnTheExecutorThatIsNamed() {
        app().withBean(Orders.class)
                .withBean("io", AsyncTaskExecutor.class, () -> new SimpleAsyncTaskExecutor("io-"))
                .withPropertyValues("keyedsequential.atoms.orders.executor=io")
                .run(context -> {
                    assertThat(context.getBean(Orders.class).thread("A").get().getName())
                            .startsWith("io-");
                    assertAtRest(context);
                });
    }

    @Test
    void anAtomMayRunOnBootsOwnTaskExecutorAndOneOfTheDefaultsCountsForAll() {
        app().withBean(Orders.class)
                .withPropertyValues("keyedsequential.defaults.executor=applicationTaskExecutor")
                .run(context -> {
                    assertThat(registry(context).coordinator("orders").options().executor())
                            .isSameAs(context.getBean("applicationTaskExecutor"));
                    assertThat(context.getBean(Orders.class).thread("A").get().getName())
                            .startsWith("task-");
                    assertAtRest(context);
                });
    }

    @Test
    @EnabledForJreRange(min = JRE.JAVA_21)
    void aNamedExecutorWinsOverVirtualThreadsAndBootsOwnStays() {
        app().withBean(Orders.class)
                .withBean("io", AsyncTaskExecutor.class, () -> new SimpleAsyncTaskExecutor("io-"))
                .withPropertyValues(
                        "spring.threads.virtual.enabled=true",
                        "spring.task.execution.mode=force",
                        "keyedsequential.atoms.orders.executor=io")
                .run(context -> {
                    assertThat(context).hasBean("applicationTaskExecutor");
                    assertThat(context.getBean(Orders.class).thread("A").get().getName())
                            .startsWith("io-");
                    assertAtRest(context);
                });
    }

    @Test
    @EnabledForJreRange(min = JRE.JAVA_21)
    void operationsRunOnVirtualThreadsWhereTheyAreEnabled() {
        app().withBean(Orders.class)
                .withPropertyValues("spring.threads.virtual.enabled=true")
                .run(context -> {
                    Thread thread = context.getBean(Orders.class).thread("A").get();
                    assertThat(thread.getClass().getSimpleName()).isEqualTo("VirtualThread");
                    assertThat(thread.getName()).startsWith("keyedsequential-orders-");
                    assertAtRest(context);
                });
    }

    @Test
    @EnabledForJreRange(max = JRE.JAVA_20)
    void whereThereAreNoVirtualThreadsTheSwitchChangesNothing() {
        app().withBean(Orders.class)
                .withPropertyValues("spring.threads.virtual.enabled=true")
                .run(context -> assertThat(registry(context)
                                .coordinator("orders")
                                .options()
                                .executor())
                        .isNull());
    }
}
