package io.keyedsequential.benchmarks;

import io.keyedsequential.benchmarks.contender.ContenderKind;
import java.util.List;
import java.util.Map;

/** One question that can be asked of a contender. */
interface Mode {

    /** The word on the command line. */
    String name();

    /** The question, in one line. */
    String purpose();

    /** Its own options with their defaults, in the order in which they are shown. */
    Map<String, String> options();

    /** Those of the options that may list several values; every combination is measured and is a row. */
    List<String> axes();

    /** What it reports, in the order of the table. */
    List<Column> columns();

    /** Whether the question makes sense for a contender; decides what {@code --contender all} means. */
    boolean suits(ContenderKind kind);

    /** Measures. Runs in a JVM of its own that ends afterwards. */
    void measure(Arguments arguments, Readings readings) throws Exception;
}
