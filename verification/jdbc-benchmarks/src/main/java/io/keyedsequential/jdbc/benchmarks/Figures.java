package io.keyedsequential.jdbc.benchmarks;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What is made of many readings. */
final class Figures {

    private Figures() {}

    static double median(List<Double> readings) {
        return readings.stream().sorted().toList().get(readings.size() / 2);
    }

    /**
     * The value below which that part of the readings is.
     *
     * @param part from 0 to 1
     */
    static double percentile(double[] readings, double part) {
        double[] sorted = readings.clone();
        Arrays.sort(sorted);
        return sorted[Math.min(sorted.length - 1, (int) (part * sorted.length))];
    }

    /** Median and 95th percentile of milliseconds. */
    static String percentiles(double[] millis) {
        return "p50 %s ms, p95 %s ms".formatted(rounded(percentile(millis, 0.5)), rounded(percentile(millis, 0.95)));
    }

    static String rounded(double value) {
        return value >= 100 ? String.format(Locale.ROOT, "%,.0f", value) : String.format(Locale.ROOT, "%.2f", value);
    }

    /** Whether a bar is met, in words. */
    static String bar(boolean met, String bar) {
        return (met ? "yes: " : "NO: ") + bar;
    }
}
