package io.keyedsequential.jdbc.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

/**
 * Calls a second, from the first call to the end of the last one: eight callers, sixteen permits, bodies that do nothing. The
 * contenders take turns.
 */
final class Throughput {

    private static final int CALLERS = 8;
    private static final int KEYS = 200;

    /** Waits until nothing is stored any more. */
    private interface Emptied {
        void await() throws InterruptedException;
    }

    private record Contender(
            String name, IntConsumer call, Emptied emptied, List<Double> readings, List<Double> processor) {
        Contender(String name, IntConsumer call, Emptied emptied) {
            this(name, call, emptied, new ArrayList<>(), new ArrayList<>());
        }
    }

    private final Application application;
    private final PlainTasks plain;
    private final int rounds;
    private final int calls;
    private final Report report;

    Throughput(Application application, PlainTasks plain, int rounds, int calls, Report report) {
        this.application = application;
        this.plain = plain;
        this.rounds = rounds;
        this.calls = calls;
        this.report = report;
    }

    void run() throws InterruptedException {
        Contender floor = new Contender("plain task", plain::call, plain::awaitEmpty);
        Calls target = application.calls();
        Contender single = new Contender(
                "200 keys",
                number -> target.single("k" + number % KEYS, number),
                () -> application.awaitEmpty("single"));
        Contender batched = new Contender(
                "200 keys, completion-batch 16",
                number -> target.batched("k" + number % KEYS, number),
                () -> application.awaitEmpty("batched"));
        Contender alone = new Contender(
                "one call a key",
                number -> target.single("one" + number, number),
                () -> application.awaitEmpty("single"));
        for (int round = -1; round < rounds; round++) { // the first one warms up
            for (Contender contender : List.of(floor, single, batched, alone)) {
                double before = Processor.millis(application.jdbc());
                double reading = measure(contender);
                double processor = Processor.millis(application.jdbc()) - before;
                if (round >= 0) {
                    contender.readings().add(reading);
                    contender.processor().add(processor / calls);
                }
            }
        }
        report.line("plain task of db-scheduler for each call", perSecond(floor) + " calls/s, " + processor(floor), "");
        tell(single, 1.5, floor);
        tell(batched, 3, floor);
        tell(alone, 1, floor);
    }

    private void tell(Contender contender, double bar, Contender floor) {
        double[] ratios = new double[rounds];
        for (int round = 0; round < rounds; round++) {
            ratios[round] = contender.readings().get(round) / floor.readings().get(round);
        }
        double ratio = Figures.percentile(ratios, 0.5);
        report.line(
                contender.name(),
                "%s calls/s, %s times the plain task (%s to %s), %s"
                        .formatted(
                                perSecond(contender),
                                Figures.rounded(ratio),
                                Figures.rounded(Figures.percentile(ratios, 0)),
                                Figures.rounded(Figures.percentile(ratios, 1)),
                                processor(contender)),
                Figures.bar(ratio >= bar, "≥ " + bar));
    }

    private static String perSecond(Contender contender) {
        return Figures.rounded(Figures.median(contender.readings()));
    }

    /** Of JVM and server together. */
    private static String processor(Contender contender) {
        return Figures.rounded(Figures.median(contender.processor())) + " ms of processor a call";
    }

    private double measure(Contender contender) throws InterruptedException {
        Bodies.Round round = Bodies.begin(calls);
        AtomicInteger next = new AtomicInteger();
        long begun = System.nanoTime();
        List<Thread> callers = new ArrayList<>();
        for (int i = 0; i < CALLERS; i++) {
            Thread caller = new Thread(() -> {
                for (int number = next.getAndIncrement(); number < calls; number = next.getAndIncrement()) {
                    contender.call().accept(number);
                }
            });
            caller.start();
            callers.add(caller);
        }
        for (Thread caller : callers) {
            caller.join();
        }
        round.await();
        contender.emptied().await();
        return calls / ((System.nanoTime() - begun) / 1e9);
    }
}
