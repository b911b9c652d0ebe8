package io.keyedsequential.benchmarks;

import java.util.Locale;

/**
 * One figure of a table.
 *
 * @param name what the fork calls it
 * @param heading what the table calls it, with its unit
 * @param decimals digits after the point
 */
record Column(String name, String heading, int decimals) {

    /** The median over the forks and, if there were several, the smallest and the largest. */
    String format(Spread spread) {
        String median = number(spread.median());
        return spread.count() == 1
                ? median
                : "%s (%s – %s)".formatted(median, number(spread.least()), number(spread.most()));
    }

    private String number(double value) {
        return String.format(Locale.ROOT, "%,." + decimals + "f", value);
    }
}
