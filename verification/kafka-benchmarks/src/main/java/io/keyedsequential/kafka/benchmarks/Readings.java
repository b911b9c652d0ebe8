package io.keyedsequential.kafka.benchmarks;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * What all contenders have reached in all rounds, in which they take turns.
 *
 * @param <T> what one reading is
 */
final class Readings<T> {

    private final Map<Contender, List<T>> readings = new EnumMap<>(Contender.class);

    static <T> Readings<T> take(int rounds, List<Contender> contenders, Function<Contender, T> measure) {
        Readings<T> taken = new Readings<>();
        for (int round = 0; round < rounds; round++) {
            for (Contender contender : contenders) {
                T reading = measure.apply(contender);
                System.err.println("round " + (round + 1) + ", " + contender.title() + ": " + reading);
                taken.readings
                        .computeIfAbsent(contender, added -> new ArrayList<>())
                        .add(reading);
            }
        }
        return taken;
    }

    /** Those of one, a round after the other; none if it does not take part. */
    List<T> of(Contender contender) {
        return readings.getOrDefault(contender, List.of());
    }
}
