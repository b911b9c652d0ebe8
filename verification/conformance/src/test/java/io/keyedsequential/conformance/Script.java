package io.keyedsequential.conformance;

import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** What bodies do, by key and step, and what they have done, in all instances of a test's application. */
final class Script {

    /** What a body does instead of nothing. */
    interface Act {
        void run() throws Exception;
    }

    private record Step(String key, String name) {}

    private final Map<Step, Act> acts = new ConcurrentHashMap<>();
    private final Map<Step, CountDownLatch> begun = new ConcurrentHashMap<>();
    private final Map<String, Queue<String>> done = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> inside = new ConcurrentHashMap<>();
    private final Queue<String> overlaps = new ConcurrentLinkedQueue<>();

    void when(String key, String step, Act act) {
        acts.put(new Step(key, step), act);
    }

    void whenFails(String key, String step) {
        when(key, step, () -> {
            throw new IllegalStateException("no");
        });
    }

    void repair(String key, String step) {
        acts.remove(new Step(key, step));
    }

    /** A body. What it has done is noted when it has succeeded. */
    void run(String key, String step) {
        AtomicInteger bodies = inside.computeIfAbsent(key, missing -> new AtomicInteger());
        if (bodies.incrementAndGet() > 1) {
            overlaps.add(key + " at " + step);
        }
        try {
            latch(key, step).countDown();
            Act act = acts.get(new Step(key, step));
            if (act != null) {
                act.run();
            }
            done.computeIfAbsent(key, missing -> new ConcurrentLinkedQueue<>()).add(step);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        } finally {
            bodies.decrementAndGet();
        }
    }

    void awaitBegun(String key, String step) {
        Patience.await(latch(key, step));
    }

    private CountDownLatch latch(String key, String step) {
        return begun.computeIfAbsent(new Step(key, step), missing -> new CountDownLatch(1));
    }

    List<String> done(String key) {
        return List.copyOf(done.getOrDefault(key, new ConcurrentLinkedQueue<>()));
    }

    List<String> overlaps() {
        return List.copyOf(overlaps);
    }
}
