package io.keyedsequential.spring.aop;

import static io.keyedsequential.spring.Apps.app;
import static io.keyedsequential.spring.Apps.assertAtRest;
import static io.keyedsequential.spring.Apps.registry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keyedsequential.OperationContext;
import io.keyedsequential.RejectedOperationException;
import io.keyedsequential.spring.annotation.KeyedSequential;
import io.keyedsequential.spring.atom.AtomLifecycle;
import io.keyedsequential.spring.atom.RegisteredAtom;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.lang.reflect.Proxy;
import org.junit.jupiter.api.Test;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.config.CustomScopeConfigurer;
import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Scope;
import org.springframework.context.annotation.ScopedProxyMode;
import org.springframework.context.support.SimpleThreadScope;
import org.springframework.core.annotation.AliasFor;

class ProxiesTest {

    interface Clerk {
        @KeyedSequential(key = "#customer", atom = "clerks")
        String serve(String customer);
    }

    static class PatientClerk implements Clerk {
        @Override
        public String serve(String otherName) {
            return atomAndKey();
        }
    }

    static class HastyClerk implements Clerk {
        @Override
        public String serve(String customer) {
            return atomAndKey();
        }
    }

    /** Only the interface is known before the beans are made. */
    @Configuration
    static class LazyClerks {
        @Bean
        @Lazy
        Clerk patient() {
            return new PatientClerk();
        }

        @Bean
        @Lazy
        Clerk hasty() {
            return new HastyClerk();
        }
    }

    static class Base {
        @KeyedSequential(key = "#name", atom = "base")
        public String run(String name) {
            return atomAndKey();
        }
    }

    static class Derived extends Base {
        @Override
        public String run(String name) {
            return super.run(name);
        }
    }

    @Target(ElementType.METHOD)
    @Retention(RetentionPolicy.RUNTIME)
    @KeyedSequential(key = "#p0", atom = "tenants")
    @interface PerTenant {
        @AliasFor(annotation = KeyedSequential.class)
        String operation() default "";
    }

    /** With attributes of its own names, which stand for the key and the atom. */
    @Target(ElementType.METHOD)
    @Retention(RetentionPolicy.RUNTIME)
    @KeyedSequential(key = "")
    @interface Serial {
        @AliasFor(annotation = KeyedSequential.class, attribute = "key")
        String by();

        @AliasFor(annotation = KeyedSequential.class, attribute = "atom")
        String in() default "serials";

        @AliasFor(annotation = KeyedSequential.class, attribute = "maxConcurrency")
        int atOnce() default 3;
    }

    static class Serials {
        @Serial(by = "#name.length()")
        public String usual(String name) {
            return atomAndKey();
        }

        @Serial(by = "#name", in = "others", atOnce = 7)
        public String other(String name) {
            return atomAndKey();
        }
    }

    static class Tenants {
        @PerTenant(operation = "x")
        String packagePrivate(String tenant) {
            return atomAndKey();
        }
    }

    static class Counter {
        @KeyedSequential(key = "#p0")
        public String count(String key) {
            return atomAndKey();
        }
    }

    @Configuration
    static class Scoped {
        @Bean
        static CustomScopeConfigurer scopes() {
            CustomScopeConfigurer scopes = new CustomScopeConfigurer();
            scopes.addScope("thread", new SimpleThreadScope());
            return scopes;
        }

        @Bean
        @Scope(scopeName = "thread", proxyMode = ScopedProxyMode.TARGET_CLASS)
        Counter counter() {
            return new Counter();
        }
    }

    static String atomAndKey() {
        OperationContext operation = OperationContext.current().orElseThrow();
        return operation.atom() + "/" + operation.key();
    }

    @Test
    void anAnnotationOnAnInterfaceCountsForAClassProxy() {
        app().withBean(PatientClerk.class).run(context -> {
            Clerk clerk = context.getBean(Clerk.class);
            assertThat(AopUtils.isCglibProxy(clerk)).isTrue();
            assertThat(clerk.serve("A")).isEqualTo("clerks/A");
            assertAtRest(context);
        });
    }

    @Test
    void anAnnotationOnAnInterfaceCountsForAJdkProxy() {
        app().withBean(PatientClerk.class)
                .withPropertyValues("spring.aop.proxy-target-class=false")
                .run(context -> {
                    Clerk clerk = context.getBean(Clerk.class);
                    assertThat(Proxy.isProxyClass(clerk.getClass())).isTrue();
                    assertThat(clerk.serve("A")).isEqualTo("clerks/A");
                    assertAtRest(context);
                });
    }

    @Test
    void implementationsOfOneAnnotatedInterfaceMethodAreOneOperation() {
        app().withUserConfiguration(LazyClerks.class).run(context -> {
            assertThat(registry(context).atoms())
                    .extracting(RegisteredAtom::name)
                    .containsExactly("clerks");
            assertThat(context.getBean("patient", Clerk.class).serve("A")).isEqualTo("clerks/A");
            assertThat(context.getBean("hasty", Clerk.class).serve("B")).isEqualTo("clerks/B");
            assertAtRest(context);
        });
    }

