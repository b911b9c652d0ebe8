package io.keyedsequential.chaos;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The ledger, read: the bodies of an atom by their keys, and what was done to the instances. Times are numbers of lines. */
final class History {

    /**
     * What was done to an instance.
     *
     * @param instance the instance
     * @param from from when on it surely did nothing
     * @param to until when; the greatest number if it was killed
     */
    record Interruption(String instance, int from, int to) {

        boolean isFreeze() {
            return to < Integer.MAX_VALUE;
        }

        @Override
        public String toString() {
            return (isFreeze() ? "the freeze of " : "the end of ") + instance;
        }
    }

    private final TreeMap<String, List<Run>> runs = new TreeMap<>();
    private final List<Interruption> interruptions = new ArrayList<>();

    static History of(List<String> ledger, Atom atom) {
        History history = new History();
        Map<String, Run> running = new HashMap<>();
        Map<String, Integer> frozen = new HashMap<>();
        for (int time = 0; time < ledger.size(); time++) {
            String[] words = ledger.get(time).split(" ");
            switch (words[0]) {
                case "began", "ended", "failed" -> {
                    if (Atom.of(words[2]) == atom) {
                        history.body(words, time, running);
                    }
                }
                case "killed" -> history.interruptions.add(new Interruption(words[1], time, Integer.MAX_VALUE));
                case "frozen" -> frozen.put(words[1], time);
                case "continued" ->
                    history.interruptions.add(new Interruption(words[1], frozen.remove(words[1]), time));
                case "started", "stopped" -> {} // nothing may be in hand then
                default -> throw new IllegalArgumentException("line " + time + ": " + ledger.get(time));
            }
        }
        return history;
    }

    private void body(String[] words, int time, Map<String, Run> running) {
        String instance = words[1];
        String key = words[3];
        int number = Integer.parseInt(words[4]);
        String body = instance + " " + key + " " + number;
        if (words[0].equals("began")) {
            Run run = new Run(instance, key, number, Boolean.parseBoolean(words[5]), time);
            running.put(body, run);
            runs.computeIfAbsent(key, k -> new ArrayList<>()).add(run);
        } else {
            Run.Result result = words[0].equals("ended") ? Run.Result.ENDED : Run.Result.FAILED;
            running.remove(body).has(result, time);
        }
    }

    /** In the order in which they began. */
    List<Run> runs(String key) {
        return runs.getOrDefault(key, List.of());
    }

    List<Interruption> interruptions() {
        return interruptions;
    }

    int size() {
        return runs.values().stream().mapToInt(List::size).sum();
    }

    /** What happened to the instance of a body after it began and before a time. */
    Optional<Interruption> interruption(Run run, int before) {
        return interruptions.stream()
                .filter(interruption -> interruption.instance().equals(run.instance)
                        && interruption.from() > run.began
                        && interruption.from() < before)
                .findFirst();
    }

    /** From when on a body did nothing that another instance could see. */
    int closedAt(Run run) {
        return Math.min(
                run.resultAt,
                interruption(run, Integer.MAX_VALUE).map(Interruption::from).orElse(Integer.MAX_VALUE));
    }
}
