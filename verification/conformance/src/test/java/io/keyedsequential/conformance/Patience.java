package io.keyedsequential.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;

/** Waiting in tests; the limits are a last resort. */
final class Patience {

    private static final int MINUTES = 2;

    private Patience() {}

    static void until(ThrowingRunnable holds) {
        Awaitility.await()
                .atMost(Duration.ofMinutes(MINUTES))
                .ignoreExceptions()
                .pollInterval(Duration.ofMillis(10))
                .untilAsserted(holds);
    }

    static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(MINUTES, TimeUnit.MINUTES))
                    .as("%d to come", latch.getCount())
                    .isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