    @Test
    void itWorksWithoutAutoProxies() {
        app().withBean(Base.class)
                .withPropertyValues("spring.aop.auto=false")
                .run(context -> assertThat(context.getBean(Base.class).run("A")).isEqualTo("base/A"));
    }

    @Test
    void anOverrideThatDoesNotRepeatTheAnnotationIsStillAnOperation() {
        app().withBean(Derived.class).run(context -> {
            assertThat(context.getBean(Derived.class).run("A")).isEqualTo("base/A");
            assertAtRest(context);
        });
    }

    @Test
    void aComposedAnnotationCountsAndMayPassAttributesOn() {
        app().withBean(Tenants.class).run(context -> {
            assertThat(context.getBean(Tenants.class).packagePrivate("A")).isEqualTo("tenants/A");
            assertThat(registry(context)
                            .coordinator("tenants")
                            .snapshot()
                            .get(0)
                            .name())
                    .isEqualTo("x");
        });
    }

    @Test
    void aComposedAnnotationMayNameKeyAtomAndLimitsInItsOwnWords() {
        app().withBean(Serials.class).run(context -> {
            assertThat(context.getBean(Serials.class).usual("abc")).isEqualTo("serials/3");
            assertThat(context.getBean(Serials.class).other("abc")).isEqualTo("others/abc");
            assertThat(registry(context).coordinator("serials").stats().maxConcurrency())
                    .isEqualTo(3);
            assertThat(registry(context).coordinator("others").stats().maxConcurrency())
                    .isEqualTo(7);
            assertAtRest(context);
        });
    }

    @Test
    void underLazyInitialisationAtomsExistAndBeansAreMadeAtTheirFirstCall() {
        app().withBean("base", Base.class)
                .withInitializer(context ->
                        context.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor()))
                .run(context -> {
                    assertThat(registry(context).atoms())
                            .extracting(RegisteredAtom::name)
                            .containsExactly("base");
                    assertThat(context.getBeanFactory().containsSingleton("base"))
                            .isFalse();
                    assertThat(context.getBean(Base.class).run("A")).isEqualTo("base/A");
                    assertThat(context.getBean(AtomLifecycle.class).isRunning()).isTrue();
                    assertAtRest(context);
                });
    }

    @Test
    void aPausedContextTakesNothingAndARestartedOneGoesOnWithItsCounts() {
        app().withBean(Base.class).run(context -> {
            Base base = context.getBean(Base.class);
            base.run("A");
            ConfigurableApplicationContext source =
                    context.getSourceApplicationContext(ConfigurableApplicationContext.class);
            source.pause();
            assertThatThrownBy(() -> base.run("A")).isInstanceOf(RejectedOperationException.class);
            source.restart();
            assertThat(base.run("A")).isEqualTo("base/A");
            assertThat(context.getBean(Base.class)).isSameAs(base);
            assertThat(registry(context).coordinator("base").stats().completed())
                    .isEqualTo(2);
            assertThat(registry(context).coordinator("base").stats().rejected()).isOne();
            assertAtRest(context);
        });
    }

    @Test
    void twoBeansOfOneClassHaveAtomsOfTheirOwn() {
        app().withBean("firstCounter", Counter.class)
                .withBean("secondCounter", Counter.class)
                .run(context -> {
                    assertThat(context.getBean("firstCounter", Counter.class).count("A"))
                            .isEqualTo("first-counter-count/A");
                    assertThat(context.getBean("secondCounter", Counter.class).count("A"))
                            .isEqualTo("second-counter-count/A");
                    assertAtRest(context);
                });
    }

    @Test
    void allInstancesOfAPrototypeShareOneAtomWhichExistsBeforeTheFirst() {
        ApplicationContextRunner prototypes =
                app().withBean("counter", Counter.class, Counter::new, definition -> definition.setScope("prototype"));
        prototypes.run(context -> {
            assertThat(registry(context).atoms())
                    .extracting(RegisteredAtom::name)
                    .containsExactly("counter-count");
            context.getBean(Counter.class).count("A");
            context.getBean(Counter.class).count("A");
            assertThat(registry(context).coordinator("counter-count").stats().completed())
                    .isEqualTo(2);
        });
    }

    @Test
    void aScopedBeanIsInterceptedOnce() {
        app().withUserConfiguration(Scoped.class).run(context -> {
            assertThat(context.getBean("counter", Counter.class).count("A")).isEqualTo("counter-count/A");
            assertThat(registry(context).atoms())
                    .extracting(RegisteredAtom::name)
                    .containsExactly("counter-count");
            assertThat(registry(context).coordinator("counter-count").stats().admitted())
                    .isOne();
        });
    }
}
