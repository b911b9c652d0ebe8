package io.keyedsequential.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keyedsequential.KeyedCoordinator;
import io.keyedsequential.KeyedSequentialAtom;
import io.keyedsequential.signal.SignalSink;
import io.keyedsequential.spring.annotation.KeyedSequential;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Flow;
import java.util.concurrent.FutureTask;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.reactivestreams.Publisher;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Scope;
import org.springframework.core.io.DefaultResourceLoader;
import org.springframework.scheduling.annotation.Async;
import org.springframework.stereotype.Component;

/** Every mistake ends the start-up with a text that names the place, the cause and the remedy. */
@ExtendWith(OutputCaptureExtension.class)
class StartupFailuresTest {

    private static final String HERE = StartupFailuresTest.class.getName() + "$";

    record Order(String customerId) {}

    /** Not all that is on the class path: every test starts it anew. */
    @ImportAutoConfiguration({KeyedSequentialAutoConfiguration.class, TaskExecutionAutoConfiguration.class})
    static class App {}

    static class PrivateMethod {
        @KeyedSequential(key = "#order")
        private void process(Order order) {}
    }

    static class StaticMethod {
        @KeyedSequential(key = "#order")
        static void process(Order order) {}
    }

    static class FinalMethod {
        @KeyedSequential(key = "#order")
        public final void process(Order order) {}
    }

    static class AsyncMethod {
        @Async
        @KeyedSequential(key = "#order")
        public void process(Order order) {}
    }

    @Async
    static class AsyncClass {
        @KeyedSequential(key = "#order")
        public void process(Order order) {}
    }

    @Async
    @Retention(RetentionPolicy.RUNTIME)
    @interface InBackground {}

    static class ComposedAsyncMethod {
        @InBackground
        @KeyedSequential(key = "#order")
        public void process(Order order) {}
    }

    static class UnmakeableFuture {
        @KeyedSequential(key = "#order")
        public FutureTask<String> process(Order order) {
            return new FutureTask<>(() -> "");
        }
    }

    static class ReactiveMethod {
        @KeyedSequential(key = "#order")
        public Publisher<String> process(Order order) {
            return subscriber -> {};
        }
    }

    static class FlowMethod {
        @KeyedSequential(key = "#order")
        public Flow.Publisher<String> process(Order order) {
            return subscriber -> {};
        }
    }

    static class UnparsableKey {
        @KeyedSequential(key = "#order.")
        public void process(Order order) {}
    }

    static class EmptyKey {
        @KeyedSequential(key = " ")
        public void process(Order order) {}
    }

    static class UnknownVariable {
        @KeyedSequential(key = "#ordr?.customerId")
        public void process(Order order) {}
    }

    static class UnknownProperty {
        @KeyedSequential(key = "#order.custmerId")
        public void process(Order order) {}
    }

    static class TwoOperations {
        @KeyedSequential(key = "#p0", atom = "orders")
        public void process(Order order) {}

        @KeyedSequential(key = "#p0", atom = "orders")
        public void process(String order) {}
    }

    static class Eight {
        @KeyedSequential(key = "#p0", atom = "orders", maxConcurrency = 8)
        public void eight(Order order) {}
    }

    static class Four {
        @KeyedSequential(key = "#p0", atom = "orders", maxConcurrency = 4)
        public void four(Order order) {}
    }

    static class OtherSpelling {
        @KeyedSequential(key = "#p0", atom = "or-ders")
        public void spell(Order order) {}
    }

    static class BadName {
        @KeyedSequential(key = "#p0", atom = "Order.Lines")
        public void process(Order order) {}
    }

    static class ZeroLimit {
        @KeyedSequential(key = "#p0", atom = "orders", capacity = 0)
        public void process(Order order) {}
    }

    @Lazy
    @Component
    static class LazyMistake extends UnknownVariable {}

    @Scope("prototype")
    @Component
    static class PrototypeMistake extends UnknownVariable {}

    static class OwnCoordinator {
        @Bean
        KeyedCoordinator<String> ownOrders() {
            return KeyedCoordinator.<String>builder("orders").build();
        }
    }

    static class SecondCoordinator {
        @Bean
        KeyedSequentialAtom<String, String> secondOrders() {
            return KeyedSequentialAtom.builder((String item) -> item, item -> {})
                    .name("or_ders")
                    .build();
        }
    }

