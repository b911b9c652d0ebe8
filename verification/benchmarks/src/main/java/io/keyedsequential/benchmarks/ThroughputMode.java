package io.keyedsequential.benchmarks;

import io.keyedsequential.benchmarks.contender.ContenderKind;
import io.keyedsequential.benchmarks.contender.Threads;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** How fast operations go through, compared with a pool that keeps no order. */
final class ThroughputMode implements Mode {

    private static final String WORKLOAD = "workload";
    private static final String BODY = "body";
    private static final String PRODUCERS = "producers";
    private static final String PERMITS = "permits";
    private static final String OPERATIONS = "operations";
    private static final String BACKLOG = "backlog";

    @Override
    public String name() {
        return "throughput";
    }

    @Override
    public String purpose() {
        return "operations per second on platform threads, as a ratio to an unordered pool in the same JVM";
    }

    @Override
    public Map<String, String> options() {
        Map<String, String> options = new LinkedHashMap<>();
        options.put(WORKLOAD, "1,16,1k,100k,1M,zipf");
        options.put(BODY, "empty");
        options.put(PRODUCERS, "1");
        options.put(PERMITS, "2");
        options.put(OPERATIONS, "auto");
        options.put(BACKLOG, String.valueOf(Producers.UNLIMITED));
        options.put(Race.SAMPLE_MS, "300");
        options.put(Race.WARMUP, "3");
        options.put(Race.ROUNDS, "5");
        return options;
    }

    @Override
    public List<String> axes() {
        return List.of(WORKLOAD, BODY, PRODUCERS, BACKLOG);
    }

    @Override
    public List<Column> columns() {
        return Race.COLUMNS;
    }

    @Override
    public boolean suits(ContenderKind kind) {
        return true;
    }

    @Override
    public void measure(Arguments arguments, Readings readings) throws InterruptedException {
        Work work = Work.valueOf(arguments.text(BODY).toUpperCase(Locale.ROOT));
        Long[] sequence = Keys.sequence(arguments.text(WORKLOAD), operations(arguments, work));
        try (Producers producers = new Producers(arguments.number(PRODUCERS), arguments.number(BACKLOG))) {
            Sampler sampler =
                    new Sampler(producers, sequence, new CountedBody(work), arguments.millisAsNanos(Race.SAMPLE_MS));
            Race.run(arguments, new Threads(arguments.number(PERMITS), false), sampler, readings);
        }
    }

    private static int operations(Arguments arguments, Work work) {
        if (!arguments.text(OPERATIONS).equals("auto")) {
            return arguments.number(OPERATIONS);
        }
        // Twice as many as keys, where bodies are short enough: otherwise most keys would be used once or not at all.
        return work == Work.EMPTY
                ? Math.max(work.operations, 2 * Keys.count(arguments.text(WORKLOAD)))
                : work.operations;
    }
}
