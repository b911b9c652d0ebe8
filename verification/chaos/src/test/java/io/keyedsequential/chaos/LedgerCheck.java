package io.keyedsequential.chaos;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Reads the ledger of an atom afterwards. The numbers of a key are 1, 2, 3…, in the order in which their calls were committed.
 *
 * <p>What an instance had in hand when it was killed or frozen may run again, once for each such event, in the order in which it ran
 * before. A body that was frozen counts as over from then on. So does one whose instance was frozen between its last look at the
 * database and the first line of the body: it begins when the instance goes on, although the call is another instance's by then. There
 * can be one such body for a key; it counts as in hand, and not against order and overlap.
 */
final class LedgerCheck {

    private final Atom atom;
    private final Map<String, Integer> accepted;
    private final History history;

    private final List<String> lost = new ArrayList<>();
    private final List<String> phantoms = new ArrayList<>();
    private final List<String> overlaps = new ArrayList<>();
    private final List<String> disorders = new ArrayList<>();
    private final List<String> duplicates = new ArrayList<>();
    private final List<String> unexplained = new ArrayList<>();

    /** How many have run again because of each event. */
    private final Map<History.Interruption, Integer> again = new HashMap<>();

    private LedgerCheck(List<String> ledger, Atom atom, Map<String, Integer> accepted) {
        this.atom = atom;
        this.accepted = accepted;
        this.history = History.of(ledger, atom);
    }

    /**
     * Reads it.
     *
     * @param accepted how many calls of each key were committed
     */
    static Verdict check(List<String> ledger, Atom atom, Map<String, Integer> accepted) {
        return new LedgerCheck(ledger, atom, accepted).check();
    }

    private Verdict check() {
        accepted.forEach((key, calls) -> {
            List<Run> runs = history.runs(key);
            findLost(key, calls, runs);
            runs.stream().filter(run -> run.doomed || run.number > calls).forEach(run -> phantoms.add(run.toString()));
            Set<Run> late = late(runs);
            List<Run> timely = runs.stream().filter(run -> !late.contains(run)).toList();
            findOverlaps(timely);
            findDisorders(timely);
            findDuplicates(runs, late);
        });
        again.forEach((interruption, count) -> {
            if (count > atom.inHand()) {
                unexplained.add("%d operations after %s, which had %d in hand at most"
                        .formatted(count, interruption, atom.inHand()));
            }
        });
        int calls = accepted.values().stream().mapToInt(Integer::intValue).sum();
        return new Verdict(calls, history.size(), lost, phantoms, overlaps, disorders, duplicates, unexplained);
    }

    private void findLost(String key, int calls, List<Run> runs) {
        Set<Integer> ended = runs.stream()
                .filter(run -> run.result == Run.Result.ENDED && !run.doomed)
                .map(run -> run.number)
                .collect(Collectors.toSet());
        for (int number = 1; number <= calls; number++) {
            if (!ended.contains(number)) {
                lost.add(key + "#" + number);
            }
        }
    }

    /** The first bodies of instances that went on, if another instance has run the same call. */
    private Set<Run> late(List<Run> runs) {
        Set<Run> late = new HashSet<>();
        for (History.Interruption freeze : history.interruptions()) {
            if (freeze.isFreeze()) {
                runs.stream()
                        .filter(run -> run.instance.equals(freeze.instance()) && run.began > freeze.to())
                        .findFirst()
                        .filter(run -> runs.stream().anyMatch(other -> isRunElsewhere(run, other, freeze.from())))
                        .ifPresent(late::add);
            }
        }
        return late;
    }

    private static boolean isRunElsewhere(Run run, Run other, int since) {
        return other.number == run.number
                && !other.instance.equals(run.instance)
                && other.began > since
                && other.result != Run.Result.FAILED;
    }

    private void findOverlaps(List<Run> runs) {
        for (int i = 1; i < runs.size(); i++) {
            Run run = runs.get(i);
            for (Run before : runs.subList(0, i)) {
                if (history.closedAt(before) > run.began) {
                    overlaps.add(run + " while " + before);
                }
            }
        }
    }

    private void findDisorders(List<Run> runs) {
        Run before = null;
        for (Run run : runs) {
            boolean next =
                    before == null ? run.number == 1 : run.number == before.number + 1 && before.endedBefore(run.began);
            if (!next && !isRetry(before, run) && !goesBack(before, run)) {
                disorders.add(run + " after " + before);
            }
            before = run;
        }
    }

    private static boolean isRetry(Run before, Run run) {
        return before != null && before.number == run.number && before.result == Run.Result.FAILED;
    }

    /** To what the instance before had in hand. */
    private boolean goesBack(Run before, Run run) {
        return before != null
                && run.number <= before.number
                && history.interruption(before, run.began).isPresent();
    }

    private void findDuplicates(List<Run> runs, Set<Run> late) {
        Map<Integer, List<Run>> byNumber = runs.stream()
                .filter(run -> run.result != Run.Result.FAILED)
                .collect(Collectors.groupingBy(run -> run.number));
        byNumber.values().forEach(same -> {
            for (int i = 1; i < same.size(); i++) {
                explain(same.get(i - 1), same.get(i), late);
            }
        });
    }

    private void explain(Run first, Run second, Set<Run> late) {
        duplicates.add(second.toString());
        Run reason = late.contains(second) ? second : first;
        history.interruptions().stream()
                .filter(interruption -> interruption.instance().equals(reason.instance)
                        && (late.contains(reason)
                                ? interruption.to() < reason.began
                                : interruption.from() > reason.began && interruption.from() < second.began))
                .findFirst()
                .ifPresentOrElse(
                        interruption -> again.merge(interruption, 1, Integer::sum),
                        () -> unexplained.add(second + " after " + first));
    }
}
