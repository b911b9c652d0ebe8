package io.keyedsequential.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.keyedsequential.KeyedCoordinator;
import io.keyedsequential.LaneState;
import io.keyedsequential.OperationContext;
import io.keyedsequential.RetryPolicy;
import io.keyedsequential.signal.SignalSink;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** A circuit breaker of Resilience4j as the gate of an atom, as docs/signals.md shows it. */
class CircuitBreakerGateTest {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final AtomicBoolean providerIsDown = new AtomicBoolean();
    private final List<String> charged = Collections.synchronizedList(new ArrayList<>());

    private void charge(String customer) {
        if (providerIsDown.get()) {
            throw new IllegalStateException("the payment provider does not answer");
        }
        charged.add(customer + ", attempt "
                + OperationContext.current().map(OperationContext::attempt).orElse(0));
    }

    /** Opens after two failures of two, and never half-opens by itself, so that the test decides when. */
    private static CircuitBreaker nervousBreaker() {
        return CircuitBreaker.of(
                "payments",
                CircuitBreakerConfig.custom()
                        .slidingWindowSize(2)
                        .minimumNumberOfCalls(2)
                        .permittedNumberOfCallsInHalfOpenState(1)
                        .waitDurationInOpenState(Duration.ofHours(1))
                        .build());
    }

    @Test
    void whileTheBreakerIsOpenTheAtomWaitsAndNoAttemptIsBurned() {
        CircuitBreaker breaker = nervousBreaker();
        // snippet: atom-gate
        SignalSink signals = new SignalSink();
        breaker.getEventPublisher()
                .onStateTransition(event -> signals.raise(
                        switch (event.getStateTransition().getToState()) {
                            case OPEN, FORCED_OPEN -> "payments.breaker.open";
                            default -> "payments.breaker.passes";
                        }));
        KeyedCoordinator<String> payments = KeyedCoordinator.<String>builder("payments")
                .maxConcurrency(1)
                .retryPolicy(RetryPolicy.builder()
                        .maxAttempts(3)
                        .backoff(Duration.ofMillis(1))
                        .build())
                .signals(signals)
                .deferOn("payments.breaker.open")
                .resumeOn("payments.breaker.passes")
                .build();
        // end: atom-gate
        try (payments) {
            providerIsDown.set(true);
            CompletableFuture<Object> first = payments.submit("ada", () -> run(breaker, () -> charge("ada")));
            awaitState(payments, "ada", LaneState.BACKING_OFF, LaneState.PAUSED);
            awaitTrue(() -> breaker.getState() == CircuitBreaker.State.OPEN);
            CompletableFuture<Object> other = payments.submit("bob", () -> run(breaker, () -> charge("bob")));
            awaitState(payments, "ada", LaneState.PAUSED);
            assertThat(first).isNotDone();
            assertThat(other).isNotDone();
            assertThat(payments.lane("bob").orElseThrow().explanation().sentence())
                    .startsWith("a signal holds the atom");

            providerIsDown.set(false);
            breaker.transitionToHalfOpenState();
            CompletableFuture.allOf(first, other)
                    .orTimeout(120, TimeUnit.SECONDS)
                    .join();
            assertThat(charged).containsExactlyInAnyOrder("ada, attempt 3", "bob, attempt 1");
            assertThat(payments.stats().failed()).isZero();
        }
    }

    @Test
    void aBreakerOfOneKeyPausesThatKeyAlone() {
        CircuitBreaker breakerOfAda = nervousBreaker();
        try (KeyedCoordinator<String> payments =
                KeyedCoordinator.<String>builder("payments").build()) {
            // snippet: key-gate
            breakerOfAda.getEventPublisher().onStateTransition(event -> {
                switch (event.getStateTransition().getToState()) {
                    case OPEN, FORCED_OPEN -> payments.pauseKey("ada");
                    default -> payments.resumeKey("ada");
                }
            });
            // end: key-gate
            breakerOfAda.transitionToOpenState();
            CompletableFuture<Object> ada = payments.submit("ada", () -> run(breakerOfAda, () -> charge("ada")));
            payments.submit("bob", () -> run(nervousBreaker(), () -> charge("bob")))
                    .join();
            assertThat(ada).isNotDone();
            breakerOfAda.transitionToHalfOpenState();
            ada.join();
            assertThat(charged).containsExactly("bob, attempt 1", "ada, attempt 1");
        }
    }

    private static Object run(CircuitBreaker breaker, Runnable body) {
        breaker.executeRunnable(body);
        return "";
    }

    private static void awaitState(KeyedCoordinator<String> payments, String key, LaneState... expected) {
        awaitTrue(() -> payments.lane(key)
                .map(lane -> List.of(expected).contains(lane.state()))
                .orElse(false));
    }

    private static void awaitTrue(BooleanSupplier condition) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - end).as("in time").isNegative();
            Thread.onSpinWait();
        }
    }
}
