package io.keyedsequential.benchmarks;

import io.keyedsequential.benchmarks.contender.ContenderKind;
import io.keyedsequential.benchmarks.contender.Threads;
import io.keyedsequential.benchmarks.contender.VirtualThreads;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How fast many blocking operations go through on virtual threads. */
final class VirtualThreadsMode implements Mode {

    private static final String KEYS = "keys";
    private static final String PERMITS = "permits";
    private static final String OPERATIONS = "operations";

    @Override
    public String name() {
        return "vthreads";
    }

    @Override
    public String purpose() {
        return "operations per second with many permits and 1 ms blocking bodies on virtual threads (Java 21 or newer)";
    }

    @Override
    public Map<String, String> options() {
        Map<String, String> options = new LinkedHashMap<>();
        options.put(KEYS, "100k");
        options.put(PERMITS, "1000");
        options.put(OPERATIONS, "100k");
        options.put(Race.SAMPLE_MS, "500");
        options.put(Race.WARMUP, "3");
        options.put(Race.ROUNDS, "5");
        return options;
    }

    @Override
    public List<String> axes() {
        return List.of(KEYS, PERMITS);
    }

    @Override
    public List<Column> columns() {
        return Race.COLUMNS;
    }

    @Override
    public boolean suits(ContenderKind kind) {
        return kind.traits().anyExecutor();
    }

    @Override
    public void measure(Arguments arguments, Readings readings) throws InterruptedException {
        if (Runtime.version().feature() < VirtualThreads.SINCE) {
            readings.remark("needs Java " + VirtualThreads.SINCE);
            return;
        }
        if (!suits(arguments.contender())) {
            readings.remark("makes its own platform threads");
            return;
        }
        Long[] sequence = Keys.uniform(arguments.number(KEYS), arguments.number(OPERATIONS));
        try (Producers producers = new Producers(1)) {
            Sampler sampler = new Sampler(
                    producers, sequence, new CountedBody(Work.BLOCK), arguments.millisAsNanos(Race.SAMPLE_MS));
            Race.run(arguments, new Threads(arguments.number(PERMITS), true), sampler, readings);
        }
    }
}
