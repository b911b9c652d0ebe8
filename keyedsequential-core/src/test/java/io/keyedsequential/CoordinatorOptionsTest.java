package io.keyedsequential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;

class CoordinatorOptionsTest {

    private final Executor executor = Runnable::run;
    private final CoordinatorListener listener = new CoordinatorListener() {};

    private final RetryPolicy retryPolicy = RetryPolicy.attempts(4);

    private CoordinatorOptions everything() {
        return CoordinatorOptions.builder()
                .maxConcurrency(3)
                .perKeyConcurrency(2)
                .capacity(50)
                .capacityPerKey(7)
                .overflowPolicy(OverflowPolicy.BLOCK)
                .blockTimeout(Duration.ofSeconds(4))
                .fairScheduling(true)
                .window(9)
                .windowAge(Duration.ofSeconds(8))
                .closeTimeout(Duration.ofSeconds(6))
                .retryPolicy(retryPolicy)
                .exhaustedPolicy(ExhaustedPolicy.PARK)
                .exhaustedPolicy(IOException.class, ExhaustedPolicy.HALT)
                .queueTimeout(Duration.ofSeconds(11))
                .runTimeout(Duration.ofSeconds(12))
                .executor(executor)
                .listener(listener)
                .build();
    }

    private void assertEverything(CoordinatorOptions options) {
        assertThat(options.maxConcurrency()).isEqualTo(3);
        assertThat(options.perKeyConcurrency()).isEqualTo(2);
        assertThat(options.capacity()).isEqualTo(50);
        assertThat(options.capacityPerKey()).isEqualTo(7);
        assertThat(options.overflowPolicy()).isEqualTo(OverflowPolicy.BLOCK);
        assertThat(options.blockTimeout()).isEqualTo(Duration.ofSeconds(4));
        assertThat(options.fairScheduling()).isTrue();
        assertThat(options.window()).isEqualTo(9);
        assertThat(options.windowAge()).isEqualTo(Duration.ofSeconds(8));
        assertThat(options.closeTimeout()).isEqualTo(Duration.ofSeconds(6));
        assertThat(options.retryPolicy()).isSameAs(retryPolicy);
        assertThat(options.exhaustedPolicy()).isEqualTo(ExhaustedPolicy.PARK);
        assertThat(options.exhaustedPolicies()).isEqualTo(Map.of(IOException.class, ExhaustedPolicy.HALT));
        assertThat(options.queueTimeout()).isEqualTo(Duration.ofSeconds(11));
        assertThat(options.runTimeout()).isEqualTo(Duration.ofSeconds(12));
        assertThat(options.executor()).isSameAs(executor);
        assertThat(options.listener()).isSameAs(listener);
    }

    @Test
    void everyOptionIsKept() {
        assertEverything(everything());
    }

    @Test
    void everyOptionIsTakenOverByABuilderAndByACoordinator() {
        assertEverything(CoordinatorOptions.builder().options(everything()).build());
        try (KeyedCoordinator<String> orders =
                KeyedCoordinator.<String>builder("orders").options(everything()).build()) {
            assertEverything(orders.options());
            assertThat(orders.name()).isEqualTo("orders");
            assertThat(orders.stats().maxConcurrency()).isEqualTo(3);
        }
        try (KeyedSequentialAtom<String, String> atom = KeyedSequentialAtom.<String, String>builder(
                        item -> item, item -> {})
                .options(everything())
                .build()) {
            assertEverything(atom.coordinator().options());
        }
    }

    @Test
    void takingOverReplacesWhatABuilderWasTold() {
        CoordinatorOptions.Builder told = CoordinatorOptions.builder()
                .retryPolicy(RetryPolicy.attempts(9))
                .exhaustedPolicy(ExhaustedPolicy.HALT)
                .exhaustedPolicy(FileNotFoundException.class, ExhaustedPolicy.PARK)
                .queueTimeout(Duration.ofSeconds(1))
                .runTimeout(Duration.ofSeconds(1));
        assertEverything(told.options(everything()).build());
        assertThatFailureAndTimeAreDefaults(
                told.options(CoordinatorOptions.builder().build()).build());
    }

