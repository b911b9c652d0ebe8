package io.keyedsequential.kafka;

import io.keyedsequential.kafka.PartitionProgress.Entry;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * One partition of one consumer: its progress, for the threads that run its operations, and what the consumer has
 * fetched and there is no room for yet. The methods that say so are for the thread of the consumer only.
 */
final class AssignedPartition {

    private final TopicPartition id;
    private final Membership membership;

    private final ReentrantLock lock = new ReentrantLock();

    /** Whatever waits for this partition waits here: a start for the membership, the consumer for the last body. */
    private final Condition changed = lock.newCondition();

    /** Guarded by the lock. */
    private final PartitionProgress progress;

    /** What becomes of the records that are taken over and not done. Guarded by the lock. */
    private final Map<Entry, RecordDelivery> undone = new HashMap<>();

    /** Whether the consumer waits for it to come to rest. Guarded by the lock. */
    private boolean awaited;

    /** What was fetched, in order, and waits for room. Of the consumer's thread. */
    private final Deque<ConsumerRecord<?, ?>> heldBack = new ArrayDeque<>();

    /** What was handed out and not taken over, in order: it goes before what is held back. Of the consumer's thread. */
    private final Deque<ConsumerRecord<?, ?>> returned = new ArrayDeque<>();

    /** The offset that is on its way to the broker, or has arrived. Of the consumer's thread. */
    private long committing = -1;

    private volatile int waiting;

    /** Where the next record was to be fetched when the broker was heard of last; -1 before that. */
    private volatile long position = -1;

    /** Where the log ended then; -1 before that. */
    private volatile long end = -1;

    AssignedPartition(TopicPartition id, int window, Membership membership) {
        this.id = id;
        this.membership = membership;
        this.progress = new PartitionProgress(window);
    }

    TopicPartition id() {
        return id;
    }

    // Of the consumer's thread:

    /** Keeps what was fetched. */
    void fetched(List<? extends ConsumerRecord<?, ?>> records) {
        heldBack.addAll(records);
        waiting = heldBack.size();
    }

    /** Puts what was handed out and not taken over back in its place. */
    void restore() {
        while (!returned.isEmpty()) {
            heldBack.addFirst(returned.removeLast());
        }
        waiting = heldBack.size();
    }

    /** Takes as many records out as there is room for, and as the limit says. */
    List<ConsumerRecord<?, ?>> take(int limit) {
        int most;
        lock.lock();
        try {
            most = Math.min(progress.room(), limit);
        } finally {
            lock.unlock();
        }
        List<ConsumerRecord<?, ?>> taken = new ArrayList<>();
        while (taken.size() < most && !heldBack.isEmpty()) {
            taken.add(heldBack.removeFirst());
        }
        waiting = heldBack.size();
        return taken;
    }

    /** Where the application would go on, seen from outside; -1 if all that was fetched has been handed out. */
    long firstHeldBack() {
        ConsumerRecord<?, ?> first = returned.isEmpty() ? heldBack.peekFirst() : returned.peekFirst();
        return first == null ? -1 : first.offset();
    }

    /** Whether a record that was handed out is not to be taken over, because one before it was not. */
    boolean isReturning() {
        return !returned.isEmpty();
    }

    /** A record was handed out and has not been taken over. */
    void giveBack(ConsumerRecord<?, ?> record) {
        returned.addLast(record);
    }

    boolean isNext(long offset) {
        lock.lock();
        try {
            return progress.isNext(offset);
        } finally {
            lock.unlock();
        }
    }

    /** Takes a record over. */
    RecordDelivery open(ConsumerRecord<?, ?> record, KeyedListener listener) {
        lock.lock();
        try {
            long before = progress.last();
            if (before < 0) {
                committing = record.offset(); // where the group stands: there is nothing to commit yet
            }
            RecordDelivery delivery =
                    new RecordDelivery(this, progress.open(record.offset()), before, record, listener);
            undone.put(delivery.entry(), delivery);
            return delivery;
        } finally {
            lock.unlock();
        }
    }

    void takeBack(RecordDelivery delivery) {
        lock.lock();
        try {
            progress.takeBack(delivery.entry(), delivery.before());
            undone.remove(delivery.entry());
        } finally {
            lock.unlock();
        }
        giveBack(delivery.record());
    }

    /** Whether there is no use in fetching. */
    boolean wantsPause() {
        return !heldBack.isEmpty() || isFull();
    }

