package io.keyedsequential;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Looks at what runs: slot by slot, and then at what awaits its stage. */
final class RunningOperations<K> {

    private final Lanes<K> lanes;

    RunningOperations(Lanes<K> lanes) {
        this.lanes = lanes;
    }

    /** With the beginning of its attempt as it was when it was seen: the next attempt has another one. */
    record Running<K>(Operation<K> operation, @Nullable Thread thread, @Nullable Wait waitsFor, long since) {

        Running(Operation<K> operation, @Nullable Thread thread, @Nullable Wait waitsFor) {
            this(operation, thread, waitsFor, operation.startedAt);
        }
    }

    Map<Lane<K>, List<Running<K>>> byLane() {
        Map<Lane<K>, List<Running<K>>> byLane = new HashMap<>(); // a lane asks its key nothing
        for (Running<K> each : all()) {
            byLane.computeIfAbsent(each.operation().lane(), lane -> new ArrayList<>(1))
                    .add(each);
        }
        return byLane;
    }

    /** What runs of one lane, or awaits its stage. */
    List<Running<K>> of(Lane<K> lane) {
        List<Running<K>> running = inSlots();
        running.removeIf(each -> each.operation().lane != lane);
        addAwaiting(running, action -> lanes.table.lookAtAwaiting(lane, action));
        return running;
    }

    /** What runs now, slot by slot, and what awaits its stage, which no slot has. */
    List<Running<K>> all() {
        List<Running<K>> running = inSlots();
        // After the slots: what was left to its stage meanwhile is found here.
        addAwaiting(running, lanes.table::lookAtAwaiting);
        return running;
    }

    private List<Running<K>> inSlots() {
        List<Running<K>> running = new ArrayList<>();
        for (Slot<K> slot : lanes.permits.slots()) {
            Operation<K> operation = slot.current();
            if (operation != null && operation.state() == Operation.RUNNING) {
                running.add(new Running<>(operation, slot.thread, slot.waitsFor));
            }
        }
        return running;
    }

    private void addAwaiting(List<Running<K>> running, Consumer<Consumer<Operation<K>>> look) {
        Set<Operation<K>> inSlots = new HashSet<>();
        running.forEach(each -> inSlots.add(each.operation()));
        look.accept(operation -> {
            if (!inSlots.contains(operation)) {
                running.add(new Running<>(operation, null, null));
            }
        });
    }

    /** Of one or more, the one that has run longest. */
    static <K> Running<K> longestOf(List<Running<K>> running) {
        Running<K> longest = running.get(0);
        for (Running<K> each : running) {
            if (each.operation().startedAt - longest.operation().startedAt < 0) {
                longest = each;
            }
        }
        return longest;
    }
}
