package io.keyedsequential.spring.aop;

import static io.keyedsequential.spring.Apps.app;
import static io.keyedsequential.spring.Apps.assertAtRest;
import static io.keyedsequential.spring.Apps.await;
import static io.keyedsequential.spring.Apps.registry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keyedsequential.spring.annotation.KeyedSequential;
import io.keyedsequential.spring.atom.MisconfiguredAtomException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpEntity;
import org.springframework.http.ResponseEntity;
import org.springframework.test.util.AopTestUtils;
import org.springframework.web.context.request.async.DeferredResult;
import org.springframework.web.context.request.async.WebAsyncTask;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The key is held until what a method returns is done, however its type is written; or the start-up says no. */
class ReturnTypesTest {

    /** Counts how many bodies of one key are under way, up to the end of what they return. */
    static class Overlaps {
        final AtomicInteger underWay = new AtomicInteger();
        final AtomicInteger most = new AtomicInteger();

        <R> CompletableFuture<R> begin(R result) {
            most.accumulateAndGet(underWay.incrementAndGet(), Math::max);
            // Elsewhere, and by nobody's order: what begins too early overlaps.
            return CompletableFuture.supplyAsync(
                            () -> result, CompletableFuture.delayedExecutor(5, TimeUnit.MILLISECONDS))
                    .whenComplete((end, failure) -> underWay.decrementAndGet());
        }
    }

    abstract static class Base<R> {
        final Overlaps overlaps = new Overlaps();

        @KeyedSequential(key = "#key", atom = "generic")
        public R handle(String key) {
            return make(key);
        }

        abstract R make(String key);
    }

    static class OfFuture extends Base<CompletableFuture<String>> {
        @Override
        CompletableFuture<String> make(String key) {
            return overlaps.begin(key);
        }
    }

    abstract static class Middle<X> extends Base<CompletionStage<X>> {}

    static class OfStage extends Middle<String> {
        @Override
        CompletionStage<String> make(String key) {
            return overlaps.begin(key);
        }
    }

    static class OfMono extends Base<Mono<String>> {
        @Override
        Mono<String> make(String key) {
            return Mono.defer(() -> Mono.fromFuture(overlaps.begin(key)));
        }
    }

    static class OfAnything<R> extends Base<R> {
        private final Function<Overlaps, R> body;

        OfAnything(Function<Overlaps, R> body) {
            this.body = body;
        }

        @Override
        R make(String key) {
            return body.apply(overlaps);
        }
    }

    /** The class does not know its type argument; the definition does. */
    @Configuration
    static class Definitions {
        @Bean
        OfAnything<CompletableFuture<String>> handler() {
            return new OfAnything<>(overlaps -> overlaps.begin("done"));
        }
    }

    interface Handler<R> {
        @KeyedSequential(key = "#key", atom = "generic")
        R handle(String key);
    }

    @Configuration
    static class Lambdas {
        final Overlaps overlaps = new Overlaps();

        @Bean
        Overlaps overlaps() {
            return overlaps;
        }

        @Bean
        Handler<CompletableFuture<String>> handler() {
            return key -> overlaps.begin(key);
        }
    }

    static class Whatever {
        final Overlaps overlaps = new Overlaps();

        @KeyedSequential(key = "#key", atom = "generic")
        public Object handle(String key, Supplier<Object> body) {
            return body.get();
        }

        @KeyedSequential(key = "#key", atom = "generic", operation = "generic")
        public <T> T generic(String key, Supplier<T> body) {
            return body.get();
        }
    }

    interface Reply {}

    static class FutureReply extends CompletableFuture<String> implements Reply {}

    static class Replies {
        final CountDownLatch begun = new CountDownLatch(1);
        final FutureReply first = new FutureReply();
        final List<String> journal = new CopyOnWriteArrayList<>();

        @KeyedSequential(key = "#key", atom = "replies")
        public Reply reply(String key) {
            journal.add("reply");
            begun.countDown();
            return first;
        }

        @KeyedSequential(key = "#key", atom = "replies")
        public void next(String key) {
            journal.add("next after " + first.isDone());
        }
    }

    @Test
    void aTypeVariableIsResolvedAgainstTheClassOfTheBean() {
        app().withBean(OfFuture.class).run(context -> assertSixOfOneKeyFollowEachOther(context, OfFuture.class));
        app().withBean(OfStage.class).run(context -> assertSixOfOneKeyFollowEachOther(context, OfStage.class));
        app().withBean(OfMono.class).run(context -> assertSixOfOneKeyFollowEachOther(context, OfMono.class));
    }

