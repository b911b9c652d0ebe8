package io.keyedsequential.benchmarks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What the forks of one row have told, gathered. */
final class Outcome {

    private final Map<String, List<Double>> medians = new LinkedHashMap<>();
    private final Set<String> remarks = new LinkedHashSet<>();

    /** Takes the output of one fork. Each figure counts once per fork: the median of its rounds. */
    void addFork(List<String> lines) {
        Map<String, List<Double>> rounds = new LinkedHashMap<>();
        for (String line : lines) {
            if (line.startsWith(Readings.FIGURE)) {
                String[] words = line.split(" ", -1);
                rounds.computeIfAbsent(words[1], column -> new ArrayList<>()).add(Double.valueOf(words[2]));
            } else if (line.startsWith(Readings.REMARK)) {
                addRemark(line.substring(Readings.REMARK.length()));
            }
        }
        rounds.forEach((column, values) -> medians.computeIfAbsent(column, c -> new ArrayList<>())
                .add(Spread.of(values).median()));
    }

    void addRemark(String remark) {
        remarks.add(remark);
    }

    Optional<Spread> spread(Column column) {
        return Optional.ofNullable(medians.get(column.name())).map(Spread::of);
    }

    String remarks() {
        return String.join("; ", remarks);
    }
}
