package io.keyedsequential.spring.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.core.instrument.distribution.HistogramSnapshot;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which timers keep more of what they are told than sums and a maximum. */
final class Distributions {

    /**
     * StatsD hands on each time, and its server makes percentiles; OTLP may keep buckets that its timers do not show.
     */
    private static final List<String> NEVER_SHOWN = List.of("io.micrometer.statsd.", "io.micrometer.registry.otlp.");

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
            return snapshot.histogramCounts().length > 0
                    || snapshot.percentileValues().length > 0
                    || NEVER_SHOWN.stream().anyMatch(timer.getClass().getName()::startsWith);
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
