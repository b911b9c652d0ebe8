package io.keyedsequential.benchmarks;

import java.util.List;

/**
 * How a figure scatters. The median, because one disturbed sample on a shared machine must not move the result.
 *
 * @param count how many values there were
 * @param least the smallest
 * @param median the middle one, or the mean of the two middle ones
 * @param most the largest
 */
record Spread(int count, double least, double median, double most) {

    static Spread of(List<Double> values) {
        if (values.isEmpty()) {
            throw new IllegalArgumentException("nothing to summarise");
        }
        double[] sorted =
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        int middle = sorted.length / 2;
        double median = sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Spread(sorted.length, sorted[0], median, sorted[sorted.length - 1]);
    }
}
