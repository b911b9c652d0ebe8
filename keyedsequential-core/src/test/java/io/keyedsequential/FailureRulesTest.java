package io.keyedsequential;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FailureRulesTest {

    private static final RandomGenerator LOWEST = () -> 0L;

    private static FailureRules rules(Consumer<CoordinatorOptions.Builder> given) {
        CoordinatorOptions.Builder options = CoordinatorOptions.builder();
        given.accept(options);
        return new FailureRules(options.build(), LOWEST);
    }

    @Test
    void theDefaultsSkipEverythingAndSaySo() {
        FailureRules plain = new FailureRules(CoordinatorOptions.builder().build());
        assertThat(plain.isPlain()).isTrue();
        assertThat(plain.decide(1, new IOException())).isSameAs(Verdict.SKIP);
        assertThat(plain.decide(1, new OutOfMemoryError())).isSameAs(Verdict.SKIP);
    }

    @Test
    void whatIsNotTheDefaultIsNotPlain() {
        assertThat(rules(o -> o.retryPolicy(RetryPolicy.attempts(2))).isPlain()).isFalse();
        assertThat(rules(o -> o.exhaustedPolicy(ExhaustedPolicy.PARK)).isPlain())
                .isFalse();
        assertThat(rules(o -> o.exhaustedPolicy(ExhaustedPolicy.HALT)).isPlain())
                .isFalse();
        assertThat(rules(o -> o.exhaustedPolicy(IOException.class, ExhaustedPolicy.PARK))
                        .isPlain())
                .isFalse();
    }

    @Test
    void whatSaysTheDefaultInOtherWordsIsPlain() {
        assertThat(rules(o -> o.retryPolicy(RetryPolicy.attempts(1)).exhaustedPolicy(ExhaustedPolicy.SKIP))
                        .isPlain())
                .isTrue();
    }

    @Test
    void aFailureIsRetriedUntilItsAttemptsAreUsedUp() {
        FailureRules rules = rules(o -> o.retryPolicy(RetryPolicy.builder()
                        .maxAttempts(3)
                        .backoff(Duration.ofMillis(100))
                        .jitter(0.5)
                        .build())
                .exhaustedPolicy(ExhaustedPolicy.PARK));
        assertThat(rules.decide(1, new IOException()))
                .isEqualTo(new Verdict(Verdict.Action.RETRY, TimeUnit.MILLISECONDS.toNanos(50)));
        assertThat(rules.decide(2, new IOException()))
                .isEqualTo(new Verdict(Verdict.Action.RETRY, TimeUnit.MILLISECONDS.toNanos(100)));
        assertThat(rules.decide(3, new IOException())).isSameAs(Verdict.PARK);
    }

    @Test
    void aRetryWithoutDelayIsStillARetry() {
        FailureRules rules = rules(
                o -> o.retryPolicy(RetryPolicy.builder().backoff(Duration.ZERO).build()));
        assertThat(rules.decide(1, new IOException())).isEqualTo(new Verdict(Verdict.Action.RETRY, 0));
    }

    @Test
    void whatIsNotRetriedIsGivenUpAtOnce() {
        FailureRules rules = rules(o -> o.retryPolicy(RetryPolicy.attempts(3)).exhaustedPolicy(ExhaustedPolicy.HALT));
        assertThat(rules.decide(1, new OutOfMemoryError())).isSameAs(Verdict.HALT);
    }

    @Test
    void everyPolicyHasItsVerdict() {
        assertThat(rules(o -> o.exhaustedPolicy(ExhaustedPolicy.SKIP)).decide(1, new IOException()))
                .isEqualTo(new Verdict(Verdict.Action.SKIP, 0));
        assertThat(rules(o -> o.exhaustedPolicy(ExhaustedPolicy.PARK)).decide(1, new IOException()))
                .isEqualTo(new Verdict(Verdict.Action.PARK, 0));
        assertThat(rules(o -> o.exhaustedPolicy(ExhaustedPolicy.HALT)).decide(1, new IOException()))
                .isEqualTo(new Verdict(Verdict.Action.HALT, 0));
    }

    @Test
    void theClosestTypeDecidesAndTheDefaultTakesTheRest() {
        FailureRules rules = rules(o -> o.exhaustedPolicy(ExhaustedPolicy.HALT)
                .exhaustedPolicy(Exception.class, ExhaustedPolicy.SKIP)
                .exhaustedPolicy(IOException.class, ExhaustedPolicy.PARK)
                .exhaustedPolicy(FileNotFoundException.class, ExhaustedPolicy.SKIP));
        assertThat(rules.decide(1, new Error())).isSameAs(Verdict.HALT);
        assertThat(rules.decide(1, new IllegalStateException(new IOException())))
                .isSameAs(Verdict.SKIP);
        assertThat(rules.decide(1, new IOException())).isSameAs(Verdict.PARK);
        assertThat(rules.decide(1, new FileNotFoundException())).isSameAs(Verdict.SKIP);
    }

    /** The order in which the types were given plays no part. */
    @Test
    void theClosestTypeDecidesAlsoIfItWasGivenFirst() {
        FailureRules rules = rules(o -> o.exhaustedPolicy(FileNotFoundException.class, ExhaustedPolicy.PARK)
                .exhaustedPolicy(Throwable.class, ExhaustedPolicy.HALT));
        assertThat(rules.decide(1, new FileNotFoundException())).isSameAs(Verdict.PARK);
        assertThat(rules.decide(1, new IOException())).isSameAs(Verdict.HALT);
    }

    @Test
    void aRetryComesBeforeARefinement() {
        FailureRules rules = rules(
                o -> o.retryPolicy(RetryPolicy.attempts(2)).exhaustedPolicy(IOException.class, ExhaustedPolicy.PARK));
        assertThat(rules.decide(1, new IOException()).action()).isEqualTo(Verdict.Action.RETRY);
        assertThat(rules.decide(2, new IOException())).isSameAs(Verdict.PARK);
        assertThat(rules.decide(2, new IllegalStateException())).isSameAs(Verdict.SKIP);
    }

    @Test
    void aPredicateThatThrowsLeavesTheFailureToTheExhaustedPolicy() {
        RuntimeException broken = new IllegalArgumentException("in the predicate");
        FailureRules rules = rules(o -> o.retryPolicy(RetryPolicy.builder()
                        .retryIf(failure -> {
                            throw broken;
                        })
                        .build())
                .exhaustedPolicy(ExhaustedPolicy.PARK));
        IOException failure = new IOException();
        assertThat(rules.decide(1, failure)).isSameAs(Verdict.PARK);
        assertThat(failure.getSuppressed()).containsExactly(broken);
    }

    /** The generator that is not injected must really draw. */
    @Test
    void withoutAGeneratorOfOnesOwnDelaysDiffer() {
        FailureRules rules = new FailureRules(CoordinatorOptions.builder()
                .retryPolicy(RetryPolicy.builder().jitter(1).build())
                .build());
        assertThat(IntStream.range(0, 20)
                        .mapToLong(i -> rules.decide(1, new IOException()).delayNanos())
                        .distinct()
                        .count())
                .isGreaterThan(1);
    }
}
