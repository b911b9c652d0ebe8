package io.keyedsequential;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Flow;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.reactivestreams.tck.SubscriberWhiteboxVerification.SubscriberPuppet;
import org.reactivestreams.tck.SubscriberWhiteboxVerification.WhiteboxSubscriberProbe;
import org.reactivestreams.tck.TestEnvironment;
import org.reactivestreams.tck.flow.FlowSubscriberBlackboxVerification;
import org.reactivestreams.tck.flow.FlowSubscriberWhiteboxVerification;
import org.testng.SkipException;
import org.testng.annotations.Test;

/**
 * The rules of Reactive Streams for a subscriber, as its compatibility kit asks for them. The kit is written for another test
 * framework; here each of its tests is one of ours.
 */
@Timeout(600)
class StreamRulesTest {

    private static final long KIT_TIMEOUT_MILLIS = 500;

    private static final List<KeyedSequentialAtom<?, ?>> ATOMS = new ArrayList<>();

    private static KeyedSequentialAtom<Integer, Integer> atom() {
        KeyedSequentialAtom<Integer, Integer> atom = KeyedSequentialAtom.<Integer, Integer>builder(i -> i, i -> {})
                .name("rules")
                .capacity(8)
                .build();
        ATOMS.add(atom);
        return atom;
    }

    @AfterEach
    void everyAtomIsWhole() {
        for (KeyedSequentialAtom<?, ?> atom : ATOMS) {
            Eventually.idle(atom.coordinator());
            StructuralCheck.assertIdle(atom.coordinator());
            atom.close();
        }
        ATOMS.clear();
    }

    @TestFactory
    Stream<DynamicTest> asSeenByAPublisher() {
        return testsOf(BlackBox.class);
    }

    @TestFactory
    Stream<DynamicTest> asSeenFromInside() {
        return testsOf(WhiteBox.class);
    }

    private static Stream<DynamicTest> testsOf(Class<?> kit) {
        List<Method> tests = Arrays.stream(kit.getMethods())
                .filter(method -> method.isAnnotationPresent(Test.class))
                .filter(method -> !method.getName().startsWith("untested_")) // rules that the kit cannot verify
                .toList();
        assertThat(tests).hasSizeGreaterThan(10);
        return tests.stream().map(test -> DynamicTest.dynamicTest(test.getName(), () -> run(kit, test)));
    }

    private static void run(Class<?> kit, Method test) throws Throwable {
        Object verification = kit.getDeclaredConstructor().newInstance();
        try {
            call(verification, kit.getMethod("startPublisherExecutorService"));
            call(verification, kit.getMethod("setUp"));
            call(verification, test);
        } catch (SkipException e) {
            Assumptions.abort(e.getMessage());
        } finally {
            call(verification, kit.getMethod("shutdownPublisherExecutorService"));
        }
    }

    private static void call(Object verification, Method method) throws Throwable {
        try {
            method.invoke(verification);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    /** The atom and nothing else. */
    public static final class BlackBox extends FlowSubscriberBlackboxVerification<Integer> {

        public BlackBox() {
            super(new TestEnvironment(KIT_TIMEOUT_MILLIS));
        }

        @Override
        public Flow.Subscriber<Integer> createFlowSubscriber() {
            return atom();
        }

        @Override
        public Integer createElement(int element) {
            return element;
        }
    }

    /**
     * An atom that the kit can look into and push. It asks by itself and at once, so what the kit would have it ask for is
     * asked for beside it.
     */
    public static final class WhiteBox extends FlowSubscriberWhiteboxVerification<Integer> {

        public WhiteBox() {
            super(new TestEnvironment(KIT_TIMEOUT_MILLIS));
        }

        @Override
        protected Flow.Subscriber<Integer> createFlowSubscriber(WhiteboxSubscriberProbe<Integer> probe) {
            return new Watched(atom(), probe);
        }

        @Override
        public Integer createElement(int element) {
            return element;
        }
    }

    private record Watched(KeyedSequentialAtom<Integer, Integer> atom, WhiteboxSubscriberProbe<Integer> probe)
            implements Flow.Subscriber<Integer> {

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            atom.onSubscribe(subscription);
            probe.registerOnSubscribe(new SubscriberPuppet() {
                @Override
                public void triggerRequest(long elements) {
                    subscription.request(elements);
                }

                @Override
                public void signalCancel() {
                    subscription.cancel();
                }
            });
        }

        @Override
        public void onNext(Integer item) {
            atom.onNext(item);
            probe.registerOnNext(item);
        }

        @Override
        public void onError(Throwable error) {
            atom.onError(error);
            probe.registerOnError(error);
        }

        @Override
        public void onComplete() {
            atom.onComplete();
            probe.registerOnComplete();
        }
    }
}
