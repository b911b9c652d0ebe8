package io.keyedsequential.kafka.benchmarks;

import java.util.List;
import java.util.Locale;

/** What is made of many readings. */
final class Figures {

    private Figures() {}

    static double median(List<Double> readings) {
        return percentile(readings, 0.5);
    }

    /**
     * The value below which that part of the readings is.
     *
     * @param part from 0 to 1
     */
    static double percentile(List<Double> readings, double part) {
        List<Double> sorted = readings.stream().sorted().toList();
        return sorted.get(Math.min(sorted.size() - 1, (int) (part * sorted.size())));
    }

    /** Median, least and greatest. */
    static String spread(List<Double> readings) {
        return "%s (%s to %s)"
                .formatted(
                        rounded(median(readings)), rounded(percentile(readings, 0)), rounded(percentile(readings, 1)));
    }

    static String rounded(double value) {
        return value >= 100 ? String.format(Locale.ROOT, "%,.0f", value) : String.format(Locale.ROOT, "%.2f", value);
    }

    /** Whether a bar is met, in words. */
    static String bar(boolean met, String bar) {
        return (met ? "yes: " : "NO: ") + bar;
    }
}
