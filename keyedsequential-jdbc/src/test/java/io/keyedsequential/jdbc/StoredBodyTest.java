package io.keyedsequential.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyedsequential.CoordinatorOptions;
import io.keyedsequential.ExhaustedPolicy;
import io.keyedsequential.FailureDecision;
import io.keyedsequential.KeyedCoordinator;
import io.keyedsequential.RetryPolicy;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class StoredBodyTest {

    private static final Item ITEM = new Item(7, "place", null, "[]", null, null, null, Instant.EPOCH, 0, 0, null);

    /** Whatever the atom's policies say. */
    @Test
    void aRefusalIsNeitherRetriedNorParked() {
        try (KeyedCoordinator<String> orders = KeyedCoordinator.<String>builder("orders")
                .retryPolicy(RetryPolicy.builder().maxAttempts(3).build())
                .exhaustedPolicy(ExhaustedPolicy.PARK)
                .build()) {
            CoordinatorOptions options = orders.options();
            SecurityException refused = new SecurityException("no");
            assertThat(body(options).decide(refused)).isEqualTo(FailureDecision.of(ExhaustedPolicy.SKIP));
            assertThat(body(options).decide(new IllegalStateException("broken")).action())
                    .isEqualTo(FailureDecision.Action.RETRY);
        }
    }

    private static StoredBody body(CoordinatorOptions options) {
        return new StoredBody(ITEM, options, () -> false, SecurityException.class::isInstance, () -> null);
    }
}
