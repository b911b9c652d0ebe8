package io.keyedsequential.jdbc.benchmarks;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Many stored calls in many lanes, of an atom that is paused: what an instance keeps of them, and how fast its endpoint answers. */
final class StoredItems {

    private static final int LANES = 10_000;
    private static final List<String> PATHS = List.of("", "/stored", "/stored/k1");

    /** How long what was read of the database is shown again, and some more. */
    private static final int CACHED_MILLIS = 6000;

    private static final double MOST_MILLIS = 1000;
    private static final double MOST_MORE_MEGABYTES = 5;

    private final Application application;
    private final int items;
    private final int rounds;
    private final Report report;

    StoredItems(Application application, int items, int rounds, Report report) {
        this.application = application;
        this.items = items;
        this.rounds = rounds;
        this.report = report;
    }

    void run() throws IOException, InterruptedException {
        application.controls("stored").pause();
        ask(""); // all classes are there
        ask("/stored");
        double before = heapMegabytes();
        store();
        Map<String, Double> slowest = new LinkedHashMap<>();
        int longest = 0;
        for (int round = 0; round < rounds; round++) {
            Thread.sleep(round == 0 ? 0 : CACHED_MILLIS);
            for (int path = 0;
                    path < PATHS.size();
                    path++) { // each is the first one in its turn, and finds nothing in the cache
                String asked = PATHS.get((path + round) % PATHS.size());
                long begun = System.nanoTime();
                String answer = ask(asked);
                slowest.merge(asked, (System.nanoTime() - begun) / 1e6, Math::max);
                longest = Math.max(longest, answer.length());
            }
        }
        double more = heapMegabytes() - before;
        String stored = "%,d stored calls in %,d lanes".formatted(items, LANES);
        report.line(
                stored + ": heap of an instance",
                "%s MB, %s MB more than without".formatted(Figures.rounded(before + more), Figures.rounded(more)),
                Figures.bar(more <= MOST_MORE_MEGABYTES, "does not grow (≤ %.0f MB)".formatted(MOST_MORE_MEGABYTES)));
        report.line(
                stored + ": slowest answer of the endpoint",
                "%s ms for all atoms, %s ms for one, %s ms for a lane; at most %,d characters"
                        .formatted(
                                Figures.rounded(slowest.getOrDefault(PATHS.get(0), 0.0)),
                                Figures.rounded(slowest.getOrDefault(PATHS.get(1), 0.0)),
                                Figures.rounded(slowest.getOrDefault(PATHS.get(2), 0.0)),
                                longest),
                Figures.bar(slowest.values().stream().allMatch(millis -> millis < MOST_MILLIS), "< 1 s"));
        application.jdbc().execute("truncate keyed_item");
        application.jdbc().execute("delete from keyed_lane where task_name = 'stored'");
    }

    /** One call by the method, and as many like it as it takes; then a lane for each key, as the waker makes them. */
    private void store() throws InterruptedException {
        application.calls().stored("k0", 0);
        application
                .jdbc()
                .update(
                        "insert into keyed_item (atom, item_key, operation, arguments)"
                                + " select i.atom, 'k' || n % ?, i.operation, i.arguments"
                                + " from (select * from keyed_item where atom = 'stored' limit 1) i, generate_series(1, ?) n",
                        LANES, items - 1);
        application
                .jdbc()
                .update("insert into keyed_lane (task_name, task_instance, execution_time, picked, version)"
                        + " select distinct atom, item_key, current_timestamp, false, 1 from keyed_item where atom = 'stored'"
                        + " on conflict do nothing");
        application.jdbc().execute("analyze keyed_item");
        application.jdbc().execute("analyze keyed_lane");
        Thread.sleep(2000); // the sweeper has looked at them
    }

    /** What is reachable. */
    private static double heapMegabytes() throws InterruptedException {
        for (int i = 0; i < 3; i++) {
            System.gc();
            Thread.sleep(200);
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() / 1e6;
    }

    private String ask(String path) throws IOException, InterruptedException {
        URI uri = URI.create("http://localhost:" + application.port() + "/actuator/keyedatoms" + path);
        HttpResponse<String> answer = HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IllegalStateException(uri + ": " + answer.statusCode() + " " + answer.body());
        }
        return answer.body();
    }
}
