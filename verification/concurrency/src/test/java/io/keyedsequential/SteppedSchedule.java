package io.keyedsequential;

import io.keyedsequential.LanesActors.Ending;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Predicate;

/**
 * One random schedule over the steps of {@link Lanes}: callers, runners, operators, timers and stages act one call at a time, in an
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
    private final Map<String, Operation<String>> newest = new HashMap<>();
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
        actors.nextEnds(Ending.WELL);
        while (!runners.isEmpty()) { // in turn: one may want its permit back from another
            runners.forEach(RunnerSteps::step);
            runners.removeIf(RunnerSteps::isGone);
            for (RunnerSteps more = actors.poll(); more != null; more = actors.poll()) {
                runners.add(more);
            }
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
        int choice = random.nextInt(125);
        if (choice < 50 && !runners.isEmpty()) {
            int which = random.nextInt(runners.size());
            RunnerSteps runner = runners.get(which);
            if (runner.isInBody() && random.nextInt(8) == 0) {
                tell("runner " + which + " lends");
                runner.lend();
                return;
            }
            Ending ending = anyEnding();
            tell("runner " + which + " " + ending);
            actors.nextEnds(ending);
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
        int kind = random.nextInt(8);
        if (kind == 0) {
            call(key);
            return;
        }
        String group = key + (kind == 6 ? "/one" : "/two");
        boolean coalesced = kind >= 6;
        Operation<String> operation = kind == 1
                ? actors.staged(key)
                : coalesced ? actors.coalesced(key, coalescing(group)) : actors.plain(key);
        if (beyondBound && kind == 2) {
            tell("offer beyond the bound " + key);
            took(operation, lanes.admission.offer(operation, true, true));
            return;
        }
        int waiting = StructuralInvariants.queuedOf(lanes, key);
        OperationCounters<String> counts = lanes.counts;
        long room = actors.options.capacity() - counts.queued() - counts.awaiting() - counts.held();
        boolean present = waiting > 0;
        boolean shares = actors.options.fairScheduling() || isLane(key, Lane::isParked);
        boolean overShare = shares && isLane(key, lane -> true) && waiting >= room;
        boolean keyFull = (present && waiting >= actors.options.capacityPerKey()) || overShare;
        Operation<String> before = coalesced ? newest.get(group) : null;
        boolean replaces = before != null && before.state() == Operation.QUEUED && before.attempts == null;
        boolean gathers = isLane(key, Lane::isGathering); // then the key's room is not as plain as that
        AdmissionResult outcome = lanes.admission.offer(operation, false, false);
        tell("offer " + key + " " + outcome);
        AdmissionResult expected = closed
                ? AdmissionResult.CLOSED
                : replaces
                        ? AdmissionResult.ADMITTED
                        : room <= 0
                                ? AdmissionResult.FULL
                                : keyFull ? AdmissionResult.KEY_FULL : AdmissionResult.ADMITTED;
        boolean admitted = outcome == AdmissionResult.ADMITTED || outcome == AdmissionResult.ADMITTED_READY;
        boolean unsure = gathers && (expected == AdmissionResult.KEY_FULL || outcome == AdmissionResult.KEY_FULL);
        if (expected != outcome && !(expected == AdmissionResult.ADMITTED && admitted) && !unsure) {
            throw new AssertionError("seed " + seed + ": offered " + key + ", expected " + expected + ", was " + outcome
                    + " (" + actors.options + ") after" + story);
        }
        if (coalesced && admitted) {
            newest.put(group, operation);
            if (replaces && before.state() != Operation.CANCELLED) {
                throw new AssertionError("seed " + seed + ": " + before.id + " was not replaced, after" + story);
            }
        }
        took(operation, outcome);
    }

    private Coalescing coalescing(String group) {
        Coalescing latest = Coalescing.latest(group);
        return random.nextBoolean() ? latest : latest.quiet(Duration.ofNanos(20), Duration.ofNanos(30));
    }

    private boolean isLane(String key, Predicate<Lane<String>> what) {
        boolean[] is = new boolean[1];
        for (Stripe<String> stripe : lanes.table.stripes) {
            synchronized (stripe) {
                Lane<String> lane = stripe.find(key, LaneTable.spread(key));
                is[0] |= lane != null && what.test(lane);
            }
        }
        return is[0];
    }

    private Ending anyEnding() {
        int choice = random.nextInt(12);
        return choice < 3 ? Ending.values()[1 + choice] : Ending.WELL;
    }

    private void took(Operation<String> operation, AdmissionResult outcome) {
        if (outcome == AdmissionResult.ADMITTED || outcome == AdmissionResult.ADMITTED_READY) {
            offered.add(operation);
            actors.admitted(operation);
        }
        owedWakes += outcome == AdmissionResult.ADMITTED_READY ? 1 : 0;
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
        boolean queued = operation.isWaiting();
        tell("cancel " + operation.id);
        if (actors.cancel(operation) != queued) {
            throw new AssertionError("seed " + seed + ": cancelled " + operation.id + " although queued=" + queued);
        }
    }

    private void expire(int ago) {
        long deadline = actors.now() - ago;
        tell("expire " + ago + ": " + actors.expire(ago).size());
        for (Operation<String> each : offered) {
            // One that gathered may stand behind younger ones.
            boolean late = each.enqueuedAt <= deadline && each.attempts == null && each.state() == Operation.QUEUED;
            if (late && !(each instanceof CoalescedOperation)) {
                throw new AssertionError("seed " + seed + ": " + each.id + " did not expire, after" + story);
            }
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
            case 98, 99 -> {
                Ending ending = anyEnding();
                tell("complete a stage " + ending);
                actors.nextEnds(ending);
                actors.completeStage();
            }
            case 100, 101, 102, 103, 104, 105 -> {
                tell("a timer fires");
                actors.fireTimer(random.nextInt(100));
            }
            case 106, 107, 108, 109 -> {
                String key = anyKey();
                tell("retry " + key + " " + actors.retry(key));
            }
            case 110, 111 -> {
                String key = anyKey();
                tell("skip " + key + " " + actors.skip(key));
            }
            case 112 -> {
                String key = anyKey();
                tell("purge " + key + " " + actors.purge(key));
                if (isLane(key, lane -> lane.isGathering() || StructuralInvariants.queuedOf(lanes, key) > 0)) {
                    throw new AssertionError(
                            "seed " + seed + ": purged " + key + ", and something waits, after" + story);
                }
            }
            case 113, 114, 115 -> expire(random.nextInt(12));
            default -> {
                tell("gathered");
                actors.gathered(random.nextInt(100));
            }
        }
    }

    private void tell(String step) {
        story.append("\n  ").append(step);
    }
}
