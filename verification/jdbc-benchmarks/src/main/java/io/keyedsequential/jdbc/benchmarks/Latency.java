package io.keyedsequential.jdbc.benchmarks;

import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.IntConsumer;

/**
 * From before a call to the start of its body, one call at a time. On the same instance beside the plain task, in turns; and on another
 * one, while the caller's has no room.
 */
final class Latency {

    /** How often an instance looks for what others have stored. */
    static final int POLLING_MILLIS = 200;

    private static final int PAUSE_MILLIS = 5;

    private final Application application;
    private final PlainTasks plain;
    private final String url;
    private final int rounds;
    private final int calls;
    private final Report report;

    Latency(Application application, PlainTasks plain, String url, int rounds, int calls, Report report) {
        this.application = application;
        this.plain = plain;
        this.url = url;
        this.rounds = rounds;
        this.calls = calls;
        this.report = report;
    }

    void run() throws InterruptedException {
        double[] ours = new double[rounds * calls];
        double[] theirs = new double[rounds * calls];
        for (int round = 0; round < rounds; round++) {
            measure(plain::call, PAUSE_MILLIS, theirs, round * calls, calls);
            measure(
                    number -> application.calls().single("l" + number, number),
                    PAUSE_MILLIS,
                    ours,
                    round * calls,
                    calls);
        }
        double plainMedian = Figures.percentile(theirs, 0.5);
        double median = Figures.percentile(ours, 0.5);
        report.line("start of a plain task, same instance", Figures.percentiles(theirs), "");
        report.line(
                "start of a call, same instance",
                Figures.percentiles(ours) + ", p50 %s times".formatted(Figures.rounded(median / plainMedian)),
                Figures.bar(median <= 3 * plainMedian, "p50 ≤ 3 times the plain task's"));
        elsewhere();
    }

    private void elsewhere() throws InterruptedException {
        double[] delays = new double[calls];
        try (Application caller =
                Application.start(url, "caller", "keyedsequential.atoms.elsewhere.max-concurrency=1")) {
            fill(caller);
            measure(number -> caller.calls().elsewhere("e" + number, number), POLLING_MILLIS, delays, 0, calls);
            Calls.letGo();
        }
        report.line(
                "start of a call, another instance",
                Figures.percentiles(delays)
                        + ", at most %s ms".formatted(Figures.rounded(Figures.percentile(delays, 1))),
                Figures.bar(
                        Figures.percentile(delays, 0.95) <= POLLING_MILLIS + 10,
                        "p95 ≤ polling interval (%d ms) + 10 ms".formatted(POLLING_MILLIS)));
    }

    /** Takes the only permit of the caller's instance. */
    private static void fill(Application caller) throws InterruptedException {
        for (int attempt = 0; attempt < Application.PERMITS - 1; attempt++) {
            String key = Calls.HOLDS + attempt;
            caller.calls().elsewhere(key, 0);
            String holder = holder(caller, key);
            if (holder.equals("caller")) {
                return;
            }
        }
        throw new IllegalStateException("the other instance was always faster");
    }

    private static String holder(Application caller, String key) throws InterruptedException {
        while (true) {
            List<String> holders = caller.jdbc()
                    .queryForList(
                            "select picked_by from keyed_lane where task_instance = ? and picked = true",
                            String.class,
                            key);
            if (!holders.isEmpty()) {
                return holders.get(0);
            }
            Thread.sleep(2);
        }
    }

    /** After each one, a pause of any length up to that: calls must not fall into step with the polls. */
    private static void measure(IntConsumer call, int pauseMillis, double[] delays, int from, int calls)
            throws InterruptedException {
        for (int number = 0; number < calls; number++) {
            Bodies.Round one = Bodies.begin(1);
            long before = System.nanoTime();
            call.accept(0);
            one.await();
            delays[from + number] = (one.at(0) - before) / 1e6;
            Thread.sleep(ThreadLocalRandom.current().nextInt(pauseMillis));
        }
    }
}