    static class TwoSinks {
        @Bean
        SignalSink oneSink() {
            return new SignalSink();
        }

        @Bean
        SignalSink otherSink() {
            return new SignalSink();
        }
    }

    static final class FinalClass {
        @KeyedSequential(key = "#p0")
        public void process(Order order) {}
    }

    /**
     * A mistake in an application.
     *
     * @param what is wrong
     * @param beans has the beans, which may have to be compiled first
     * @param properties of the application
     * @param exactly the whole analysis, or {@code null}
     * @param among texts that are somewhere in it
     */
    record Mistake(String what, Beans beans, List<String> properties, @Nullable String exactly, List<String> among) {

        interface Beans {
            List<Class<?>> compiledIn(Path directory) throws Exception;
        }

        Mistake with(String... others) {
            return new Mistake(what, beans, List.of(others), exactly, among);
        }

        Mistake isTold(String text) {
            return new Mistake(what, beans, properties, text, among);
        }

        Mistake isToldOf(String... texts) {
            return new Mistake(what, beans, properties, exactly, List.of(texts));
        }

        @Override
        public String toString() {
            return what;
        }
    }

    private interface Compilation {
        Class<?> compiledIn(Path directory) throws Exception;
    }

    private static Mistake mistake(String what, Class<?>... beans) {
        return new Mistake(what, directory -> List.of(beans), List.of(), null, List.of());
    }

    private static Mistake mistake(String what, Compilation bean) {
        return new Mistake(what, directory -> List.of(bean.compiledIn(directory)), List.of(), null, List.of());
    }

