package io.keyedsequential;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Plays the runner's part without threads, executor or futures. */
final class LanesHarness {

    final Lanes<String> lanes;

    /** The runner's clock. */
    long now = 1;

    LanesHarness(Consumer<CoordinatorOptions.Builder> options) {
        CoordinatorOptions.Builder builder = CoordinatorOptions.builder().maxConcurrency(1);
        options.accept(builder);
        lanes = new Lanes<>("lanes", builder.build());
    }

    static PlainOperation<String> operation(String key) {
        return new PlainOperation<>(key, () -> {}, 1);
    }

    AdmissionResult offer(Operation<String> operation) {
        return lanes.admission.offer(operation, false, false);
    }

    AdmissionResult offer(String key) {
        return offer(operation(key));
    }

    PlainOperation<String> queued(String key) {
        PlainOperation<String> operation = operation(key);
        AdmissionResult outcome = offer(operation);
        if (outcome != AdmissionResult.ADMITTED && outcome != AdmissionResult.ADMITTED_READY) {
            throw new AssertionError(key + ": " + outcome);
        }
        return operation;
    }

    /** Wakes a runner and lets it take its first operation. */
    Slot<String> begin() {
        Slot<String> slot = lanes.scheduler.wake();
        if (slot == null) {
            throw new AssertionError("nobody could be woken");
        }
        if (lanes.scheduler.takeReady(slot, now) == null) {
            throw new AssertionError("nothing to take");
        }
        lanes.permits.found(slot);
        return slot;
    }

    /** Ends the operation in hand. */
    Operation<String> end(Slot<String> slot) {
        Operation<String> operation = slot.current();
        operation.end(Operation.COMPLETED, null, now);
        slot.completed();
        return operation;
    }

    /** Ends the operation in hand and asks for the next one of the visit. */
    Operation<String> next(Slot<String> slot) {
        return lanes.scheduler.next(slot, end(slot), now);
    }

    /** Ends the operation in hand and gives lane and slot back. */
    void finish(Slot<String> slot) {
        end(slot);
        lanes.scheduler.leave(slot, now);
        lanes.permits.release(slot);
    }

    /** Runs everything that may run on one slot, in the order in which it starts. */
    List<String> runAll() {
        List<String> keys = new ArrayList<>();
        Slot<String> slot = lanes.scheduler.wake();
        while (slot != null) {
            Operation<String> operation = lanes.scheduler.takeReady(slot, now);
            while (operation != null) {
                if (slot.searching) {
                    lanes.permits.found(slot);
                }
                keys.add(operation.key);
                operation = next(slot);
                if (operation == null) {
                    operation = lanes.scheduler.takeReady(slot, now);
                }
            }
            slot = lanes.scheduler.idle(slot);
        }
        return keys;
    }
}
