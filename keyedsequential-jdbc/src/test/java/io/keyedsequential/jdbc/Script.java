package io.keyedsequential.jdbc;

import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** What bodies of tests do, by the text of their argument, and what they have done. */
final class Script {

    /** What a body does instead of nothing. */
    interface Act {
        void run() throws Exception;
    }

    private final Map<String, Act> acts = new ConcurrentHashMap<>();
    private final Map<String, Queue<String>> done = new ConcurrentHashMap<>();
    private final Map<String, CountDownLatch> begun = new ConcurrentHashMap<>();

    void when(String step, Act act) {
        acts.put(step, act);
    }

    void fixed(String step) {
        acts.remove(step);
    }

    void run(String key, String step) throws Exception {
        begunLatch(step).countDown();
        Act act = acts.get(step);
        if (act != null) {
            act.run();
        }
        done.computeIfAbsent(key, missing -> new ConcurrentLinkedQueue<>()).add(step);
    }

    void awaitBegun(String step) throws InterruptedException {
        if (!begunLatch(step).await(2, TimeUnit.MINUTES)) { // a last resort
            throw new AssertionError(step + " has not begun");
        }
    }

    private CountDownLatch begunLatch(String step) {
        return begun.computeIfAbsent(step, missing -> new CountDownLatch(1));
    }

    List<String> done(String key) {
        return List.copyOf(done.getOrDefault(key, new ConcurrentLinkedQueue<>()));
    }
}