    @Test
    void aBuilderThatGoesOnDoesNotChangeWhatItHasBuilt() {
        CoordinatorOptions.Builder builder =
                CoordinatorOptions.builder().exhaustedPolicy(IOException.class, ExhaustedPolicy.PARK);
        CoordinatorOptions options = builder.build();
        builder.exhaustedPolicy(IOException.class, ExhaustedPolicy.HALT)
                .exhaustedPolicy(FileNotFoundException.class, ExhaustedPolicy.SKIP);
        assertThat(options.exhaustedPolicies()).isEqualTo(Map.of(IOException.class, ExhaustedPolicy.PARK));
        assertThat(builder.build().exhaustedPolicies())
                .isEqualTo(Map.of(
                        IOException.class, ExhaustedPolicy.HALT, FileNotFoundException.class, ExhaustedPolicy.SKIP));
        assertThatThrownBy(() -> options.exhaustedPolicies().clear()).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void aDefaultExhaustedPolicyThatIsTakenOverContradictsNoRefinement() {
        assertThat(CoordinatorOptions.builder()
                        .options(CoordinatorOptions.builder().build())
                        .exhaustedPolicy(Throwable.class, ExhaustedPolicy.PARK)
                        .build()
                        .exhaustedPolicies())
                .hasSize(1);
    }

    @Test
    void optionsThatBlockNeverAndRememberNothingCanBeTakenOver() {
        CoordinatorOptions options = CoordinatorOptions.builder()
                .overflowPolicy(OverflowPolicy.REJECT)
                .window(0)
                .build();
        CoordinatorOptions copy = CoordinatorOptions.builder().options(options).build();
        assertThat(copy.overflowPolicy()).isEqualTo(OverflowPolicy.REJECT);
        assertThat(copy.window()).isZero();
    }

    /** What was a default stays one: a builder that starts from options must not turn it into a contradiction. */
    @Test
    void anOptionChangedAfterTakingOverDoesNotContradictADefault() {
        CoordinatorOptions defaults = CoordinatorOptions.builder().build();
        assertThat(CoordinatorOptions.builder()
                        .options(defaults)
                        .capacity(10)
                        .build()
                        .capacityPerKey())
                .isEqualTo(10);
        assertThat(CoordinatorOptions.builder()
                        .options(defaults)
                        .overflowPolicy(OverflowPolicy.REJECT)
                        .build()
                        .overflowPolicy())
                .isEqualTo(OverflowPolicy.REJECT);
        assertThat(CoordinatorOptions.builder()
                        .options(defaults)
                        .window(0)
                        .build()
                        .window())
                .isZero();
    }

    @Test
    void theDefaultsAreTheConstants() {
        CoordinatorOptions options = CoordinatorOptions.builder().build();
        assertThat(options.maxConcurrency()).isEqualTo(Runtime.getRuntime().availableProcessors());
        assertThat(options.perKeyConcurrency()).isEqualTo(1);
        assertThat(options.capacity()).isEqualTo(10_000);
        assertThat(options.capacityPerKey()).isEqualTo(10_000);
        assertThat(options.overflowPolicy()).isEqualTo(OverflowPolicy.BLOCK);
        assertThat(options.blockTimeout()).isEqualTo(Duration.ofSeconds(30));
        assertThat(options.fairScheduling()).isFalse();
        assertThat(options.window()).isEqualTo(200);
        assertThat(options.windowAge()).isEqualTo(Duration.ofMinutes(5));
        assertThat(options.closeTimeout()).isEqualTo(Duration.ofSeconds(10));
        assertThat(options.executor()).isNull();
        assertThat(options.listener()).isSameAs(CoordinatorListener.NO_OP);
        assertThat(CoordinatorOptions.builder().capacity(5).build().capacityPerKey())
                .isEqualTo(5);
        assertThatFailureAndTimeAreDefaults(options);
    }

    private static void assertThatFailureAndTimeAreDefaults(CoordinatorOptions options) {
        assertThat(options.retryPolicy())
                .isSameAs(RetryPolicy.none())
                .isSameAs(CoordinatorOptions.DEFAULT_RETRY_POLICY);
        assertThat(options.exhaustedPolicy())
                .isEqualTo(ExhaustedPolicy.SKIP)
                .isEqualTo(CoordinatorOptions.DEFAULT_EXHAUSTED_POLICY);
        assertThat(options.exhaustedPolicies()).isEmpty();
        assertThat(options.queueTimeout()).isNull();
        assertThat(options.runTimeout()).isNull();
    }

    @Test
    void theTextNamesTheOptions() {
        assertThat(everything().toString())
                .startsWith("CoordinatorOptions[maxConcurrency=3, perKeyConcurrency=2, capacity=50, capacityPerKey=7")
                .contains("retryPolicy=RetryPolicy[maxAttempts=4", "exhaustedPolicy=PARK")
                .endsWith("queueTimeout=PT11S, runTimeout=PT12S]");
        assertThat(CoordinatorOptions.builder().build().toString()).endsWith("queueTimeout=none, runTimeout=none]");
    }
}
