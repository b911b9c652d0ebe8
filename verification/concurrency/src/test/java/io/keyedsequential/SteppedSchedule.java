package io.keyedsequential;

import io.keyedsequential.Lanes.Admission;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * One random schedule over the steps of {@link Lanes}: callers, runners, operators and stages act one call at a time, in an
 * order that the seed decides, and after every single step the structure is checked. The same seed gives the same schedule.
 *
 * <p>It sees every interleaving of whole calls, and nothing that happens inside one: races between two instructions are for
 * Lincheck and jcstress.
 */
final class SteppedSchedule {

    private static final List<String> KEYS = List.of("a", "b", "c");

    private final long seed;
    private final Random random;
    private final boolean beyondBound;
    private final LanesActors actors;
    private final Lanes<String> lanes;
    private final List<RunnerSteps> runners = new ArrayList<>();
    private final List<Operation<String>> offered = new ArrayList<>();
    private final StringBuilder story = new StringBuilder();

    private int owedWakes;
    private boolean closed;
    private int steps;

    SteppedSchedule(long seed) {
        this.seed = seed;
        this.random = new Random(seed);
        int capacity = 1 + random.nextInt(5);
        this.beyondBound = random.nextInt(4) == 0;
        this.actors = new LanesActors(CoordinatorOptions.builder()
                .maxConcurrency(1 + random.nextInt(3))
                .perKeyConcurrency(random.nextInt(3) == 0 ? 2 : 1)
                .capacity(capacity)
                .capacityPerKey(1 + random.nextInt(capacity))
                .fairScheduling(random.nextInt(4) == 0)
                .build());
        this.lanes = actors.lanes;
    }

    /** Goes that many steps, then lets everything end. */
    int run(int length) {
        while (steps < length) {
            step();
            check(StructuralInvariants.violations(lanes, actors.options, owesWake()));
        }
        while (owedWakes > 0) {
            payWake();
        }
        for (RunnerSteps runner : runners) {
            runner.runToTheEnd();
        }
        actors.finish();
        check(StructuralInvariants.violationsAtRest(lanes, actors.options));
        return steps;
    }

    private boolean owesWake() {
        return owedWakes > 0 || runners.stream().anyMatch(RunnerSteps::owesWake);
    }

    private void check(List<String> found) {
        found.addAll(actors.violations());
        if (!found.isEmpty()) {
            throw new AssertionError("seed " + seed + ", step " + steps + ": " + found + ", after" + story);
        }
    }

    private void step() {
        steps++;
        int choice = random.nextInt(100);
        if (choice < 50 && !runners.isEmpty()) {
            int which = random.nextInt(runners.size());
            tell("runner " + which);
            RunnerSteps runner = runners.get(which);
            runner.step();
            if (runner.isGone()) {
                runners.remove(which);
            }
        } else if (choice < 60) {
            tell("hand over");
            RunnerSteps runner = actors.poll();
            if (runner != null) {
                runners.add(runner);
            }
        } else if (choice < 80) {
            offer();
        } else if (choice < 84) {
            payWake();
        } else if (choice < 87) {
            cancel();
        } else {
            operate(choice);
        }
    }

    private String anyKey() {
        return KEYS.get(random.nextInt(KEYS.size()));
    }

    private void offer() {
        String key = anyKey();
        int kind = random.nextInt(6);
        if (kind == 0) {
            call(key);
            return;
        }
        Operation<String> operation = kind == 1 ? actors.staged(key) : actors.plain(key);
        if (beyondBound && kind == 2) {
            tell("offer beyond the bound " + key);
            took(operation, lanes.offer(operation, true, true));
            return;
        }
        int waiting = StructuralInvariants.queuedOf(lanes, key);
        long room = actors.options.capacity() - lanes.counts.queued() - lanes.counts.awaiting();
        boolean present = waiting > 0;
        boolean overShare = actors.options.fairScheduling() && isPresent(key) && waiting >= room;
        boolean keyFull = (present && waiting >= actors.options.capacityPerKey()) || overShare;
        Admission outcome = lanes.offer(operation, false, false);
        tell("offer " + key + " " + outcome);
        Admission expected = closed
                ? Admission.CLOSED
                : room <= 0 ? Admission.FULL : keyFull ? Admission.KEY_FULL : Admission.ADMITTED;
        boolean admitted = outcome == Admission.ADMITTED || outcome == Admission.ADMITTED_READY;
        if (expected != outcome && !(expected == Admission.ADMITTED && admitted)) {
            throw new AssertionError("seed " + seed + ": offered " + key + ", expected " + expected + ", was " + outcome
                    + " (" + actors.options + ") after" + story);
        }
        took(operation, outcome);
    }

    private boolean isPresent(String key) {
        boolean[] present = new boolean[1];
        for (Stripe<String> stripe : lanes.stripes()) {
            synchronized (stripe) {
                present[0] |= stripe.find(key, Lanes.spread(key)) != null;
            }
        }
        return present[0];
    }

    private void took(Operation<String> operation, Admission outcome) {
        if (outcome == Admission.ADMITTED || outcome == Admission.ADMITTED_READY) {
            offered.add(operation);
        }
        owedWakes += outcome == Admission.ADMITTED_READY ? 1 : 0;
    }

    private void call(String key) {
        tell("call " + key);
        Operation<String> operation = actors.turn(key);
        RunnerSteps turn = actors.call(operation);
        if (turn != null) {
            runners.add(turn);
        }
    }

    private void payWake() {
        if (owedWakes > 0) {
            tell("wake");
            owedWakes--;
            actors.wake();
        }
    }

    private void cancel() {
        if (offered.isEmpty()) {
            return;
        }
        Operation<String> operation = offered.remove(random.nextInt(offered.size()));
        boolean queued = operation.state() == Operation.QUEUED;
        tell("cancel " + operation.id);
        if (actors.cancel(operation) != queued) {
            throw new AssertionError("seed " + seed + ": cancelled " + operation.id + " although queued=" + queued);
        }
    }

    private void operate(int choice) {
        switch (choice) {
            case 87, 88 -> {
                String key = anyKey();
                tell("pause key " + key);
                actors.pauseKey(key);
            }
            case 89, 90, 91 -> {
                String key = anyKey();
                tell("resume key " + key);
                actors.resumeKey(key);
            }
            case 92 -> {
                tell("pause");
                actors.pause();
            }
            case 93, 94 -> {
                tell("resume");
                actors.resume();
            }
            case 95, 96 -> {
                int limit = 1 + random.nextInt(3);
                tell("limit " + limit);
                actors.limit(limit);
            }
            case 97 -> {
                if (random.nextInt(20) == 0) {
                    tell("close");
                    closed = true;
                    actors.close();
                }
            }
            default -> {
                tell("complete a stage");
                actors.completeStage();
            }
        }
    }

    private void tell(String step) {
        story.append("\n  ").append(step);
    }
}
