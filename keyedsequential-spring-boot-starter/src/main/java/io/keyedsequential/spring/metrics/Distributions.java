package io.keyedsequential.spring.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.core.instrument.distribution.HistogramSnapshot;
import org.jspecify.annotations.Nullable;

/** Which timers keep more of what they are told than sums and a maximum. */
final class Distributions {

    /** Hands on each time; its server makes percentiles. */
    private static final String STATSD = "io.micrometer.statsd.";

    /** May keep buckets that its timers do not show. */
    private static final String OTLP = "io.micrometer.registry.otlp.";

    private Distributions() {}

    /**
     * Whether a timer has percentiles, buckets or thresholds, as configured for its name, or may have and does
     * not tell.
     *
     * @param timer of the registry
     * @param registry if it is made of several, one of them is enough
     */
    static boolean isKept(Timer timer, MeterRegistry registry) {
        if (!(registry instanceof CompositeMeterRegistry composite)) {
            HistogramSnapshot snapshot = timer.takeSnapshot();
            String type = timer.getClass().getName();
            return snapshot.histogramCounts().length > 0
                    || snapshot.percentileValues().length > 0
                    || type.startsWith(STATSD)
                    || type.startsWith(OTLP);
        }
        for (MeterRegistry each : composite.getRegistries()) {
            Timer part = partOf(timer, each);
            if (part != null && isKept(part, each)) {
                return true;
            }
        }
        return false;
    }

    private static @Nullable Timer partOf(Timer timer, MeterRegistry registry) {
        return registry.find(timer.getId().getName())
                .tags(timer.getId().getTags())
                .timer();
    }
}
