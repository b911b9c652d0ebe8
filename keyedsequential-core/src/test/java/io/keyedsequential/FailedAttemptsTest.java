package io.keyedsequential;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is seen of the attempts that an operation has behind it. */
@Timeout(600)
class FailedAttemptsTest {

    @RegisterExtension
    final FailureHarness h = new FailureHarness();

    private static List<FailedAttempt> history(KeyedCoordinator<String> orders) {
        return orders.snapshot().get(0).failedAttempts();
    }

    @Test
    void whatGoesWellHasNone() {
        StripedCoordinator<String> orders = h.make(o -> {});
        orders.execute("a", h.good("a"));
        assertThat(history(orders)).isEmpty();
        h.run();
        assertThat(history(orders)).isEmpty();
    }

    @Test
    void eachAttemptIsSeenWithItsTimesAndWhatItFailedWith() {
        StripedCoordinator<String> orders = h.make(o -> {});
        int[] attempts = {0};
        orders.execute("a", () -> {
            throw attempts[0]++ == 0
                    ? new IllegalArgumentException("line 1\nline 2")
                    : new UnsupportedOperationException();
        });
        h.run();
        h.elapse();
        h.elapse();
        assertThat(history(orders)).extracting(FailedAttempt::number).containsExactly(1, 2, 3);
        assertThat(history(orders))
                .extracting(FailedAttempt::errorType)
                .containsExactly(
                        IllegalArgumentException.class.getName(),
                        UnsupportedOperationException.class.getName(),
                        UnsupportedOperationException.class.getName());
        assertThat(history(orders)).extracting(FailedAttempt::message).containsExactly("line 1\\nline 2", null, null);
        OperationSnapshot ended = orders.snapshot().get(0);
        assertThat(history(orders)).allSatisfy(attempt -> {
            assertThat(attempt.startedAt()).isBetween(ended.enqueuedAt().minusMillis(1), ended.finishedAt());
            assertThat(attempt.runTime())
                    .isBetween(Duration.ZERO, Duration.between(ended.enqueuedAt(), ended.finishedAt()));
        });
        assertThat(history(orders)).isSortedAccordingTo((a, b) -> a.startedAt().compareTo(b.startedAt()));
    }

    @Test
    void anOperatorsRetryForgetsNothingAndCountsOn() {
        StripedCoordinator<String> orders =
                h.make(o -> o.exhaustedPolicy(ExhaustedPolicy.PARK).retryPolicy(FailureHarness.attempts(2)));
        orders.execute("a", h.failing("a", 3));
        h.run();
        h.elapse();
        assertThat(history(orders)).extracting(FailedAttempt::number).containsExactly(1, 2);
        orders.retry("a");
        assertThat(history(orders)).extracting(FailedAttempt::number).containsExactly(1, 2);
        h.run();
        assertThat(history(orders)).extracting(FailedAttempt::number).containsExactly(1, 2, 3);
        h.elapse();
        assertThat(orders.snapshot().get(0).state()).isEqualTo(OperationState.COMPLETED);
        assertThat(history(orders)).extracting(FailedAttempt::number).containsExactly(1, 2, 3);
    }

    @Test
    void onlyTheLastTenAreRemembered() {
        StripedCoordinator<String> orders = h.make(o -> o.retryPolicy(FailureHarness.attempts(25)));
        orders.execute("a", h.broken("a"));
        h.run();
        for (int i = 0; i < 24; i++) {
            h.elapse();
        }
        assertThat(history(orders))
                .extracting(FailedAttempt::number)
                .containsExactlyElementsOf(IntStream.rangeClosed(16, 25).boxed().toList());
    }

    /** To be purged is no attempt: the one before it is the last one that is told of. */
    @Test
    void whatEndsWithoutAnAttemptKeepsThoseItHad() {
        StripedCoordinator<String> orders = h.make(o -> {});
        orders.execute("a", h.broken("a"));
        h.run();
        orders.purge("a");
        assertThat(orders.snapshot().get(0).state()).isEqualTo(OperationState.CANCELLED);
        assertThat(history(orders))
                .extracting(FailedAttempt::errorType)
                .containsExactly(IllegalStateException.class.getName());
    }

    /** The message of an exception is foreign code. */
    @Test
    void anExceptionThatCannotSayWhatItIsIsTriedAgainLikeAnyOther() {
        StripedCoordinator<String> orders = h.make(o -> {});
        int[] attempts = {0};
        orders.execute("a", () -> {
            if (attempts[0]++ == 0) {
                throw new RuntimeException() {
                    private static final long serialVersionUID = 1L;

                    @Override
                    public String getMessage() {
                        throw new StackOverflowError();
                    }
                };
            }
        });
        h.run();
        h.elapse();
        assertThat(orders.stats().completed()).isOne();
        assertThat(history(orders)).extracting(FailedAttempt::message).containsExactly((String) null);
    }

    @Test
    void aMessageIsCut() {
        StripedCoordinator<String> orders = h.make(o -> o.retryPolicy(RetryPolicy.none()));
        orders.execute("a", () -> {
            throw new IllegalStateException("x".repeat(100_000));
        });
        h.run();
        assertThat(history(orders).get(0).message()).hasSizeBetween(100, 210);
    }
}