    /** The offset to be committed, if it is none that is on its way; else -1. */
    long toCommit() {
        long watermark = watermark();
        return watermark > committing ? watermark : -1;
    }

    void committing(long offset) {
        committing = offset;
    }

    /** What the broker has said: where the next record is to be fetched, and where the log ends. */
    void heard(long next, long endOfLog) {
        position = next;
        end = endOfLog;
    }

    /** Lets starts go on that have waited for the membership. */
    void membershipConfirmed() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Takes nothing any more, and starts only what comes before something that has begun. */
    void cut() {
        boolean starts = membership.isConfirmed();
        lock.lock();
        try {
            progress.cut(starts);
            awaited = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until nothing moves after the cut. Answers whether it came to that. */
    boolean awaitSettled(long nanos) throws InterruptedException {
        long left = nanos;
        lock.lock();
        try {
            while (!progress.isSettled()) {
                if (left <= 0) {
                    return false;
                }
                left = changed.awaitNanos(left);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Starts nothing any more, and answers what waits in vain for another attempt, or for an operator. */
    List<RecordDelivery> drop() {
        heldBack.clear();
        returned.clear();
        waiting = 0;
        List<RecordDelivery> held = new ArrayList<>();
        lock.lock();
        try {
            for (Entry entry : progress.drop()) {
                held.add(undone.get(entry));
            }
            undone.clear();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        return held;
    }

    // Of any thread:

    /**
     * Begins an attempt, if it may begin; waits while it is not known whether the partition is still this consumer's.
     */
    boolean begin(RecordDelivery delivery) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (progress.mayBegin(delivery.entry()) && !membership.isConfirmed()) {
                changed.await(FreezeGuard.TICK_MILLIS, TimeUnit.MILLISECONDS);
            }
            boolean begins = progress.begin(delivery.entry());
            if (!begins) {
                tell();
            }
            return begins;
        } finally {
            lock.unlock();
        }
    }

    /** A body has ended. Answers whether the operation is to go on, if it would. */
    boolean bodyEnded(RecordDelivery delivery, boolean waits) {
        lock.lock();
        try {
            progress.bodyEnded(delivery.entry(), waits);
            tell();
            return !progress.isDropped();
        } finally {
            lock.unlock();
        }
    }

    /** The operation has ended without success. Answers whether the record is to be recovered. */
    boolean settle(RecordDelivery delivery) {
        lock.lock();
        try {
            boolean settles = progress.settle(delivery.entry());
            tell();
            return settles;
        } finally {
            lock.unlock();
        }
    }

    /** The record is done. */
    void done(RecordDelivery delivery) {
        lock.lock();
        try {
            undone.remove(delivery.entry());
            progress.done(delivery.entry());
            tell();
        } finally {
            lock.unlock();
        }
    }

    boolean isDropped() {
        lock.lock();
        try {
            return progress.isDropped();
        } finally {
            lock.unlock();
        }
    }

    long watermark() {
        lock.lock();
        try {
            return progress.watermark();
        } finally {
            lock.unlock();
        }
    }

    boolean isFull() {
        lock.lock();
        try {
            return progress.isFull();
        } finally {
            lock.unlock();
        }
    }

    /** How many records are taken over and not acknowledged. */
    int size() {
        lock.lock();
        try {
            return progress.size();
        } finally {
            lock.unlock();
        }
    }

    /** How many records are fetched and wait for room. */
    int waiting() {
        return waiting;
    }

    /** What it looks like now. */
    PartitionLook look() {
        lock.lock();
        try {
            Entry first = progress.first();
            return new PartitionLook(
                    id,
                    progress.watermark(),
                    position,
                    end,
                    progress.size(),
                    progress.isFull(),
                    waiting,
                    first == null ? null : first.state(),
                    first == null ? null : undone.get(first));
        } finally {
            lock.unlock();
        }
    }

    /** Those that are taken over and not done, in their order. Their keys are asked nothing here. */
    List<RecordDelivery> undone() {
        lock.lock();
        try {
            return progress.undone().stream()
                    .map(undone::get)
                    .filter(delivery -> delivery != null) // it has been dropped
                    .toList();
        } finally {
            lock.unlock();
        }
    }

    private void tell() {
        if (awaited) {
            changed.signalAll();
        }
    }

    @Override
    public String toString() {
        return id.toString();
    }
}
