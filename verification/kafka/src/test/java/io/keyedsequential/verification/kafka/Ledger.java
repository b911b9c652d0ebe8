package io.keyedsequential.verification.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** What bodies have done, over all instances of a group in this process: the numbers of each key as they ran. */
final class Ledger {

    private final Map<String, Queue<Integer>> runs = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> atOnce = new ConcurrentHashMap<>();
    private final Queue<String> overlaps = new ConcurrentLinkedQueue<>();
    private final AtomicInteger total = new AtomicInteger();

    /** A body: some work, and a note. */
    void run(String key, int number, Runnable work) {
        AtomicInteger now = atOnce.computeIfAbsent(key, added -> new AtomicInteger());
        if (now.incrementAndGet() > 1) {
            overlaps.add(key + " " + number);
        }
        try {
            work.run();
            runs.computeIfAbsent(key, added -> new ConcurrentLinkedQueue<>()).add(number);
            total.incrementAndGet();
        } finally {
            now.decrementAndGet();
        }
    }

    /** What a key has run, in its order. */
    List<Integer> of(String key) {
        return List.copyOf(runs.getOrDefault(key, new ConcurrentLinkedQueue<>()));
    }

    /** Whether these numbers have run, each once or more often. */
    boolean hasAll(Map<String, List<Integer>> numbers) {
        return numbers.entrySet().stream().allMatch(key -> of(key.getKey()).containsAll(key.getValue()));
    }

    /** One at a time, and each for the first time after those with smaller numbers. */
    void assertInOrder(Iterable<String> keys) {
        for (String key : keys) {
            assertThat(of(key).stream().distinct()).as(key).isSorted();
        }
        assertThat(overlaps).isEmpty();
    }

    int total() {
        return total.get();
    }

    /** Each key has run 0, 1, 2 and so on, each number once and one at a time. */
    void assertExactly(int keys, int numbers) {
        List<Integer> all = IntStream.range(0, numbers).boxed().toList();
        for (int key = 0; key < keys; key++) {
            assertThat(runs.get("k" + key)).as("k" + key).containsExactlyElementsOf(all);
        }
        assertThat(overlaps).isEmpty();
    }
}
