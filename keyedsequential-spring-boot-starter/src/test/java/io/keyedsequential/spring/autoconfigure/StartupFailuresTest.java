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
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
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

    private String failure(CapturedOutput output, String[] properties, Class<?>... sources) {
        SpringApplicationBuilder application = new SpringApplicationBuilder(App.class)
                .sources(sources)
                .resourceLoader(new DefaultResourceLoader(sources[0].getClassLoader()))
                .web(WebApplicationType.NONE)
                .properties("spring.main.banner-mode=off", "spring.jmx.enabled=false")
                .properties(properties);
        assertThatThrownBy(application::run).isNotNull();
        String printed = output.getAll();
        assertThat(printed).contains("APPLICATION FAILED TO START", "Description:", "Action:");
        return printed.substring(printed.lastIndexOf("Description:"));
    }

    /** All that is printed below the banner that says so, without the stack trace. */
    private String analysis(CapturedOutput output, String[] properties, Class<?>... sources) {
        return failure(output, properties, sources).strip();
    }

    private String failure(CapturedOutput output, Class<?>... sources) {
        return failure(output, new String[0], sources);
    }

    @Test
    void aPrivateMethod(CapturedOutput output) {
        assertThat(failure(output, PrivateMethod.class))
                .contains(HERE + "PrivateMethod.process(Order) is annotated with @KeyedSequential and is private.")
                .contains("Make it public, or package-private.");
    }

    @Test
    void aStaticMethod(CapturedOutput output) {
        assertThat(failure(output, StaticMethod.class)).contains("is static", "Make it an instance method of a bean.");
    }

    @Test
    void aFinalMethod(CapturedOutput output) {
        assertThat(analysis(output, new String[0], FinalMethod.class))
                .isEqualTo(
                        """
                Description:

                io.keyedsequential.spring.autoconfigure.StartupFailuresTest$FinalMethod.process(Order) is \
                annotated with @KeyedSequential and is final: no proxy can override it.

                Action:

                Remove 'final'. Or use KeyedCoordinator directly.""");
    }

    @Test
    void anAsyncMethod(CapturedOutput output) {
        assertThat(failure(output, AsyncMethod.class)).contains("is also @Async", "Remove @Async");
    }

    @Test
    void aMethodOfAnAsyncClass(CapturedOutput output) {
        assertThat(failure(output, AsyncClass.class))
                .contains(HERE + "AsyncClass.process(Order)", "is also @Async", "Remove @Async");
    }

    @Test
    void aMethodThatIsAsyncByAComposedAnnotation(CapturedOutput output) {
        assertThat(failure(output, ComposedAsyncMethod.class)).contains("is also @Async", "Remove @Async");
    }

    @Test
    void aFutureThatCannotBeMade(CapturedOutput output) {
        assertThat(failure(output, UnmakeableFuture.class))
                .contains("returns java.util.concurrent.FutureTask", "Declare CompletableFuture");
    }

    @Test
    void aReactiveType(CapturedOutput output) {
        assertThat(failure(output, ReactiveMethod.class))
                .contains(
                        "returns the reactive type org.reactivestreams.Publisher",
                        "Return a Mono or a Flux (Mono.from");
    }

    @Test
    void aFlowPublisher(CapturedOutput output) {
        assertThat(failure(output, FlowMethod.class))
                .contains("java.util.concurrent.Flow$Publisher", "JdkFlowAdapter.flowPublisherToFlux");
    }

    @Test
    void aSuspendingFunction(CapturedOutput output, @TempDir Path directory) throws Exception {
        Class<?> suspending = compiled(
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
                """);
        assertThat(failure(output, suspending))
                .contains(
                        "process(String, Continuation) is annotated with @KeyedSequential and is a suspending function, which Spring calls only with Kotlin's bridge to Reactor on the class path.")
                .contains(
                        "Add org.jetbrains.kotlinx:kotlinx-coroutines-reactor and org.jetbrains.kotlin:kotlin-reflect, or return a CompletableFuture.");
    }

    @Test
    void aKeyThatDoesNotParse(CapturedOutput output) {
        assertThat(analysis(output, new String[0], UnparsableKey.class))
                .isEqualTo(
                        """
                Description:

                The key '#order.' of \
                io.keyedsequential.spring.autoconfigure.StartupFailuresTest$UnparsableKey.process(Order) is no \
                SpEL expression: Expression [#order.] @6: EL1044E: Unexpectedly ran out of input.

                Action:

                Correct the expression; it may refer to #order, #p0.""");
    }

    @Test
    void anEmptyKey(CapturedOutput output) {
        assertThat(failure(output, EmptyKey.class)).contains("is empty", "#order, #p0");
    }

    @Test
    void aVariableThatIsNoParameter(CapturedOutput output) {
        assertThat(analysis(output, new String[0], UnknownVariable.class))
                .isEqualTo(
                        """
                Description:

                The key '#ordr?.customerId' of \
                io.keyedsequential.spring.autoconfigure.StartupFailuresTest$UnknownVariable.process(Order) refers \
                to #ordr, which is no parameter of the method. It would be null for every call.

                Action:

                Refer to one of: #order, #p0.""");
    }

    @Test
    void aMistakeInALazyBean(CapturedOutput output) {
        assertThat(failure(output, LazyMistake.class)).contains("refers to #ordr");
    }

    @Test
    void aMistakeInAPrototype(CapturedOutput output) {
        assertThat(failure(output, PrototypeMistake.class)).contains("refers to #ordr");
    }

    @Test
    void aMistakeUnderLazyInitialisation(CapturedOutput output) {
        assertThat(failure(output, new String[] {"spring.main.lazy-initialization=true"}, UnknownVariable.class))
                .contains("refers to #ordr");
    }

    @Test
    void aPropertyThatARecordDoesNotHave(CapturedOutput output) {
        assertThat(failure(output, UnknownProperty.class))
                .contains("reads 'custmerId', which " + HERE + "Order does not have.")
                .contains("Name a property with a public getter or a record component");
    }

    @Test
    void aClassFileWithoutParameterNames(CapturedOutput output, @TempDir Path directory) throws Exception {
        assertThat(analysis(output, new String[0], compiledWithoutNames(directory, "#customer")))
                .isEqualTo(
                        """
                Description:

                The key '#customer' of Nameless.process(String) names a parameter, but Nameless was compiled \
                without the names of parameters.

                Action:

                Compile it with -parameters (Maven: <maven.compiler.parameters>true</maven.compiler.parameters>; \
                Gradle: options.compilerArgs.add("-parameters")), or name parameters by their position: #p0.""");
    }

    @Test
    void aPlainNameIsNotPutDownToTheCompiler(CapturedOutput output, @TempDir Path directory) throws Exception {
        assertThat(failure(output, compiledWithoutNames(directory, "customer")))
                .contains("refers to 'customer' without saying of what; parameters begin with #")
                .contains("Refer to one of: #p0.");
    }

    @Test
    void twoMethodsWithOneOperationId(CapturedOutput output) {
        assertThat(analysis(output, new String[0], TwoOperations.class))
                .isEqualTo(
                        """
                Description:

                Two methods are the operation 'process' of the atom 'orders': \
                io.keyedsequential.spring.autoconfigure.StartupFailuresTest$TwoOperations.process(Order) and \
                io.keyedsequential.spring.autoconfigure.StartupFailuresTest$TwoOperations.process(String).

                Action:

                Give one of them another id: @KeyedSequential(operation = "…"). Without one, the id is the name of \
                the method.""");
    }

    @Test
    void twoMethodsThatContradictEachOther(CapturedOutput output) {
        assertThat(failure(output, Eight.class, Four.class))
                .contains("contradict each other about the atom 'orders'")
                .contains("maxConcurrency = 8 at " + HERE + "Eight.eight(Order)")
                .contains("maxConcurrency = 4 at " + HERE + "Four.four(Order)")
                .contains("keyedsequential.atoms.orders.max-concurrency");
    }

    @Test
    void twoSpellingsOfOneAtom(CapturedOutput output) {
        assertThat(failure(output, Eight.class, OtherSpelling.class))
                .contains("spell one atom differently", "'orders' at ", "'or-ders' at ");
    }

    @Test
    void aNameThatIsNoName(CapturedOutput output) {
        assertThat(failure(output, BadName.class))
                .contains("The atom 'Order.Lines' of " + HERE + "BadName.process(Order)")
                .contains("such as 'order-lines'");
    }

    @Test
    void aLimitOfZero(CapturedOutput output) {
        assertThat(failure(output, ZeroLimit.class))
                .contains("capacity must be between 1 and", "capacity = 0 at " + HERE + "ZeroLimit.process(Order)")
                .contains("keyedsequential.atoms.orders.*");
    }

    @Test
    void optionsThatContradictEachOther(CapturedOutput output) {
        String[] properties = {
            "keyedsequential.atoms.orders.overflow-policy=reject", "keyedsequential.atoms.orders.block-timeout=3s"
        };
        assertThat(analysis(output, properties, Eight.class))
                .isEqualTo(
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
                keyedsequential.defaults.*; a CoordinatorOptionsCustomizer wins over all.""");
    }

    @Test
    void anExecutorThatDoesNotExist(CapturedOutput output) {
        assertThat(failure(output, new String[] {"keyedsequential.atoms.orders.executor=io"}, Eight.class))
                .contains("keyedsequential.atoms.orders.executor = io names no bean of type"
                        + " java.util.concurrent.Executor: No bean named 'io' available.")
                .contains("Name one of [applicationTaskExecutor], or remove the property.");
        String[] misspelled = {"keyedsequential.defaults.executor=applicationTaskExcutor"};
        assertThat(failure(output, misspelled, Eight.class))
                .contains("Did you mean 'applicationTaskExecutor'? Name one of [applicationTaskExecutor]");
    }

    @Test
    void aValueThatNoAtomCanHaveNamesItsProperty(CapturedOutput output) {
        assertThat(failure(output, new String[] {"keyedsequential.atoms.orders.max-concurrency=0"}, Eight.class))
                .contains("keyedsequential.atoms.orders.max-concurrency must be between 1 and 65536, was 0");
        assertThat(failure(output, new String[] {"keyedsequential.shutdown.drain-timeout=-1s"}, Eight.class))
                .contains("keyedsequential.shutdown.drain-timeout must be zero or more and at most 292 years");
    }

    @Test
    void propertiesOfAnAtomThatNobodyDeclaresWhereThatIsToFail(CapturedOutput output) {
        String[] properties = {
            "keyedsequential.unknown-atoms=fail",
            "keyedsequential.atoms.ordrs.max-concurrency=16",
            "keyedsequential.atoms.mail.window=3"
        };
        assertThat(analysis(output, properties, Eight.class))
                .isEqualTo(
                        """
                Description:

                keyedsequential.atoms.ordrs configures an atom that is not declared; known atoms: [orders]; did \
                you mean keyedsequential.atoms.orders?
                keyedsequential.atoms.mail configures an atom that is not declared; known atoms: [orders]

                Action:

                Correct the name or remove the properties. With keyedsequential.unknown-atoms: warn the \
                application starts nevertheless.""");
    }

    @Test
    void anOptionThatDoesNotExist(CapturedOutput output) {
        String[] properties = {
            "keyedsequential.atoms.orders.max-concurency=16", "keyedsequential.defaults.retry.attempts=2"
        };
        assertThat(analysis(output, properties, Eight.class))
                .isEqualTo(
                        """
                Description:

                keyedsequential.defaults.retry.attempts ("keyedsequential.defaults.retry.attempts" from property \
                source "defaultProperties") is no option of an atom; did you mean retry.max-attempts?
                keyedsequential.atoms.orders.max-concurency ("keyedsequential.atoms.orders.max-concurency" from \
                property source "defaultProperties") is no option of an atom; did you mean max-concurrency?

                Action:

                Correct the name; docs/configuration.md lists the options. The name of an atom has no dots: \
                'order.lines' has to be 'order-lines', in the annotation too. The class of exhausted-policies \
                stands in brackets: exhausted-policies[java.io.IOException].""");
    }

    @Test
    void anAtomsNameWithADot(CapturedOutput output) {
        String[] properties = {"keyedsequential.atoms.order.lines.max-concurrency=16"};
        assertThat(analysis(output, properties, Eight.class))
                .isEqualTo(
                        """
                Description:

                keyedsequential.atoms.order.lines.max-concurrency \
                ("keyedsequential.atoms.order.lines.max-concurrency" from property source "defaultProperties") is \
                no option of an atom.

                Action:

                Correct the name; docs/configuration.md lists the options. The name of an atom has no dots: \
                'order.lines' has to be 'order-lines', in the annotation too. The class of exhausted-policies \
                stands in brackets: exhausted-policies[java.io.IOException].""");
    }

    @Test
    void anAtomsNameWithADotInBrackets(CapturedOutput output) {
        String[] properties = {"keyedsequential.unknown-atoms=fail", "keyedsequential.atoms[or.ders].max-concurrency=16"
        };
        assertThat(analysis(output, properties, Eight.class))
                .isEqualTo(
                        """
                Description:

                keyedsequential.atoms[or.ders] configures an atom that is not declared; known atoms: [orders]; did \
                you mean keyedsequential.atoms.orders?

                Action:

                Correct the name or remove the properties. With keyedsequential.unknown-atoms: warn the \
                application starts nevertheless.""");
    }

    @Test
    void aClassThatIsNoFailure(CapturedOutput output) {
        String[] properties = {"keyedsequential.atoms.orders.exhausted-policies[java.lang.String]=park"};
        assertThat(analysis(output, properties, Eight.class))
                .isEqualTo(
                        """
                Description:

                Failed to bind properties under 'keyedsequential' to \
                io.keyedsequential.spring.autoconfigure.KeyedSequentialProperties:

                    Reason: java.lang.IllegalArgumentException: keyedsequential.atoms.orders.exhausted-policies \
                must name types of failures; java.lang.String is no Throwable

                Action:

                Update your application's configuration""");
    }

    @Test
    void aClassThatDoesNotExist(CapturedOutput output) {
        String[] properties = {"keyedsequential.atoms.orders.exhausted-policies[java.io.IOExeption]=park"};
        assertThat(analysis(output, properties, Eight.class))
                .isEqualTo(
                        """
                Description:

                Failed to bind properties under 'keyedsequential.atoms.orders.exhausted-policies' to \
                java.util.Map<java.lang.Class<java.lang.Throwable>, io.keyedsequential.ExhaustedPolicy>:

                    Reason: failed to convert java.lang.String to java.lang.Class<java.lang.Throwable> (caused by \
                java.lang.ClassNotFoundException: java.io.IOExeption)

                Action:

                Update your application's configuration""");
    }

    @Test
    void aClassToRetryOnThatDoesNotExist(CapturedOutput output) {
        String[] properties = {"keyedsequential.defaults.retry.retry-on=java.io.IOExeption"};
        assertThat(analysis(output, properties, Eight.class))
                .isEqualTo(
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

                Update your application's configuration""");
    }

    @Test
    void aTimeForBlockingOfAnAtomThatInheritsRejecting(CapturedOutput output) {
        String[] properties = {
            "keyedsequential.defaults.overflow-policy=reject", "keyedsequential.atoms.orders.block-timeout=3s"
        };
        assertThat(analysis(output, properties, Eight.class))
                .isEqualTo(
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
                keyedsequential.defaults.*; a CoordinatorOptionsCustomizer wins over all.""");
    }

    @Test
    void aBoundForOneKeyThatIsAboveTheInheritedCapacity(CapturedOutput output) {
        String[] properties = {
            "keyedsequential.defaults.capacity=10", "keyedsequential.atoms.orders.capacity-per-key=20"
        };
        assertThat(analysis(output, properties, Eight.class))
                .isEqualTo(
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
                keyedsequential.defaults.*; a CoordinatorOptionsCustomizer wins over all.""");
    }

    @Test
    void aGateWithoutASink(CapturedOutput output) {
        String[] properties = {"keyedsequential.atoms.orders.drain-on=maintenance.*"};
        assertThat(analysis(output, properties, Eight.class))
                .isEqualTo(
                        """
                Description:

                The atom 'orders' has gates (keyedsequential.atoms.orders.drain-on = maintenance.*), but there is \
                no bean of type io.keyedsequential.signal.SignalSink.

                Action:

                Declare a SignalSink bean, in which those signals are raised, or remove the gates.""");
    }

    @Test
    void aGateWithTwoSinks(CapturedOutput output) {
        String[] properties = {"keyedsequential.atoms.orders.drain-on=maintenance.*"};
        assertThat(analysis(output, properties, Eight.class, TwoSinks.class))
                .isEqualTo(
                        """
                Description:

                The atom 'orders' has gates (keyedsequential.atoms.orders.drain-on = maintenance.*), but there are \
                several sinks: [oneSink, otherSink].

                Action:

                Name one of them in keyedsequential.atoms.orders.signals, or mark one as @Primary.""");
    }

    @Test
    void aBeanOfAnotherType(CapturedOutput output) {
        String[] properties = {"keyedsequential.atoms.orders.priority=oneSink"};
        assertThat(analysis(output, properties, Eight.class, TwoSinks.class))
                .isEqualTo(
                        """
                Description:

                keyedsequential.atoms.orders.priority = oneSink names no bean of type \
                java.util.function.ToIntFunction: Bean named 'oneSink' is expected to be of type \
                'java.util.function.ToIntFunction' but was actually of type \
                'io.keyedsequential.signal.SignalSink'.

                Action:

                There is none: declare one and name it, or remove the property.""");
    }

    @Test
    void twoAtomsOfOneNameAreBothNamed(CapturedOutput output) {
        assertThat(failure(output, OwnCoordinator.class, SecondCoordinator.class))
                .contains("bean 'ownOrders'", "bean 'secondOrders'")
                .contains("Give one of them another name.");
    }

    @Test
    void limitsOfAnAnnotationThatACoordinatorBeanWouldIgnore(CapturedOutput output) {
        assertThat(failure(output, OwnCoordinator.class, Eight.class))
                .contains(
                        "{maxConcurrency=8} at " + HERE + "Eight.eight(Order) would have no effect: bean 'ownOrders'");
    }

    @Test
    void propertiesThatACoordinatorBeanWouldIgnore(CapturedOutput output) {
        assertThat(failure(output, new String[] {"keyedsequential.atoms.orders.window=5"}, OwnCoordinator.class))
                .contains(
                        "keyedsequential.atoms.orders would have no effect: bean 'ownOrders' builds the atom 'orders'");
    }

    @Test
    void aFinalClass(CapturedOutput output) {
        assertThat(failure(output, FinalClass.class))
                .contains(HERE + "FinalClass has methods annotated with @KeyedSequential and is a final class")
                .contains("Remove 'final'");
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
