package io.keyedsequential.webhooks;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;

/** Waiting in tests; the limit is a last resort. */
final class Patience {

    private Patience() {}

    static void until(ThrowingRunnable holds) {
        Awaitility.await().atMost(Duration.ofMinutes(10)).untilAsserted(holds);
    }
}
