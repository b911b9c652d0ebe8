package io.keyedsequential;

import org.jspecify.annotations.Nullable;

/**
 * The operations of one key. Every field is guarded by the lock of the stripe that holds the lane.
 *
 * <p>The queue runs from {@link #head} to {@link #tail} over {@link Operation#next()}. An operation that is started
 * stays where it is, so that the lane's owner can walk on from it to the next without the lock (see
 * {@link Scheduler#next}). The queue may therefore begin with operations that are no longer queued;
 * {@link #dropStarted()} takes those off, and whatever counts, shows or chooses operations settles first.
 */
final class Lane<K> {

    private static final int READY = 1;
    private static final int PAUSED = 2;
    private static final int GATHERING = 4;

    /** Where the lane's band stands: three bits. */
    private static final int BAND_SHIFT = 3;

    private static final int BAND_BITS = (ReadyBands.BANDS - 1) << BAND_SHIFT;

    private static final int EXPECTED = 1 << 6;
    private static final int SET_ASIDE = 1 << 7;
    private static final int WATCHED = 1 << 8;

    private static final int RESERVED = 1 << 9;

    private static final int RUNNING_SHIFT = 10;
    private static final int ONE_RUNNING = 1 << RUNNING_SHIFT;

    final K key;

    /** The key's hash, spread: neither growing nor leaving the table asks the key again. */
    final int hash;

    /** Next lane of the same bucket. */
    @Nullable
    Lane<K> chain;

    /** Neighbours in the ready queue, while the lane's token is there. */
    @Nullable
    Lane<K> readyBefore;

    @Nullable
    Lane<K> readyAfter;

    @Nullable
    Operation<K> head;

    @Nullable
    Operation<K> tail;

    /** Operations from head to tail. Exact after {@link #dropStarted()}, otherwise too high. */
    int queued;

    /** The flags, the band, and above them how many operations run or await their stage: a lane is 48 bytes. */
    private int state;

    Lane(K key, int hash, int band) {
        this.key = key;
        this.hash = hash;
        this.state = band << BAND_SHIFT;
    }

    /** How many operations run or await their stage. */
    int running() {
        return state >>> RUNNING_SHIFT;
    }

    void began() {
        state += ONE_RUNNING;
    }

    void ended() {
        state -= ONE_RUNNING;
    }

    void append(Operation<K> operation) {
        Operation<K> last = tail;
        operation.lane = this;
        if (last == null) {
            head = operation;
        } else {
            operation.previous = last;
            last.next(operation);
        }
        tail = operation;
        queued++;
    }

    /**
     * Puts an operation that has been started back to where it stood: before everything that took its place after it.
     */
    void putBack(Operation<K> operation) {
        Operation<K> before = null;
        Operation<K> after = head;
        while (after != null && after.isBefore(operation)) {
            before = after;
            after = after.next();
        }
        operation.previous = before;
        operation.next(after);
        if (before == null) {
            head = operation;
        } else {
            before.next(operation);
        }
        if (after == null) {
            tail = operation;
        } else {
            after.previous = operation;
        }
        queued++;
    }

    /** Takes off the operations at the head that have been started. */
    void dropStarted() {
        Operation<K> first = head;
        while (first != null && !first.isWaiting()) {
            Operation<K> second = first.next();
            first.next(null); // a finished operation in the recent window must not hold those after it
            if (second != null) {
                second.previous = null; // nor one that waits all those before it
            }
            first = second;
            head = second;
            queued--;
        }
        if (first == null) {
            tail = null;
        }
    }

    /** The operation whose turn is next, in a queue that is settled and not empty. It stays until the next settling. */
    Operation<K> first() {
        Operation<K> first = head;
        if (first == null) {
            throw new IllegalStateException("a lane without queued operations was asked for one");
        }
        return first;
    }

    /** Takes one operation that stands in it out of a settled queue, wherever that is. */
    void remove(Operation<K> operation) {
        Operation<K> before = operation.previous;
        Operation<K> after = operation.next();
        if (before == null) {
            head = after;
        } else {
            before.next(after);
        }
        if (after == null) {
            tail = before;
        } else {
            after.previous = before;
        }
        operation.previous = null;
        operation.next(null);
        queued--;
    }

    /** Whether an operation could start if there were a permit. An operation that is held back closes the lane. */
    boolean isStartable(int perKeyConcurrency) {
        Operation<K> first = head;
        return first != null && running() < perKeyConcurrency && !isPaused() && first.state() == Operation.QUEUED;
    }

    /** The operation that keeps a settled lane closed until its next attempt, if one does. */
    @Nullable
    Operation<K> heldBack() {
        Operation<K> first = head;
        return first != null && first.isHeldBack() ? first : null;
    }

    /** Whether it waits for an operator. Exact if settled; an unsettled lane has an operation that runs. */
    boolean isParked() {
        Operation<K> first = head;
        return first != null && first.state() == Operation.PARKED;
    }

    /** Whether nothing keeps the lane in its table. */
    boolean isVacant() {
        return head == null && (state & ~BAND_BITS) == 0;
    }

    /** Which lanes go before which: a higher band first. */
    int band() {
        return (state & BAND_BITS) >>> BAND_SHIFT;
    }

    /** Whether operations of this key wait aside for a quiet moment; see {@link CoalescingIndex}. */
    boolean isGathering() {
        return (state & GATHERING) != 0;
    }

    void gathering(boolean value) {
        state = value ? state | GATHERING : state & ~GATHERING;
    }

    /** Whether places of this key are reserved; see {@link ReservedPlaces}. */
    boolean isReserved() {
        return (state & RESERVED) != 0;
    }

    void reserved(boolean value) {
        state = value ? state | RESERVED : state & ~RESERVED;
    }

    /** Whether the lane's one token is in the ready queue. */
    boolean isReady() {
        return (state & READY) != 0;
    }

    void ready(boolean value) {
        state = value ? state | READY : state & ~READY;
    }

    /** Whether callers wait for room for operations of this key: the lane stays for them, also without operations. */
    boolean isExpected() {
        return (state & EXPECTED) != 0;
    }

    void expected(boolean value) {
        state = value ? state | EXPECTED : state & ~(EXPECTED | WATCHED);
    }

    /** The same for what a stream has set aside. */
    void setAside(boolean value) {
        state = value ? state | SET_ASIDE : state & ~SET_ASIDE;
    }

    /** Whether those callers want to be told when an operation leaves the queue: it was full for them. */
    boolean isWatched() {
        return (state & WATCHED) != 0;
    }

    void watched(boolean value) {
        state = value ? state | WATCHED : state & ~WATCHED;
    }

    /** Whether nothing is in it, and it is there for what may come only. */
    boolean isOnlyAwaited() {
        return head == null
                && (state & (EXPECTED | SET_ASIDE)) != 0
                && (state & ~(BAND_BITS | EXPECTED | SET_ASIDE | WATCHED)) == 0;
    }

    boolean isPaused() {
        return (state & PAUSED) != 0;
    }

    void paused(boolean value) {
        state = value ? state | PAUSED : state & ~PAUSED;
    }
}
