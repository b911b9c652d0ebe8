package io.keyedsequential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RetryRulesTest {

    private static final RandomGenerator LOWEST = () -> 0L;

    private static RetryRules rules(Consumer<CoordinatorOptions.Builder> given) {
        CoordinatorOptions.Builder options = CoordinatorOptions.builder();
        given.accept(options);
        return new RetryRules(options.build(), LOWEST);
    }

    @Test
    void theDefaultsSkipEverythingAndSaySo() {
        RetryRules plain = new RetryRules(CoordinatorOptions.builder().build());
        assertThat(plain.isPlain()).isTrue();
        assertThat(plain.decide(1, new IOException())).isSameAs(FailureDecision.SKIP);
        assertThat(plain.decide(1, new OutOfMemoryError())).isSameAs(FailureDecision.SKIP);
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
        RetryRules rules = rules(o -> o.retryPolicy(RetryPolicy.builder()
                        .maxAttempts(3)
                        .backoff(Duration.ofMillis(100))
                        .jitter(0.5)
                        .build())
                .exhaustedPolicy(ExhaustedPolicy.PARK));
        assertThat(rules.decide(1, new IOException()))
                .isEqualTo(new FailureDecision(FailureDecision.Action.RETRY, Duration.ofMillis(50)));
        assertThat(rules.decide(2, new IOException()))
                .isEqualTo(new FailureDecision(FailureDecision.Action.RETRY, Duration.ofMillis(100)));
        assertThat(rules.decide(3, new IOException())).isSameAs(FailureDecision.PARK);
    }

    @Test
    void aRetryWithoutDelayIsStillARetry() {
        RetryRules rules = rules(
                o -> o.retryPolicy(RetryPolicy.builder().backoff(Duration.ZERO).build()));
        assertThat(rules.decide(1, new IOException()))
                .isEqualTo(new FailureDecision(FailureDecision.Action.RETRY, Duration.ZERO));
    }

    @Test
    void whatIsNotRetriedIsGivenUpAtOnce() {
        RetryRules rules = rules(o -> o.retryPolicy(RetryPolicy.attempts(3)).exhaustedPolicy(ExhaustedPolicy.HALT));
        assertThat(rules.decide(1, new OutOfMemoryError())).isSameAs(FailureDecision.HALT);
    }

    @Test
    void everyPolicyHasItsDecision() {
        assertThat(rules(o -> o.exhaustedPolicy(ExhaustedPolicy.SKIP)).decide(1, new IOException()))
                .isEqualTo(new FailureDecision(FailureDecision.Action.SKIP, Duration.ZERO));
        assertThat(rules(o -> o.exhaustedPolicy(ExhaustedPolicy.PARK)).decide(1, new IOException()))
                .isEqualTo(new FailureDecision(FailureDecision.Action.PARK, Duration.ZERO));
        assertThat(rules(o -> o.exhaustedPolicy(ExhaustedPolicy.HALT)).decide(1, new IOException()))
                .isEqualTo(new FailureDecision(FailureDecision.Action.HALT, Duration.ZERO));
    }

    @Test
    void theClosestTypeDecidesAndTheDefaultTakesTheRest() {
        RetryRules rules = rules(o -> o.exhaustedPolicy(ExhaustedPolicy.HALT)
                .exhaustedPolicy(Exception.class, ExhaustedPolicy.SKIP)
                .exhaustedPolicy(IOException.class, ExhaustedPolicy.PARK)
                .exhaustedPolicy(FileNotFoundException.class, ExhaustedPolicy.SKIP));
        assertThat(rules.decide(1, new Error())).isSameAs(FailureDecision.HALT);
        assertThat(rules.decide(1, new IllegalStateException(new IOException())))
                .isSameAs(FailureDecision.SKIP);
        assertThat(rules.decide(1, new IOException())).isSameAs(FailureDecision.PARK);
        assertThat(rules.decide(1, new FileNotFoundException())).isSameAs(FailureDecision.SKIP);
    }

    /** The order in which the types were given plays no part. */
    @Test
    void theClosestTypeDecidesAlsoIfItWasGivenFirst() {
        RetryRules rules = rules(o -> o.exhaustedPolicy(FileNotFoundException.class, ExhaustedPolicy.PARK)
                .exhaustedPolicy(Throwable.class, ExhaustedPolicy.HALT));
        assertThat(rules.decide(1, new FileNotFoundException())).isSameAs(FailureDecision.PARK);
        assertThat(rules.decide(1, new IOException())).isSameAs(FailureDecision.HALT);
    }

    @Test
    void aRetryComesBeforeARefinement() {
        RetryRules rules = rules(
                o -> o.retryPolicy(RetryPolicy.attempts(2)).exhaustedPolicy(IOException.class, ExhaustedPolicy.PARK));
        assertThat(rules.decide(1, new IOException()).action()).isEqualTo(FailureDecision.Action.RETRY);
        assertThat(rules.decide(2, new IOException())).isSameAs(FailureDecision.PARK);
        assertThat(rules.decide(2, new IllegalStateException())).isSameAs(FailureDecision.SKIP);
    }

    @Test
    void aPredicateThatThrowsLeavesTheFailureToTheExhaustedPolicy() {
        RuntimeException broken = new IllegalArgumentException("in the predicate");
        RetryRules rules = rules(o -> o.retryPolicy(RetryPolicy.builder()
                        .retryIf(failure -> {
                            throw broken;
                        })
                        .build())
                .exhaustedPolicy(ExhaustedPolicy.PARK));
        IOException failure = new IOException();
        assertThat(rules.decide(1, failure)).isSameAs(FailureDecision.PARK);
        assertThat(failure.getSuppressed()).containsExactly(broken);
    }

    /** The generator that is not injected must really draw. */
    @Test
    void withoutAGeneratorOfOnesOwnDelaysDiffer() {
        RetryRules rules = new RetryRules(CoordinatorOptions.builder()
                .retryPolicy(RetryPolicy.builder().jitter(1).build())
                .build());
        assertThat(IntStream.range(0, 20)
                        .mapToLong(i -> rules.decide(1, new IOException()).delayNanos())
                        .distinct()
                        .count())
                .isGreaterThan(1);
    }

    /** For whoever keeps operations elsewhere and tries them again. */
    @Test
    void optionsDecideAsTheirCoordinatorDoes() {
        CoordinatorOptions options = CoordinatorOptions.builder()
                .retryPolicy(RetryPolicy.builder()
                        .maxAttempts(3)
                        .backoff(Duration.ofSeconds(1))
                        .jitter(0)
                        .build())
                .exhaustedPolicy(ExhaustedPolicy.PARK)
                .exhaustedPolicy(FileNotFoundException.class, ExhaustedPolicy.SKIP)
                .build();
        assertThat(options.decide(1, new IOException())).isEqualTo(FailureDecision.retryAfter(Duration.ofSeconds(1)));
        assertThat(options.decide(2, new IOException())).isEqualTo(FailureDecision.retryAfter(Duration.ofSeconds(2)));
        assertThat(options.decide(3, new IOException())).isEqualTo(FailureDecision.of(ExhaustedPolicy.PARK));
        assertThat(options.decide(Integer.MAX_VALUE, new IOException()))
                .isEqualTo(FailureDecision.of(ExhaustedPolicy.PARK));
        assertThat(options.decide(3, new FileNotFoundException())).isEqualTo(FailureDecision.of(ExhaustedPolicy.SKIP));
        assertThatThrownBy(() -> options.decide(0, new IOException()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("failedAttempt: 1 or more, not 0");
    }

    @Test
    void aDecisionThatMakesNoSenseIsRefused() {
        assertThatThrownBy(() -> FailureDecision.retryAfter(Duration.ofNanos(-1)))
                .hasMessage("no decision: RETRY after PT-0.000000001S");
        assertThatThrownBy(() -> new FailureDecision(FailureDecision.Action.SKIP, Duration.ofSeconds(1)))
                .hasMessage("no decision: SKIP after PT1S");
    }
}
