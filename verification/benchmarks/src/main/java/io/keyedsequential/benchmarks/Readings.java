package io.keyedsequential.benchmarks;

import java.io.OutputStream;
import java.io.PrintStream;

/** What a fork tells its parent: one line for each figure or remark, on standard output. */
final class Readings {

    static final String FIGURE = "figure ";
    static final String REMARK = "remark ";

    private final PrintStream out;
    private boolean violated;

    Readings(PrintStream out) {
        this.out = out;
    }

    /** For rounds that only warm up: nobody reads them. */
    static Readings discarded() {
        return new Readings(new PrintStream(OutputStream.nullOutputStream()));
    }

    /** A figure of one round; a column may get as many as there are rounds. */
    void figure(String column, double value) {
        out.println(FIGURE + column + ' ' + value);
    }

    /** Something that a reader of the table should know. */
    void remark(String text) {
        out.println(REMARK + text.replace('\n', ' '));
    }

    /** A promise was broken: the whole run fails. */
    void violation(String text) {
        violated = true;
        remark("VIOLATION: " + text);
    }

    boolean violated() {
        return violated;
    }
}
