package io.keyedsequential;

import java.util.AbstractList;
import java.util.RandomAccess;

/**
 * The slots there were at one moment, and what the slots that were gone by then had counted. Never changed, only
 * replaced: a thread that reads it once sees every operation counted once, whether its slot is here or gone. Permits
 * whose number has been much higher would otherwise make every later sum dear.
 *
 * <p>A slot that goes is free: no thread counts in it or gets it again.
 */
final class SlotSet<K> extends AbstractList<Slot<K>> implements RandomAccess {

    private static final int SMALLEST = 8;

    /** Shared with those that this one replaced, which have fewer: what they have of it is never written again. */
    private final Slot<K>[] slots;

    private final int size;

    private final long goneStarted;
    private final long goneCompleted;
    private final long goneFailed;
    private final long goneAwaited;
    private final TimeSums goneTimes;

    /** None. */
    SlotSet() {
        this(newArray(SMALLEST), 0, 0, 0, 0, 0, new TimeSums());
    }

    private SlotSet(
            Slot<K>[] slots,
            int size,
            long goneStarted,
            long goneCompleted,
            long goneFailed,
            long goneAwaited,
            TimeSums goneTimes) {
        this.slots = slots;
        this.size = size;
        this.goneStarted = goneStarted;
        this.goneCompleted = goneCompleted;
        this.goneFailed = goneFailed;
        this.goneAwaited = goneAwaited;
        this.goneTimes = goneTimes;
    }

    /** These and one more. Called on the latest only, by one thread at a time. */
    SlotSet<K> with(Slot<K> slot) {
        Slot<K>[] more = slots;
        if (size == more.length) {
            more = newArray(2 * size);
            System.arraycopy(slots, 0, more, 0, size);
        }
        more[size] = slot;
        return new SlotSet<>(more, size + 1, goneStarted, goneCompleted, goneFailed, goneAwaited, goneTimes);
    }

    /** These but for those that are gone. Called on the latest only, by one thread at a time. */
    SlotSet<K> withoutGone() {
        Slot<K>[] kept = newArray(slots.length);
        int count = 0;
        long started = goneStarted;
        long completed = goneCompleted;
        long failed = goneFailed;
        long awaited = goneAwaited;
        TimeSums times = new TimeSums();
        times.addAll(goneTimes);
        for (Slot<K> slot : this) {
            if (slot.gone) {
                started += slot.startedCount();
                completed += slot.completedCount();
                failed += slot.failedCount();
                awaited += slot.awaitedCount();
                times.addAll(slot.times);
            } else {
                kept[count++] = slot;
            }
        }
        Slot<K>[] fitting = newArray(Math.max(SMALLEST, 2 * count));
        System.arraycopy(kept, 0, fitting, 0, count);
        return new SlotSet<>(fitting, count, started, completed, failed, awaited, times);
    }

    @Override
    public Slot<K> get(int index) {
        return slots[index];
    }

    @Override
    public int size() {
        return size;
    }

    /** How many operations have been started. */
    long started() {
        long sum = goneStarted;
        for (int i = 0; i < size; i++) {
            sum += slots[i].startedCount();
        }
        return sum;
    }

    long completed() {
        long sum = goneCompleted;
        for (int i = 0; i < size; i++) {
            sum += slots[i].completedCount();
        }
        return sum;
    }

    long failed() {
        long sum = goneFailed;
        for (int i = 0; i < size; i++) {
            sum += slots[i].failedCount();
        }
        return sum;
    }

    /** How many have been left to their stage. */
    long awaited() {
        long sum = goneAwaited;
        for (int i = 0; i < size; i++) {
            sum += slots[i].awaitedCount();
        }
        return sum;
    }

    void addTimesTo(TimeSums sums) {
        sums.addAll(goneTimes);
        for (int i = 0; i < size; i++) {
            sums.addAll(slots[i].times);
        }
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static <K> Slot<K>[] newArray(int length) {
        return new Slot[length];
    }
}
