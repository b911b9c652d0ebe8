package io.keyedsequential.benchmarks;

import io.keyedsequential.benchmarks.contender.ContenderKind;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The parent's work: every row, every fork, one table.
 *
 * <p>The first fork of every row comes before the second of any: if the machine slows down for a minute, all contenders
 * have a bad fork rather than one contender five.
 */
final class Comparison {

    private final Mode mode;
    private final Arguments arguments;
    private final PrintStream out;
    private final List<String> axes = new ArrayList<>();

    Comparison(Mode mode, Arguments arguments, PrintStream out) {
        this.mode = mode;
        this.arguments = arguments;
        this.out = out;
        axes.addAll(mode.axes());
        axes.add(Options.CONTENDER);
    }

    /** Runs everything and prints the table; returns the exit code. */
    int run() throws InterruptedException {
        Map<Arguments, Outcome> rows = new LinkedHashMap<>();
        chosen().combinations(axes).forEach(row -> rows.put(row, new Outcome()));
        rows.keySet().forEach(Arguments::contender); // a misspelt name fails before anything is measured
        boolean failed = false;
        int forks = arguments.number(Options.FORKS);
        for (int fork = 1; fork <= forks; fork++) {
            for (Map.Entry<Arguments, Outcome> row : rows.entrySet()) {
                System.err.printf("fork %d of %d: %s%n", fork, forks, label(row.getKey()));
                failed |= !measured(row.getKey(), row.getValue());
            }
        }
        print(rows);
        return failed ? 1 : 0;
    }

    private boolean measured(Arguments row, Outcome outcome) throws InterruptedException {
        int firstJava = row.contender().traits().firstJava();
        if (Runtime.version().feature() < firstJava) {
            outcome.addRemark("needs Java " + firstJava);
            return true;
        }
        Fork fork = Fork.run(mode, row);
        outcome.addFork(fork.lines());
        if (!fork.failure().isEmpty()) {
            outcome.addRemark(fork.failure());
        }
        return fork.failure().isEmpty();
    }

    private Arguments chosen() {
        if (!arguments.text(Options.CONTENDER).equals("all")) {
            return arguments;
        }
        List<String> suitable = Arrays.stream(ContenderKind.values())
                .filter(mode::suits)
                .map(ContenderKind::label)
                .toList();
        return arguments.with(Options.CONTENDER, String.join(",", suitable));
    }

    private String label(Arguments row) {
        return String.join(" ", axes.stream().map(row::text).toList());
    }

    private void print(Map<Arguments, Outcome> rows) {
        List<String> headings = new ArrayList<>(axes);
        mode.columns().forEach(column -> headings.add(column.heading()));
        headings.add("remarks");
        MarkdownTable table = new MarkdownTable(headings);
        rows.forEach((row, outcome) -> {
            List<String> cells = new ArrayList<>();
            axes.forEach(axis -> cells.add(row.text(axis)));
            mode.columns()
                    .forEach(column ->
                            cells.add(outcome.spread(column).map(column::format).orElse("")));
            cells.add(outcome.remarks());
            table.row(cells);
        });
        out.printf(
                "%s; Java %s, %d processors, %s forks; median (least – most) over the forks%n%n%s",
                mode.purpose(),
                Runtime.version(),
                Runtime.getRuntime().availableProcessors(),
                arguments.text(Options.FORKS),
                table);
    }
}
