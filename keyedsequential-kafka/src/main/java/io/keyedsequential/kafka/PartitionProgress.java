package io.keyedsequential.kafka;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides for one partition: which records may be taken, which may begin, and up to where everything is done. Performs
 * nothing: it knows no consumer, no thread and no clock, and is not safe for threads by itself;
 * {@link AssignedPartition} guards it.
 */
final class PartitionProgress {

    /*
     * The window is the queue of the records that have been opened and are at or behind the watermark, in the order of
     * their offsets. True after every call:
     *
     * 1. The first record of the window is not DONE: the watermark has moved past what is.
     * 2. The watermark never goes back, and nothing before it is anything but DONE.
     * 3. The window has at most as many records as it was given room for; it counts those that are done behind one that
     *    is not, since they are delivered again after a crash.
     * 4. Once it is cut, nothing is opened, and nothing begins behind the last record that had begun, nor behind one
     *    that is HELD: the watermark would not get there.
     * 5. Once it is dropped, nothing is opened, nothing begins and the watermark stands.
     */

    /** What becomes of a record. */
    enum State {
        /** Handed over; no attempt has begun. To RUNNING, DONE, SETTLING. */
        OPEN,
        /** An attempt has begun, and none but this one follows as far as is known. To HELD, SETTLING, DONE. */
        RUNNING,
        /**
         * An attempt has failed, and what follows it waits: for the next one, or for an operator. To RUNNING,
         * SETTLING, DONE.
         */
        HELD,
        /** The operation has ended without success, and the record is being recovered. To DONE. */
        SETTLING,
        /** Nothing is left to do. */
        DONE
    }

    /** One record. */
    static final class Entry {

        private final long offset;
        private State state = State.OPEN;

        private Entry(long offset) {
            this.offset = offset;
        }

        long offset() {
            return offset;
        }

        State state() {
            return state;
        }

        @Override
        public String toString() {
            return state + "@" + offset;
        }
    }

    private final int limit;
    private final Deque<Entry> window = new ArrayDeque<>();

    /** The offset of the record that was opened last; -1 if none was. */
    private long last = -1;

    /** How many bodies run now: also one whose operation has ended before it did, by a limit of time. */
    private int bodies;

    /** Whether the window was full, and has not become half empty since. */
    private boolean full;

    /** The last offset that may begin; {@code null} until it is cut. */
    private @Nullable Long cut;

    private boolean dropped;

    PartitionProgress(int limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("limit: 1 or more, not " + limit);
        }
        this.limit = limit;
    }

    /** How many records may be opened now. None from the moment the window is full until it is half empty. */
    int room() {
        return full || cut != null || dropped ? 0 : limit - window.size();
    }

    /** Whether records of this partition had better not be fetched. */
    boolean isFull() {
        return full;
    }

    /** How many records are opened and not behind the watermark. */
    int size() {
        return window.size();
    }

    /** The offset to be committed: that of the first record that is not done. -1 if none was opened. */
    long watermark() {
        Entry first = window.peekFirst();
        return first != null ? first.offset : last < 0 ? -1 : last + 1;
    }

    /** Whether a record comes after those that were opened, as all do but after a jump back. */
    boolean isNext(long offset) {
        return offset > last;
    }

    /** The record that the watermark stands at; {@code null} if all that were opened are done. */
    @Nullable
    Entry first() {
        return window.peekFirst();
    }

    /** Those that are opened and not done, in the order of their offsets. */
    List<Entry> undone() {
        return window.stream().filter(entry -> entry.state != State.DONE).toList();
    }

    /** Takes a record. */
    Entry open(long offset) {
        if (!isNext(offset)) {
            throw new IllegalArgumentException("offset %d after %d".formatted(offset, last));
        }
        if (cut != null || dropped) {
            throw new IllegalStateException("offset %d: nothing is taken any more".formatted(offset));
        }
        Entry entry = new Entry(offset);
        window.addLast(entry);
        last = offset;
        full = full || window.size() >= limit;
        return entry;
    }

    /** Takes the opening of the last record back: it has not been taken over. It may be opened again. */
    void takeBack(Entry entry, long before) {
        if (window.peekLast() != entry || entry.state != State.OPEN) {
            throw new IllegalStateException(entry + " is not the last one, or has begun");
        }
        window.removeLast();
        last = before;
        refill();
    }

    /** The offset that was opened last, to be remembered for {@link #takeBack}. */
    long last() {
        return last;
    }

    /** Begins an attempt, if it may begin. */
    boolean begin(Entry entry) {
        if (!mayBegin(entry)) {
            return false;
        }
        entry.state = State.RUNNING;
        bodies++;
        return true;
    }

    boolean mayBegin(Entry entry) {
        return mayBegin(entry, end());
    }

    private boolean mayBegin(Entry entry, long end) {
        return !dropped
                && (entry.state == State.OPEN || (entry.state == State.HELD && cut == null))
                && entry.offset < end;
    }

    /** The first offset that may not begin. */
    private long end() {
        return cut == null ? Long.MAX_VALUE : Math.min(cut + 1, firstHeld());
    }

    private long firstHeld() {
        for (Entry entry : window) {
            if (entry.state == State.HELD) {
                return entry.offset;
            }
        }
        return Long.MAX_VALUE;
    }

    /**
     * A body has ended.
     *
     * @param waits whether it has failed, and the operation goes on: another attempt, or an operator, decides
     */
    void bodyEnded(Entry entry, boolean waits) {
        bodies--;
        if (waits && entry.state == State.RUNNING) {
            entry.state = State.HELD;
        }
    }

    /**
     * The operation has ended without success. Answers whether the record is to be recovered: not twice, and not
     * once dropped.
     */
    boolean settle(Entry entry) {
        if (dropped || entry.state == State.SETTLING || entry.state == State.DONE) {
            return false;
        }
        entry.state = State.SETTLING;
        return true;
    }

    /** The record is done, in whichever way. */
    void done(Entry entry) {
        if (dropped) {
            return;
        }
        entry.state = State.DONE;
        while (!window.isEmpty() && window.peekFirst().state == State.DONE) {
            window.removeFirst();
        }
        refill();
    }

    private void refill() {
        if (window.size() <= limit / 2) {
            full = false;
        }
    }

    /**
     * From now on nothing is opened, and of what is open only that may begin which stands before something that
     * has begun.
     *
     * @param starts whether even that may
     */
    void cut(boolean starts) {
        long begun = -1;
        for (Entry entry : window) {
            if (starts && entry.state != State.OPEN) {
                begun = entry.offset;
            }
        }
        cut = begun;
    }

    /**
     * Whether nothing moves any more that could move the watermark, or overlap with another owner's replay. After
     * a cut.
     */
    boolean isSettled() {
        if (bodies > 0) {
            return false;
        }
        long end = end();
        for (Entry entry : window) {
            if (entry.state == State.SETTLING || entry.state == State.RUNNING || mayBegin(entry, end)) {
                return false;
            }
        }
        return true;
    }

    /**
     * The partition belongs to another consumer: nothing begins from now on.
     *
     * @return the records whose operations wait for another attempt or an operator, in vain
     */
    List<Entry> drop() {
        dropped = true;
        List<Entry> held = new ArrayList<>();
        for (Entry entry : window) {
            if (entry.state == State.HELD) {
                held.add(entry);
            }
        }
        return held;
    }

    boolean isDropped() {
        return dropped;
    }
}
