package io.keyedsequential.jdbc.benchmarks;

import java.io.PrintStream;

/** A table in Markdown, a line at a time. */
final class Report {

    private final PrintStream out;

    Report(PrintStream out) {
        this.out = out;
        out.println("| what | figure | bar met? |");
        out.println("|---|---|---|");
    }

    void line(String what, String figure, String bar) {
        out.printf("| %s | %s | %s |%n", what, figure, bar);
    }
}