    static Stream<Mistake> mistakes() {
        return Stream.of(
                mistake("a private method", PrivateMethod.class)
                        .isToldOf(
                                HERE
                                        + "PrivateMethod.process(Order) is annotated with @KeyedSequential and is private.",
                                "Make it public, or package-private."),
                mistake("a static method", StaticMethod.class)
                        .isToldOf("is static", "Make it an instance method of a bean."),
                mistake("a final method", FinalMethod.class)
                        .isTold(
                                """
                Description:

                io.keyedsequential.spring.autoconfigure.StartupFailuresTest$FinalMethod.process(Order) is \
                annotated with @KeyedSequential and is final: no proxy can override it.

                Action:

                Remove 'final'. Or use KeyedCoordinator directly."""),
                mistake("an async method", AsyncMethod.class).isToldOf("is also @Async", "Remove @Async"),
                mistake("a method of an async class", AsyncClass.class)
                        .isToldOf(HERE + "AsyncClass.process(Order)", "is also @Async", "Remove @Async"),
                mistake("a method that is async by a composed annotation", ComposedAsyncMethod.class)
                        .isToldOf("is also @Async", "Remove @Async"),
                mistake("a future that cannot be made", UnmakeableFuture.class)
                        .isToldOf("returns java.util.concurrent.FutureTask", "Declare CompletableFuture"),
                mistake("a reactive type", ReactiveMethod.class)
                        .isToldOf(
                                "returns the reactive type org.reactivestreams.Publisher",
                                "Return a Mono or a Flux (Mono.from"),
                mistake("a flow publisher", FlowMethod.class)
                        .isToldOf("java.util.concurrent.Flow$Publisher", "JdkFlowAdapter.flowPublisherToFlux"),
                mistake(
                                "a suspending function",
                                directory -> compiled(
                                        directory,
                                        "kotlin.coroutines.Suspending",
                                        """
                package kotlin.coroutines;
                interface Continuation {}
                """,
                                        """
                package kotlin.coroutines;
                public class Suspending {
                    @io.keyedsequential.spring.annotation.KeyedSequential(key = "#p0")
                    public Object process(String customer, Continuation continuation) { return null; }
                }
                """))
                        .isToldOf(
                                "process(String, Continuation) is annotated with @KeyedSequential and is a suspending function, which Spring calls only with Kotlin's bridge to Reactor on the class path.",
                                "Add org.jetbrains.kotlinx:kotlinx-coroutines-reactor and org.jetbrains.kotlin:kotlin-reflect, or return a CompletableFuture."),
                mistake("a key that does not parse", UnparsableKey.class)
                        .isTold(
                                """
                Description:

                The key '#order.' of \
                io.keyedsequential.spring.autoconfigure.StartupFailuresTest$UnparsableKey.process(Order) is no \
                SpEL expression: Expression [#order.] @6: EL1044E: Unexpectedly ran out of input.

                Action:

                Correct the expression; it may refer to #order, #p0."""),
                mistake("an empty key", EmptyKey.class).isToldOf("is empty", "#order, #p0"),
                mistake("a variable that is no parameter", UnknownVariable.class)
                        .isTold(
                                """
                Description:

                The key '#ordr?.customerId' of \
                io.keyedsequential.spring.autoconfigure.StartupFailuresTest$UnknownVariable.process(Order) refers \
                to #ordr, which is no parameter of the method. It would be null for every call.

                Action:

                Refer to one of: #order, #p0."""),
                mistake("a mistake in a lazy bean", LazyMistake.class).isToldOf("refers to #ordr"),
                mistake("a mistake in a prototype", PrototypeMistake.class).isToldOf("refers to #ordr"),
                mistake("a mistake under lazy initialisation", UnknownVariable.class)
                        .with("spring.main.lazy-initialization=true")
                        .isToldOf("refers to #ordr"),
                mistake("a property that a record does not have", UnknownProperty.class)
                        .isToldOf(
                                "reads 'custmerId', which " + HERE + "Order does not have.",
                                "Name a property with a public getter or a record component"),
                mistake(
                                "a class file without parameter names",
                                directory -> compiledWithoutNames(directory, "#customer"))
                        .isTold(
                                """
                Description:

                The key '#customer' of Nameless.process(String) names a parameter, but Nameless was compiled \
                without the names of parameters.

                Action:

                Compile it with -parameters (Maven: <maven.compiler.parameters>true</maven.compiler.parameters>; \
                Gradle: options.compilerArgs.add("-parameters")), or name parameters by their position: #p0."""),
                mistake(
                                "a plain name is not put down to the compiler",
                                directory -> compiledWithoutNames(directory, "customer"))
                        .isToldOf(
                                "refers to 'customer' without saying of what; parameters begin with #",
                                "Refer to one of: #p0."),
                mistake("two methods with one operation id", TwoOperations.class)
                        .isTold(
                                """
                Description:

                Two methods are the operation 'process' of the atom 'orders': \
                io.keyedsequential.spring.autoconfigure.StartupFailuresTest$TwoOperations.process(Order) and \
                io.keyedsequential.spring.autoconfigure.StartupFailuresTest$TwoOperations.process(String).

                Action:

                Give one of them another id: @KeyedSequential(operation = "…"). Without one, the id is the name of \
                the method."""),
                mistake("two methods that contradict each other", Eight.class, Four.class)
                        .isToldOf(
                                "contradict each other about the atom 'orders'",
                                "maxConcurrency = 8 at " + HERE + "Eight.eight(Order)",
                                "maxConcurrency = 4 at " + HERE + "Four.four(Order)",
                                "keyedsequential.atoms.orders.max-concurrency"),
                mistake("two spellings of one atom", Eight.class, OtherSpelling.class)
                        .isToldOf("spell one atom differently", "'orders' at ", "'or-ders' at "),
                mistake("a name that is no name", BadName.class)
                        .isToldOf(
                                "The atom 'Order.Lines' of " + HERE + "BadName.process(Order)",
                                "such as 'order-lines'"),
                mistake("a limit of zero", ZeroLimit.class)
                        .isToldOf(
                                "capacity must be between 1 and",
                                "capacity = 0 at " + HERE + "ZeroLimit.process(Order)",
                                "keyedsequential.atoms.orders.*"),
                mistake("options that contradict each other", Eight.class)
                        .with(
                                "keyedsequential.atoms.orders.overflow-policy=reject",
                                "keyedsequential.atoms.orders.block-timeout=3s")
                        .isTold(
                                """
                Description:

                The atom 'orders', declared by \
                io.keyedsequential.spring.autoconfigure.StartupFailuresTest$Eight.eight(Order), cannot be built: \
                blockTimeout (PT3S) contradicts overflowPolicy REJECT, which never blocks: set overflowPolicy \
                BLOCK or leave blockTimeout out.
                    keyedsequential.atoms.orders.overflow-policy = REJECT
                    keyedsequential.atoms.orders.block-timeout = PT3S

                Action:

                Change one of these. keyedsequential.atoms.orders.* wins over the annotation, and that over \
                keyedsequential.defaults.*; a CoordinatorOptionsCustomizer wins over all."""),
                mistake("an executor that does not exist", Eight.class)
                        .with("keyedsequential.atoms.orders.executor=io")
                        .isToldOf(
                                "keyedsequential.atoms.orders.executor = io names no bean of type"
                                        + " java.util.concurrent.Executor: No bean named 'io' available.",
                                "Name one of [applicationTaskExecutor], or remove the property."),
                mistake("an executor that does not exist, which is like one", Eight.class)
                        .with("keyedsequential.defaults.executor=applicationTaskExcutor")
                        .isToldOf("Did you mean 'applicationTaskExecutor'? Name one of [applicationTaskExecutor]"),
                mistake("a value that no atom can have names its property", Eight.class)
                        .with("keyedsequential.atoms.orders.max-concurrency=0")
                        .isToldOf("keyedsequential.atoms.orders.max-concurrency must be between 1 and 65536, was 0"),
                mistake("a value that no atom can have names its property, a time", Eight.class)
                        .with("keyedsequential.shutdown.drain-timeout=-1s")
                        .isToldOf("keyedsequential.shutdown.drain-timeout must be zero or more and at most 292 years"),
                mistake("properties of an atom that nobody declares where that is to fail", Eight.class)
                        .with(
                                "keyedsequential.unknown-atoms=fail",
                                "keyedsequential.atoms.ordrs.max-concurrency=16",
                                "keyedsequential.atoms.mail.window=3")
                        .isTold(
                                """
                Description:

                keyedsequential.atoms.ordrs configures an atom that is not declared; known atoms: [orders]; did \
                you mean keyedsequential.atoms.orders?
                keyedsequential.atoms.mail configures an atom that is not declared; known atoms: [orders]

                Action:

                Correct the name or remove the properties. With keyedsequential.unknown-atoms: warn the \
                application starts nevertheless."""),
                mistake("an option that does not exist", Eight.class)
                        .with(
                                "keyedsequential.atoms.orders.max-concurency=16",
                                "keyedsequential.defaults.retry.attempts=2")
                        .isTold(
                                """
                Description:

                keyedsequential.defaults.retry.attempts ("keyedsequential.defaults.retry.attempts" from property \
                source "defaultProperties") is no option of an atom; did you mean retry.max-attempts?
                keyedsequential.atoms.orders.max-concurency ("keyedsequential.atoms.orders.max-concurency" from \
                property source "defaultProperties") is no option of an atom; did you mean max-concurrency?

                Action:

                Correct the name; docs/configuration.md lists the options. The name of an atom has no dots: \
                'order.lines' has to be 'order-lines', in the annotation too. The class of exhausted-policies \
                stands in brackets: exhausted-policies[java.io.IOException]."""),
                mistake("an atoms name with a dot", Eight.class)
                        .with("keyedsequential.atoms.order.lines.max-concurrency=16")
                        .isTold(
                                """
                Description:

                keyedsequential.atoms.order.lines.max-concurrency \
                ("keyedsequential.atoms.order.lines.max-concurrency" from property source "defaultProperties") is \
                no option of an atom.

                Action:

                Correct the name; docs/configuration.md lists the options. The name of an atom has no dots: \
                'order.lines' has to be 'order-lines', in the annotation too. The class of exhausted-policies \
                stands in brackets: exhausted-policies[java.io.IOException]."""),
                mistake("an atoms name with a dot in brackets", Eight.class)
                        .with("keyedsequential.unknown-atoms=fail", "keyedsequential.atoms[or.ders].max-concurrency=16")
                        .isTold(
                                """
                Description:

                keyedsequential.atoms[or.ders] configures an atom that is not declared; known atoms: [orders]; did \
                you mean keyedsequential.atoms.orders?

                Action:

                Correct the name or remove the properties. With keyedsequential.unknown-atoms: warn the \
                application starts nevertheless."""),
                mistake("a class that is no failure", Eight.class)
                        .with("keyedsequential.atoms.orders.exhausted-policies[java.lang.String]=park")
                        .isTold(
                                """
                Description:

                Failed to bind properties under 'keyedsequential' to \
                io.keyedsequential.spring.autoconfigure.KeyedSequentialProperties:

                    Reason: java.lang.IllegalArgumentException: keyedsequential.atoms.orders.exhausted-policies \
                must name types of failures; java.lang.String is no Throwable

                Action:

                Update your application's configuration"""),
                mistake("a class that does not exist", Eight.class)
                        .with("keyedsequential.atoms.orders.exhausted-policies[java.io.IOExeption]=park")
                        .isTold(
                                """
                Description:

                Failed to bind properties under 'keyedsequential.atoms.orders.exhausted-policies' to \
                java.util.Map<java.lang.Class<java.lang.Throwable>, io.keyedsequential.ExhaustedPolicy>:

                    Reason: failed to convert java.lang.String to java.lang.Class<java.lang.Throwable> (caused by \
                java.lang.ClassNotFoundException: java.io.IOExeption)

                Action:

                Update your application's configuration"""),
                mistake("a class to retry on that does not exist", Eight.class)
                        .with("keyedsequential.defaults.retry.retry-on=java.io.IOExeption")
                        .isTold(
                                """
                Description:

                Failed to bind properties under 'keyedsequential.defaults.retry.retry-on' to \
                java.util.List<java.lang.Class<java.lang.Throwable>>:

                    Property: keyedsequential.defaults.retry.retry-on
                    Value: "java.io.IOExeption"
                    Origin: "keyedsequential.defaults.retry.retry-on" from property source "defaultProperties"
                    Reason: failed to convert java.lang.String to java.lang.Class<java.lang.Throwable> (caused by \
                java.lang.ClassNotFoundException: java.io.IOExeption)

                Action:

                Update your application's configuration"""),
                mistake("a time for blocking of an atom that inherits rejecting", Eight.class)
                        .with(
                                "keyedsequential.defaults.overflow-policy=reject",
                                "keyedsequential.atoms.orders.block-timeout=3s")
                        .isTold(
                                """
                Description:

                The atom 'orders', declared by \
                io.keyedsequential.spring.autoconfigure.StartupFailuresTest$Eight.eight(Order), cannot be built: \
                blockTimeout (PT3S) contradicts overflowPolicy REJECT, which never blocks: set overflowPolicy \
                BLOCK or leave blockTimeout out.
                    keyedsequential.atoms.orders.block-timeout = PT3S
                    keyedsequential.defaults.overflow-policy = REJECT

                Action:

                Change one of these. keyedsequential.atoms.orders.* wins over the annotation, and that over \
                keyedsequential.defaults.*; a CoordinatorOptionsCustomizer wins over all."""),
                mistake("a bound for one key that is above the inherited capacity", Eight.class)
                        .with(
                                "keyedsequential.defaults.capacity=10",
                                "keyedsequential.atoms.orders.capacity-per-key=20")
                        .isTold(
                                """
                Description:

                The atom 'orders', declared by \
                io.keyedsequential.spring.autoconfigure.StartupFailuresTest$Eight.eight(Order), cannot be built: \
                capacityPerKey must be between 1 and capacity (10), was 20: raise capacity or lower \
                capacityPerKey.
                    keyedsequential.atoms.orders.capacity-per-key = 20
                    keyedsequential.defaults.capacity = 10

                Action:

                Change one of these. keyedsequential.atoms.orders.* wins over the annotation, and that over \
                keyedsequential.defaults.*; a CoordinatorOptionsCustomizer wins over all."""),
                mistake("a gate without a sink", Eight.class)
                        .with("keyedsequential.atoms.orders.drain-on=maintenance.*")
                        .isTold(
                                """
                Description:

                The atom 'orders' has gates (keyedsequential.atoms.orders.drain-on = maintenance.*), but there is \
                no bean of type io.keyedsequential.signal.SignalSink.

                Action:

                Declare a SignalSink bean, in which those signals are raised, or remove the gates."""),
                mistake("a gate with two sinks", Eight.class, TwoSinks.class)
                        .with("keyedsequential.atoms.orders.drain-on=maintenance.*")
                        .isTold(
                                """
                Description:

                The atom 'orders' has gates (keyedsequential.atoms.orders.drain-on = maintenance.*), but there are \
                several sinks: [oneSink, otherSink].

                Action:

                Name one of them in keyedsequential.atoms.orders.signals, or mark one as @Primary."""),
                mistake("a bean of another type", Eight.class, TwoSinks.class)
                        .with("keyedsequential.atoms.orders.priority=oneSink")
                        .isTold(
                                """
                Description:

                keyedsequential.atoms.orders.priority = oneSink names no bean of type \
                java.util.function.ToIntFunction: Bean named 'oneSink' is expected to be of type \
                'java.util.function.ToIntFunction' but was actually of type \
                'io.keyedsequential.signal.SignalSink'.

                Action:

                There is none: declare one and name it, or remove the property."""),
                mistake("two atoms of one name are both named", OwnCoordinator.class, SecondCoordinator.class)
                        .isToldOf("bean 'ownOrders'", "bean 'secondOrders'", "Give one of them another name."),
                mistake(
                                "limits of an annotation that a coordinator bean would ignore",
                                OwnCoordinator.class,
                                Eight.class)
                        .isToldOf("{maxConcurrency=8} at " + HERE
                                + "Eight.eight(Order) would have no effect: bean 'ownOrders'"),
                mistake("properties that a coordinator bean would ignore", OwnCoordinator.class)
                        .with("keyedsequential.atoms.orders.window=5")
                        .isToldOf(
                                "keyedsequential.atoms.orders would have no effect: bean 'ownOrders' builds the atom 'orders'"),
                mistake("a final class", FinalClass.class)
                        .isToldOf(
                                HERE + "FinalClass has methods annotated with @KeyedSequential and is a final class",
                                "Remove 'final'"));
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void aMistakeEndsTheStartUpAndIsExplained(Mistake mistake, CapturedOutput output, @TempDir Path directory)
            throws Exception {
        List<Class<?>> beans = mistake.beans().compiledIn(directory);
        SpringApplicationBuilder application = new SpringApplicationBuilder(App.class)
                .sources(beans.toArray(Class<?>[]::new))
                .resourceLoader(new DefaultResourceLoader(beans.get(0).getClassLoader()))
                .web(WebApplicationType.NONE)
                .properties("spring.main.banner-mode=off", "spring.jmx.enabled=false")
                .properties(mistake.properties().toArray(String[]::new));
        assertThatThrownBy(application::run).isNotNull();
        String printed = output.getAll();
        assertThat(printed).contains("APPLICATION FAILED TO START", "Description:", "Action:");
        // All that is printed below the banner that says so, without the stack trace.
        String analysis = printed.substring(printed.lastIndexOf("Description:")).strip();
        if (mistake.exactly() != null) {
            assertThat(analysis).isEqualTo(mistake.exactly());
        }
        mistake.among().forEach(text -> assertThat(analysis).contains(text));
    }

    /** The compiler of this build keeps parameter names; this class is compiled as many builds do it. */
    private static Class<?> compiledWithoutNames(Path directory, String key) throws Exception {
        return compiled(
                directory,
                "Nameless",
                """
                public class Nameless {
                    @io.keyedsequential.spring.annotation.KeyedSequential(key = "%s")
                    public java.util.concurrent.CompletableFuture<String> process(String customer) { return null; }
                }
                """
                        .formatted(key));
    }

    /** Compiles what this build could not, and loads the last of it. */
    private static Class<?> compiled(Path directory, String name, String... sources) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("-proc:none", "-d", directory.toString()));
        arguments.addAll(List.of("-cp", System.getProperty("java.class.path")));
        for (String source : sources) {
            Matcher type = Pattern.compile("(?:class|interface) (\\w+)").matcher(source);
            assertThat(type.find()).isTrue();
            Path file = directory.resolve(type.group(1) + ".java");
            arguments.add(Files.writeString(file, source).toString());
        }
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        assertThat(compiler.run(null, null, null, arguments.toArray(String[]::new)))
                .isZero();
        URLClassLoader loader =
                new URLClassLoader(new URL[] {directory.toUri().toURL()}, StartupFailuresTest.class.getClassLoader());
        return loader.loadClass(name);
    }
}
