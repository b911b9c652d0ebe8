package io.keyedsequential.kafka.benchmarks;

import io.keyedsequential.kafka.benchmarks.Journal.Entry;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What has become of the records of healthy keys.
 *
 * @param lost records that no body has ended for
 * @param disorder bodies that began before the record before theirs of the same key was done, or while another body of the key
 *     ran; a body that repeats one that was done is none
 * @param duplicates bodies that ended for records that were done
 */
record Verdict(long lost, long disorder, long duplicates) {

    static final Verdict NOTHING = new Verdict(0, 0, 0);

    private record Event(long at, boolean begins, Entry entry) {}

    /**
     * Judges.
     *
     * @param journals those of all processes that have consumed the topic
     * @param sent how many records each healthy key was sent
     */
    static Verdict of(List<Journal> journals, Map<Integer, Integer> sent) {
        List<Event> events = new ArrayList<>();
        for (Journal journal : journals) {
            for (Entry entry : journal.entries()) {
                if (entry.key() != Message.SPECIAL) {
                    events.add(new Event(entry.begunAt(), true, entry));
                    if (entry.endedAt() != 0) {
                        events.add(new Event(entry.endedAt(), false, entry));
                    }
                }
            }
        }
        // A body that ends in the nanosecond in which the next one begins was first.
        events.sort(Comparator.comparingLong(Event::at).thenComparing(Event::begins));
        Map<Integer, Integer> done = new HashMap<>(); // how many of a key
        Map<Integer, Integer> running = new HashMap<>();
        long disorder = 0;
        long duplicates = 0;
        for (Event event : events) {
            Entry entry = event.entry();
            int before = done.getOrDefault(entry.key(), 0);
            boolean ends = entry.endedAt() != 0; // one that was killed runs no more
            if (event.begins()) {
                int others = ends ? running.merge(entry.key(), 1, Integer::sum) - 1 : 0;
                disorder += entry.number() > before || others > 0 ? 1 : 0;
            } else {
                running.merge(entry.key(), -1, Integer::sum);
                duplicates += entry.number() < before ? 1 : 0;
                done.put(entry.key(), Math.max(before, entry.number() + 1));
            }
        }
        return new Verdict(lost(events, sent), disorder, duplicates);
    }

    private static long lost(List<Event> events, Map<Integer, Integer> sent) {
        long wanted = sent.values().stream().mapToLong(Integer::longValue).sum();
        long done = events.stream()
                .filter(event -> !event.begins())
                .map(event -> ((long) event.entry().key() << 32) | event.entry().number())
                .distinct()
                .count();
        return wanted - done;
    }

    Verdict plus(Verdict other) {
        return new Verdict(lost + other.lost, disorder + other.disorder, duplicates + other.duplicates);
    }

    @Override
    public String toString() {
        return "%,d lost, %,d out of order, %,d duplicates".formatted(lost, disorder, duplicates);
    }
}
