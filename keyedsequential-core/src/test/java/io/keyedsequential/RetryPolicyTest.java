package io.keyedsequential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Values and decisions of a policy, with a random generator that is told what to draw. */
class RetryPolicyTest {

    private static final RandomGenerator LOWEST = () -> 0L;
    private static final RandomGenerator MIDDLE = () -> Long.MIN_VALUE;
    private static final RandomGenerator HIGHEST = () -> -1L;

    private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE);

    private static final Exception FAILURE = new IllegalStateException("on purpose");

    private static long millis(long value) {
        return TimeUnit.MILLISECONDS.toNanos(value);
    }

    private static boolean retries(RetryPolicy policy, Throwable failure) {
        return policy.delayNanos(1, failure, MIDDLE) != RetryPolicy.NOT_RETRIED;
    }

    @Test
    void theDefaultsAreTheConstants() {
        RetryPolicy policy = RetryPolicy.builder().build();
        assertThat(policy.maxAttempts()).isEqualTo(3).isEqualTo(RetryPolicy.DEFAULT_MAX_ATTEMPTS);
        assertThat(policy.backoff()).isEqualTo(Duration.ofMillis(100)).isEqualTo(RetryPolicy.DEFAULT_BACKOFF);
        assertThat(policy.multiplier()).isEqualTo(2.0).isEqualTo(RetryPolicy.DEFAULT_MULTIPLIER);
        assertThat(policy.maxBackoff()).isEqualTo(Duration.ofSeconds(30)).isEqualTo(RetryPolicy.DEFAULT_MAX_BACKOFF);
        assertThat(policy.jitter()).isEqualTo(0.5).isEqualTo(RetryPolicy.DEFAULT_JITTER);
        assertThat(policy.retryOn()).containsExactly(Exception.class).containsExactly(RetryPolicy.DEFAULT_RETRY_ON);
        assertThat(policy.dontRetryOn()).isEmpty();
        assertThat(policy.retryIf()).isNull();
    }

    @Test
    void everyValueIsKept() {
        RetryPolicy policy = RetryPolicy.builder()
                .maxAttempts(5)
                .backoff(Duration.ofMillis(7))
                .multiplier(1.5)
                .maxBackoff(Duration.ofSeconds(2))
                .jitter(0.25)
                .retryOn(IOException.class, IllegalStateException.class)
                .retryOn(ArithmeticException.class)
                .dontRetryOn(FileNotFoundException.class)
                .retryIf(failure -> true)
                .build();
        assertThat(policy.maxAttempts()).isEqualTo(5);
        assertThat(policy.backoff()).isEqualTo(Duration.ofMillis(7));
        assertThat(policy.multiplier()).isEqualTo(1.5);
        assertThat(policy.maxBackoff()).isEqualTo(Duration.ofSeconds(2));
        assertThat(policy.jitter()).isEqualTo(0.25);
        assertThat(policy.retryOn())
                .containsExactly(IOException.class, IllegalStateException.class, ArithmeticException.class);
        assertThat(policy.dontRetryOn()).containsExactly(FileNotFoundException.class);
        assertThat(policy.retryIf()).isNotNull();
        assertThat(policy.toString())
                .startsWith(
                        "RetryPolicy[maxAttempts=5, backoff=PT0.007S, multiplier=1.5, maxBackoff=PT2S, jitter=0.25");
    }

    @Test
    void aBuilderThatGoesOnDoesNotChangeWhatItHasBuilt() {
        RetryPolicy.Builder builder = RetryPolicy.builder().retryOn(IOException.class);
        RetryPolicy policy = builder.build();
        builder.retryOn(IllegalStateException.class).dontRetryOn(FileNotFoundException.class);
        assertThat(policy.retryOn()).containsExactly(IOException.class);
        assertThat(policy.dontRetryOn()).isEmpty();
        assertThat(retries(policy, new IllegalStateException())).isFalse();
        assertThatThrownBy(() -> policy.retryOn().clear()).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void noneAndOneAttemptNeverRetry() {
        for (RetryPolicy policy : new RetryPolicy[] {RetryPolicy.none(), RetryPolicy.attempts(1)}) {
            assertThat(policy.maxAttempts()).isEqualTo(1);
            assertThat(retries(policy, FAILURE)).isFalse();
        }
    }

    @Test
    void theFirstRunCountsAsAnAttempt() {
        RetryPolicy policy = RetryPolicy.attempts(3);
        assertThat(policy.delayNanos(1, FAILURE, HIGHEST)).isPositive();
        assertThat(policy.delayNanos(2, FAILURE, HIGHEST)).isPositive();
        assertThat(policy.delayNanos(3, FAILURE, HIGHEST)).isEqualTo(RetryPolicy.NOT_RETRIED);
        assertThat(policy.delayNanos(4, FAILURE, HIGHEST)).isEqualTo(RetryPolicy.NOT_RETRIED);
    }

    @Test
    void everyDelayIsTheOneBeforeTimesTheMultiplierUpToTheCap() {
        RetryPolicy policy = RetryPolicy.builder()
                .maxAttempts(10)
                .backoff(Duration.ofMillis(100))
                .multiplier(3)
                .maxBackoff(Duration.ofMillis(901))
                .jitter(0)
                .build();
        assertThat(policy.delayNanos(1, FAILURE, LOWEST)).isEqualTo(millis(100));
        assertThat(policy.delayNanos(2, FAILURE, LOWEST)).isEqualTo(millis(300));
        assertThat(policy.delayNanos(3, FAILURE, LOWEST)).isEqualTo(millis(900));
        assertThat(policy.delayNanos(4, FAILURE, LOWEST)).isEqualTo(millis(901));
        assertThat(policy.delayNanos(5, FAILURE, LOWEST)).isEqualTo(millis(901));
    }

    @Test
    void aMultiplierOfOneKeepsTheDelayAsItIs() {
        RetryPolicy policy =
                RetryPolicy.builder().maxAttempts(2_000).multiplier(1).jitter(0).build();
        assertThat(policy.delayNanos(1, FAILURE, LOWEST)).isEqualTo(millis(100));
        assertThat(policy.delayNanos(1_000, FAILURE, LOWEST)).isEqualTo(millis(100));
    }

    @Test
    void manyAttemptsReachTheCapAndDoNotOverflow() {
        for (double multiplier : new double[] {1.01, 2, Double.MAX_VALUE}) {
            RetryPolicy policy = RetryPolicy.builder()
                    .maxAttempts(Integer.MAX_VALUE)
                    .multiplier(multiplier)
                    .maxBackoff(Duration.ofSeconds(1))
                    .jitter(0)
                    .build();
            assertThat(policy.delayNanos(1_000, FAILURE, LOWEST)).isEqualTo(millis(1_000));
            assertThat(policy.delayNanos(Integer.MAX_VALUE - 1, FAILURE, LOWEST))
                    .isEqualTo(millis(1_000));
        }
    }

    @Test
    void theLongestDelaysDoNotOverflowWhateverIsDrawn() {
        for (long first : new long[] {1, (1L << 53) + 1, (1L << 62) + 257, Long.MAX_VALUE - 1, Long.MAX_VALUE}) {
            for (double jitter : new double[] {0, 0.1, 0.5, 1}) {
                RetryPolicy policy = RetryPolicy.builder()
                        .maxAttempts(2_000)
                        .backoff(Duration.ofNanos(first))
                        .maxBackoff(LONGEST)
                        .jitter(jitter)
                        .build();
                assertThat(policy.delayNanos(1_000, FAILURE, HIGHEST)) // a double is this exact where it is largest
                        .isGreaterThan(Long.MAX_VALUE - 1_024);
                for (int attempt : new int[] {1, 2, 1_000}) {
                    long low = policy.delayNanos(attempt, FAILURE, LOWEST);
                    long middle = policy.delayNanos(attempt, FAILURE, MIDDLE);
                    assertThat(low).isNotNegative().isLessThanOrEqualTo(middle);
                    assertThat(middle).isLessThanOrEqualTo(policy.delayNanos(attempt, FAILURE, HIGHEST));
                }
            }
        }
    }

    /** The nearest double to this delay is greater than the delay. */
    @Test
    void jitterNeverTakesOffMoreThanTheDelay() {
        Duration delay = Duration.ofNanos((1L << 62) + 769);
        RetryPolicy policy =
                RetryPolicy.builder().backoff(delay).maxBackoff(delay).jitter(1).build();
        assertThat(policy.delayNanos(1, FAILURE, LOWEST)).isZero();
        assertThat(policy.delayNanos(1, FAILURE, HIGHEST)).isBetween(1L << 62, delay.toNanos());
    }

    @Test
    void aBackoffOfZeroRetriesWithoutDelay() {
        RetryPolicy policy =
                RetryPolicy.builder().maxAttempts(10_000).backoff(Duration.ZERO).build();
        assertThat(policy.delayNanos(1, FAILURE, HIGHEST)).isZero();
        assertThat(policy.delayNanos(5_000, FAILURE, HIGHEST)).isZero(); // 2 to this power is infinite
    }

    @Test
    void jitterTakesOffNothingToItsWholeShare() {
        RetryPolicy quarter = RetryPolicy.builder().jitter(0.25).build();
        assertThat(quarter.delayNanos(1, FAILURE, LOWEST)).isEqualTo(millis(75));
        assertThat(quarter.delayNanos(1, FAILURE, MIDDLE)).isEqualTo(millis(75) + millis(25) / 2);
        assertThat(quarter.delayNanos(1, FAILURE, HIGHEST)).isEqualTo(millis(100));
        assertThat(quarter.delayNanos(2, FAILURE, LOWEST)).isEqualTo(millis(150));
        RetryPolicy full = RetryPolicy.builder().jitter(1).build();
        assertThat(full.delayNanos(1, FAILURE, LOWEST)).isZero();
        assertThat(full.delayNanos(1, FAILURE, HIGHEST)).isEqualTo(millis(100));
        RetryPolicy none = RetryPolicy.builder().jitter(0).build();
        assertThat(none.delayNanos(1, FAILURE, LOWEST)).isEqualTo(millis(100));
    }

    @Test
    void jitterIsTakenOffTheCappedDelay() {
        RetryPolicy policy = RetryPolicy.builder()
                .maxAttempts(2_000)
                .maxBackoff(Duration.ofMillis(300))
                .build();
        assertThat(policy.delayNanos(1_000, FAILURE, LOWEST)).isEqualTo(millis(150));
        assertThat(policy.delayNanos(1_000, FAILURE, HIGHEST)).isEqualTo(millis(300));
    }

    @Test
    void delaysAreDrawnEvenlyFromTheRange() {
        RetryPolicy policy = RetryPolicy.builder().jitter(0.5).build();
        RandomGenerator random = new SplittableRandom(17);
        int[] perTenth = new int[10];
        for (int i = 0; i < 10_000; i++) {
            long delay = policy.delayNanos(1, FAILURE, random);
            assertThat(delay).isBetween(millis(50), millis(100));
            perTenth[(int) Math.min(9, (delay - millis(50)) / millis(5))]++;
        }
        for (int count : perTenth) {
            assertThat(count).isBetween(850, 1_150); // 5 standard deviations; the seed makes it the same each time
        }
    }

    @Test
    void theDefaultCapYieldsToALongerBackoff() {
        RetryPolicy policy =
                RetryPolicy.builder().backoff(Duration.ofMinutes(1)).jitter(0).build();
        assertThat(policy.maxBackoff()).isEqualTo(Duration.ofMinutes(1));
        assertThat(policy.delayNanos(1, FAILURE, LOWEST)).isEqualTo(millis(60_000));
        assertThat(policy.delayNanos(2, FAILURE, LOWEST)).isEqualTo(millis(60_000));
    }

    @Test
    void exceptionsAreRetriedAndErrorsAreNot() {
        RetryPolicy policy = RetryPolicy.attempts(2);
        assertThat(retries(policy, new Exception())).isTrue();
        assertThat(retries(policy, new IOException())).isTrue();
        assertThat(retries(policy, new RuntimeException())).isTrue();
        assertThat(retries(policy, new OutOfMemoryError())).isFalse();
        assertThat(retries(policy, new AssertionError())).isFalse();
        assertThat(retries(policy, new Throwable())).isFalse();
    }

    @Test
    void typesThatAreNamedReplaceTheDefault() {
        RetryPolicy policy = RetryPolicy.builder()
                .retryOn(IOException.class, AssertionError.class)
                .build();
        assertThat(retries(policy, new FileNotFoundException())).isTrue();
        assertThat(retries(policy, new AssertionError())).isTrue();
        assertThat(retries(policy, new IllegalStateException())).isFalse();
    }

    @Test
    void theClosestTypeWins() {
        class Fragment extends FileNotFoundException {}
        RetryPolicy policy = RetryPolicy.builder()
                .retryOn(Exception.class, FileNotFoundException.class)
                .dontRetryOn(Throwable.class, IOException.class, Fragment.class)
                .build();
        assertThat(retries(policy, new Error())).isFalse();
        assertThat(retries(policy, new Exception())).isTrue();
        assertThat(retries(policy, new IllegalStateException())).isTrue();
        assertThat(retries(policy, new IOException())).isFalse();
        assertThat(retries(policy, new FileNotFoundException())).isTrue();
        assertThat(retries(policy, new Fragment())).isFalse();
    }

    @Test
    void causesAreNotLookedAt() {
        RetryPolicy policy =
                RetryPolicy.builder().dontRetryOn(IOException.class).build();
        assertThat(retries(policy, new UncheckedIOException(new IOException()))).isTrue();
    }

    @Test
    void thePredicateIsAskedInAddition() {
        AtomicInteger asked = new AtomicInteger();
        RetryPolicy policy = RetryPolicy.builder()
                .maxAttempts(2)
                .retryOn(IOException.class)
                .retryIf(failure -> {
                    asked.incrementAndGet();
                    return "busy".equals(failure.getMessage());
                })
                .build();
        assertThat(retries(policy, new IOException("busy"))).isTrue();
        assertThat(retries(policy, new IOException("gone"))).isFalse();
        assertThat(asked).hasValue(2);
        assertThat(retries(policy, new IllegalStateException("busy"))).isFalse();
        assertThat(policy.delayNanos(2, new IOException("busy"), MIDDLE)).isEqualTo(RetryPolicy.NOT_RETRIED);
        assertThat(asked).as("asked where its answer changes nothing").hasValue(2);
    }

    @Test
    void aPredicateThatThrowsMeansNoRetryAndIsFoundWithTheFailure() {
        Error broken = new StackOverflowError("in the predicate");
        RetryPolicy policy = RetryPolicy.builder()
                .retryIf(failure -> {
                    throw broken;
                })
                .build();
        IOException failure = new IOException();
        assertThat(retries(policy, failure)).isFalse();
        assertThat(failure.getSuppressed()).containsExactly(broken);
    }

    @Test
    void aPredicateMayThrowTheFailureItself() {
        RetryPolicy policy = RetryPolicy.builder()
                .retryIf(failure -> {
                    throw (IllegalStateException) failure;
                })
                .build();
        IllegalStateException failure = new IllegalStateException();
        assertThat(retries(policy, failure)).isFalse();
        assertThat(failure.getSuppressed()).isEmpty();
    }

    static Stream<Arguments> badValues() {
        return Stream.of(
                bad("maxAttempts must be between 1 and 2147483647, was 0", b -> b.maxAttempts(0)),
                bad(
                        "backoff must be zero or more and at most 292 years, was PT-0.000000001S",
                        b -> b.backoff(Duration.ofNanos(-1))),
                bad("backoff must be zero or more and at most 292 years", b -> b.backoff(LONGEST.plusNanos(1))),
                bad("multiplier must be between 1.0 and 1.7976931348623157E308, was 0.99", b -> b.multiplier(0.99)),
                bad("multiplier must be between", b -> b.multiplier(Double.NaN)),
                bad("multiplier must be between", b -> b.multiplier(Double.POSITIVE_INFINITY)),
                bad(
                        "maxBackoff must be more than zero and at most 292 years, was PT0S",
                        b -> b.maxBackoff(Duration.ZERO)),
                bad("maxBackoff must be more than zero", b -> b.maxBackoff(LONGEST.plusNanos(1))),
                bad("jitter must be between 0.0 and 1.0, was -0.01", b -> b.jitter(-0.01)),
                bad("jitter must be between 0.0 and 1.0, was 1.01", b -> b.jitter(1.01)),
                bad("jitter must be between 0.0 and 1.0, was NaN", b -> b.jitter(Double.NaN)),
                bad("retryOn must name one type or more", RetryPolicy.Builder::retryOn),
                bad("dontRetryOn must name one type or more", RetryPolicy.Builder::dontRetryOn));
    }

    private static Arguments bad(String message, Consumer<RetryPolicy.Builder> value) {
        return Arguments.of(message, value);
    }

    @ParameterizedTest
    @MethodSource("badValues")
    void aValueOutOfRangeIsRefusedWhereItIsGiven(String message, Consumer<RetryPolicy.Builder> value) {
        assertThatThrownBy(() -> value.accept(RetryPolicy.builder()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("retryPolicy: " + message);
    }

    @Test
    void theLimitsThemselvesAreAllowed() {
        RetryPolicy.builder()
                .maxAttempts(Integer.MAX_VALUE)
                .backoff(LONGEST)
                .multiplier(Double.MAX_VALUE)
                .maxBackoff(LONGEST)
                .jitter(1)
                .build();
        RetryPolicy.builder()
                .maxAttempts(2)
                .backoff(Duration.ofNanos(1))
                .multiplier(1)
                .jitter(0)
                .build();
        RetryPolicy.builder()
                .backoff(Duration.ofNanos(1))
                .maxBackoff(Duration.ofNanos(1))
                .build();
        RetryPolicy.builder().maxAttempts(1).build();
    }

    static Stream<Arguments> contradictions() {
        String one = " contradicts maxAttempts 1";
        String zero = " contradicts backoff PT0S";
        return Stream.of(
                bad("backoff (PT1S)" + one, b -> b.maxAttempts(1).backoff(Duration.ofSeconds(1))),
                bad("multiplier (3.0)" + one, b -> b.maxAttempts(1).multiplier(3)),
                bad("maxBackoff (PT1S)" + one, b -> b.maxAttempts(1).maxBackoff(Duration.ofSeconds(1))),
                bad("jitter (0.1)" + one, b -> b.maxAttempts(1).jitter(0.1)),
                bad("retryOn ([class java.io.IOException])" + one, b -> b.maxAttempts(1)
                        .retryOn(IOException.class)),
                bad("dontRetryOn ([class java.io.IOException])" + one, b -> b.maxAttempts(1)
                        .dontRetryOn(IOException.class)),
                bad("retryIf (", b -> b.maxAttempts(1).retryIf(failure -> true)),
                bad("multiplier (3.0)" + zero, b -> b.backoff(Duration.ZERO).multiplier(3)),
                bad("maxBackoff (PT1S)" + zero, b -> b.backoff(Duration.ZERO).maxBackoff(Duration.ofSeconds(1))),
                bad("jitter (0.1)" + zero, b -> b.backoff(Duration.ZERO).jitter(0.1)),
                bad("maxBackoff (PT1S) contradicts multiplier 1.0", b -> b.multiplier(1)
                        .maxBackoff(Duration.ofSeconds(1))),
                bad("maxBackoff must not be less than backoff (PT1S), was PT0.999999999S", b -> b.backoff(
                                Duration.ofSeconds(1))
                        .maxBackoff(Duration.ofSeconds(1).minusNanos(1))),
                bad(
                        "maxBackoff must not be less than backoff (PT0.1S), was PT0.099S",
                        b -> b.maxBackoff(Duration.ofMillis(99))),
                bad("dontRetryOn contradicts retryOn, both name java.io.IOException", b -> b.retryOn(IOException.class)
                        .dontRetryOn(IOException.class)),
                bad(
                        "dontRetryOn contradicts retryOn (default), both name java.lang.Exception",
                        b -> b.dontRetryOn(Exception.class)));
    }

    @ParameterizedTest
    @MethodSource("contradictions")
    void valuesThatContradictEachOtherAreRefusedWithBothNames(String message, Consumer<RetryPolicy.Builder> values) {
        RetryPolicy.Builder builder = RetryPolicy.builder();
        values.accept(builder);
        assertThatThrownBy(builder::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("retryPolicy: " + message);
    }

    @Test
    void nullIsRefusedByName() {
        RetryPolicy.Builder builder = RetryPolicy.builder();
        assertNull("backoff", () -> builder.backoff(null));
        assertNull("maxBackoff", () -> builder.maxBackoff(null));
        assertNull("retryOn", () -> builder.retryOn(IOException.class, null));
        assertNull("dontRetryOn", () -> builder.dontRetryOn((Class<? extends Throwable>) null));
        assertNull("retryIf", () -> builder.retryIf(null));
    }

    private static void assertNull(String what, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOf(NullPointerException.class)
                .hasMessage("retryPolicy: " + what + " must not be null");
    }
}
