package io.keyedsequential.jdbc.benchmarks;

import java.util.concurrent.ThreadLocalRandom;

/** How long a call of a calm atom waits while a hot one has 400 lanes of 50 ms bodies, with eight permits each. */
final class Isolation {

    private static final int LANES = 400;
    private static final int PAUSE_MILLIS = 20;
    private static final double MOST_MORE_MILLIS = 20;

    private final Application application;
    private final int rounds;
    private final int calls;
    private final Report report;

    Isolation(Application application, int rounds, int calls, Report report) {
        this.application = application;
        this.rounds = rounds;
        this.calls = calls;
        this.report = report;
    }

    void run() throws InterruptedException {
        double[] alone = new double[rounds * calls];
        double[] beside = new double[rounds * calls];
        application.controls("hot").pause();
        heat();
        for (int round = 0; round < rounds; round++) {
            measure(alone, round * calls);
            application.controls("hot").resume();
            measure(beside, round * calls);
            application.controls("hot").pause();
        }
        double more = Figures.percentile(beside, 0.95) - Figures.percentile(alone, 0.95);
        report.line("start of a call of a calm atom, alone", Figures.percentiles(alone), "");
        report.line(
                "start of a call of a calm atom, beside a hot one",
                Figures.percentiles(beside) + ", p95 %s ms later".formatted(Figures.rounded(more)),
                Figures.bar(more <= MOST_MORE_MILLIS, "p95 ≤ 20 ms later"));
        application.jdbc().update("delete from keyed_item where atom = 'hot'");
    }

    /** More work than is done while calls of the other atom are measured. */
    private void heat() {
        int callsOfALane = 1 + rounds * calls / 60; // twice what is expected to be enough
        for (int call = 0; call < LANES * callsOfALane; call++) {
            application.calls().hot("h" + call % LANES, call);
        }
    }

    private void measure(double[] delays, int from) throws InterruptedException {
        for (int number = 0; number < calls; number++) {
            Bodies.Round one = Bodies.begin(1);
            long before = System.nanoTime();
            application.calls().calm("c" + number, 0);
            one.await();
            delays[from + number] = (one.at(0) - before) / 1e6;
            Thread.sleep(ThreadLocalRandom.current().nextInt(PAUSE_MILLIS));
        }
    }
}