    @Test
    void aTypeVariableIsResolvedAgainstTheDefinitionOfTheBean() {
        app().withUserConfiguration(Definitions.class)
                .run(context -> assertSixOfOneKeyFollowEachOther(context, OfAnything.class));
    }

    @Test
    void aLambdaHasTheTypeOfItsDefinition() {
        app().withUserConfiguration(Lambdas.class).run(context -> {
            Handler<CompletableFuture<String>> handler = handler(context);
            all(IntStream.range(0, 6).mapToObj(i -> handler.handle("A")).toList());
            assertThat(context.getBean(Overlaps.class).most).hasValue(1);
            assertAtRest(context);
        });
    }

    @SuppressWarnings("unchecked")
    private static Handler<CompletableFuture<String>> handler(AssertableApplicationContext context) {
        return context.getBean(Handler.class);
    }

    private static void assertSixOfOneKeyFollowEachOther(AssertableApplicationContext context, Class<?> type)
            throws Exception {
        Base<?> bean = (Base<?>) context.getBean(type);
        List<CompletableFuture<?>> ends = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            Object returned = bean.handle("A");
            ends.add(
                    returned instanceof Mono<?> mono
                            ? mono.toFuture()
                            : ((CompletionStage<?>) returned).toCompletableFuture());
        }
        all(ends);
        Overlaps overlaps = ((Base<?>) AopTestUtils.getTargetObject(bean)).overlaps;
        assertThat(overlaps.most).hasValue(1);
        assertThat(registry(context).coordinator("generic").stats().completed()).isEqualTo(6);
        assertAtRest(context);
    }

    private static void all(List<? extends CompletableFuture<?>> ends) throws Exception {
        CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new)).get(2, TimeUnit.MINUTES);
    }

    /** Callers wait here, and what they wait for ends in the common pool, which has one thread on two processors. */
    private static void inThreadOfItsOwn(Runnable caller) {
        new Thread(caller).start();
    }

    @Test
    void whatAMethodThatIsDeclaredObjectHasBegunIsWaitedForInTheTurn() {
        app().withBean(Whatever.class).run(context -> {
            Whatever whatever = context.getBean(Whatever.class);
            Overlaps overlaps = new Overlaps();
            List<CompletableFuture<?>> ends = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                ends.add(CompletableFuture.supplyAsync(
                        () -> whatever.handle("A", () -> overlaps.begin("done")), ReturnTypesTest::inThreadOfItsOwn));
            }
            all(ends);
            assertThat(overlaps.most).hasValue(1);
            assertThat(((CompletableFuture<?>) ends.get(0).join()).join()).isEqualTo("done");
            Object failed = whatever.handle("A", () -> CompletableFuture.failedFuture(new IllegalStateException()));
            assertThat(((CompletableFuture<?>) failed)).isCompletedExceptionally();
            assertAtRest(context);
        });
    }

    @Test
    void aPlainValueOfAMethodThatIsDeclaredObjectIsReturned() {
        app().withBean(Whatever.class).run(context -> {
            Whatever whatever = context.getBean(Whatever.class);
            assertThat(whatever.handle("A", () -> "plain")).isEqualTo("plain");
            assertThat(whatever.<Integer>generic("A", () -> 7)).isEqualTo(7);
            assertThat(whatever.handle("A", () -> null)).isNull();
            assertAtRest(context);
        });
    }

    @Test
    void whatAMethodThatIsDeclaredObjectWouldOnlyBeginLaterIsRefused() {
        app().withBean(Whatever.class).run(context -> {
            Whatever whatever = context.getBean(Whatever.class);
            List<Supplier<Object>> later = List.of(
                    () -> Mono.just("later"),
                    () -> Flux.just("later"),
                    () -> Stream.of("later"),
                    () -> List.of("later").iterator(),
                    () -> (Callable<String>) () -> "later",
                    () -> new FutureTask<>(() -> "later"),
                    () -> new DeferredResult<String>());
            for (Supplier<Object> body : later) {
                assertThatThrownBy(() -> whatever.handle("A", body))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageStartingWith("generic: ")
                        .hasMessageContaining("Whatever.handle(String, Supplier) returned a ")
                        .hasMessageContaining("when the key is free");
            }
            assertAtRest(context);
        });
    }

    @Test
    void aValueThatIsAStageAlthoughItsTypeDoesNotSaySoIsWaitedForInTheTurn() {
        app().withBean(Replies.class).run(context -> {
            Replies replies = context.getBean(Replies.class);
            Replies target = AopTestUtils.getTargetObject(replies);
            CompletableFuture<Reply> reply =
                    CompletableFuture.supplyAsync(() -> replies.reply("A"), ReturnTypesTest::inThreadOfItsOwn);
            await(target.begun);
            replies.next("A");
            target.first.complete("done");
            assertThat(reply.get(2, TimeUnit.MINUTES)).isSameAs(target.first);
            assertAtRest(context);
            assertThat(target.journal).containsExactly("reply", "next after true");
        });
    }

    // ---------------------------------------------------------------- refused at start-up

    static class AsyncReplies extends ArrayList<CompletableFuture<String>> {
        private static final long serialVersionUID = 1L;
    }

    /** As futures of other libraries are: no Future, but can be turned into one. */
    interface Promise<T> {
        CompletionStage<T> toCompletionStage();
    }

    @SuppressWarnings("unused")
    static class Refused {
        static class CallableMethod {
            @KeyedSequential(key = "#key")
            public Callable<String> handle(String key) {
                return () -> key;
            }
        }

        static class DeferredResultMethod {
            @KeyedSequential(key = "#key")
            public DeferredResult<String> handle(String key) {
                return new DeferredResult<>();
            }
        }

        static class WebAsyncTaskMethod {
            @KeyedSequential(key = "#key")
            public WebAsyncTask<String> handle(String key) {
                return new WebAsyncTask<>(() -> key);
            }
        }

        static class StreamMethod {
            @KeyedSequential(key = "#key")
            public Stream<String> handle(String key) {
                return Stream.of(key);
            }
        }

        static class IntStreamMethod {
            @KeyedSequential(key = "#key")
            public IntStream handle(String key) {
                return IntStream.of(1);
            }
        }

        static class IteratorMethod {
            @KeyedSequential(key = "#key")
            public Iterator<String> handle(String key) {
                return List.of(key).iterator();
            }
        }

        static class SupplierMethod {
            @KeyedSequential(key = "#key")
            public Supplier<String> handle(String key) {
                return () -> key;
            }
        }

        static class RunnableMethod {
            @KeyedSequential(key = "#key")
            public Runnable handle(String key) {
                return () -> {};
            }
        }

        static class StreamingMethod {
            @KeyedSequential(key = "#key")
            public StreamingResponseBody handle(String key) {
                return OutputStream::flush;
            }
        }

        static class EmitterMethod {
            @KeyedSequential(key = "#key")
            public SseEmitter handle(String key) {
                return new SseEmitter();
            }
        }

        static class ResponseOfFuture {
            @KeyedSequential(key = "#key")
            public ResponseEntity<CompletableFuture<String>> handle(String key) {
                return ResponseEntity.ok(CompletableFuture.completedFuture(key));
            }
        }

        static class ResponseOfStream {
            @KeyedSequential(key = "#key")
            public HttpEntity<? extends StreamingResponseBody> handle(String key) {
                return new HttpEntity<>(OutputStream::flush);
            }
        }

        static class OptionalOfFuture {
            @KeyedSequential(key = "#key")
            public Optional<CompletableFuture<String>> handle(String key) {
                return Optional.empty();
            }
        }

        static class MapOfMonos {
            @KeyedSequential(key = "#key")
            public Map<String, List<Mono<String>>> handle(String key) {
                return Map.of();
            }
        }

        static class ArrayOfFutures {
            @KeyedSequential(key = "#key")
            @SuppressWarnings("unchecked")
            public CompletableFuture<String>[] handle(String key) {
                return new CompletableFuture[0];
            }
        }

        static class ListOfFutures {
            @KeyedSequential(key = "#key")
            public AsyncReplies handle(String key) {
                return new AsyncReplies();
            }
        }

        static class FutureOfStream {
            @KeyedSequential(key = "#key")
            public CompletableFuture<Stream<String>> handle(String key) {
                return CompletableFuture.completedFuture(Stream.of(key));
            }
        }

        static class FutureOfFuture {
            @KeyedSequential(key = "#key")
            public CompletableFuture<CompletableFuture<String>> handle(String key) {
                return CompletableFuture.completedFuture(CompletableFuture.completedFuture(key));
            }
        }

        static class MonoOfFlux {
            @KeyedSequential(key = "#key")
            public Mono<Flux<String>> handle(String key) {
                return Mono.just(Flux.just(key));
            }
        }

        static class ForkJoinMethod {
            @KeyedSequential(key = "#key")
            public ForkJoinTask<String> handle(String key) {
                return ForkJoinTask.adapt(() -> key);
            }
        }

        static class PromiseMethod {
            @KeyedSequential(key = "#key")
            public Promise<String> handle(String key) {
                return () -> CompletableFuture.completedFuture(key);
            }
        }

        static class GenericStream extends Base<Stream<String>> {
            @Override
            Stream<String> make(String key) {
                return Stream.of(key);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            classes = {
                Refused.CallableMethod.class,
                Refused.DeferredResultMethod.class,
                Refused.WebAsyncTaskMethod.class,
                Refused.StreamMethod.class,
                Refused.IntStreamMethod.class,
                Refused.IteratorMethod.class,
                Refused.SupplierMethod.class,
                Refused.RunnableMethod.class,
                Refused.StreamingMethod.class,
                Refused.EmitterMethod.class,
                Refused.PromiseMethod.class,
                Refused.GenericStream.class
            })
    void whatIsDoneLaterIsRefused(Class<?> type) {
        assertRefused(type, "the key would be free before its work is done", "hold the key until they are complete");
    }

    @ParameterizedTest
    @ValueSource(
            classes = {
                Refused.ResponseOfFuture.class,
                Refused.ResponseOfStream.class,
                Refused.OptionalOfFuture.class,
                Refused.MapOfMonos.class,
                Refused.ArrayOfFutures.class,
                Refused.ListOfFutures.class,
                Refused.FutureOfStream.class,
                Refused.FutureOfFuture.class,
                Refused.MonoOfFlux.class
            })
    void whatHoldsSomethingUnfinishedIsRefused(Class<?> type) {
        assertRefused(type, "which may hold a ", "Let the outermost type be the one that is waited for");
    }

    @Test
    void aFutureThatCannotBeMadeIsRefused() {
        assertRefused(Refused.ForkJoinMethod.class, "a future that cannot be made here", "Declare CompletableFuture");
    }

    private static void assertRefused(Class<?> type, String cause, String remedy) {
        app().withBean(type).run(context -> {
            assertThat(context).hasFailed();
            assertThat(context.getStartupFailure())
                    .isInstanceOf(MisconfiguredAtomException.class)
                    .hasMessageContaining(".handle(String) is annotated with @KeyedSequential and returns ")
                    .hasMessageContaining(cause);
            assertThat(((MisconfiguredAtomException) context.getStartupFailure()).action())
                    .contains(remedy);
        });
    }

    // ---------------------------------------------------------------- what looks like it and is none

    record Page<T>(List<T> content) implements Comparable<Page<T>> {
        @Override
        public int compareTo(Page<T> other) {
            return Integer.compare(content.size(), other.content.size());
        }
    }

    static class Accepted {
        @KeyedSequential(key = "#key", atom = "accepted")
        public Page<Optional<Map<String, Class<? extends CompletableFuture<?>>>>> page(String key) {
            return new Page<>(List.of());
        }

        @KeyedSequential(key = "#key", atom = "accepted")
        public ResponseEntity<?> response(String key) {
            return ResponseEntity.ok(key);
        }

        @KeyedSequential(key = "#key", atom = "accepted")
        public Iterable<String> iterable(String key) {
            return List.of(key);
        }

        @KeyedSequential(key = "#key", atom = "accepted")
        public CompletableFuture<ResponseEntity<List<String>>> future(String key) {
            return CompletableFuture.completedFuture(ResponseEntity.ok(List.of(key)));
        }
    }

    @Test
    void finishedValuesOfAllKindsAreReturned() {
        app().withBean(Accepted.class).run(context -> {
            Accepted accepted = context.getBean(Accepted.class);
            assertThat(accepted.page("A").content()).isEmpty();
            assertThat(accepted.response("A").getBody()).isEqualTo("A");
            assertThat(accepted.iterable("A")).containsExactly("A");
            assertThat(accepted.future("A").get(2, TimeUnit.MINUTES).getBody()).containsExactly("A");
            assertAtRest(context);
        });
    }
}
