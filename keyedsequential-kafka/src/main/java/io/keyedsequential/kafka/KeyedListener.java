package io.keyedsequential.kafka;

import io.keyedsequential.CoordinatorOptions;
import io.keyedsequential.KeyedCoordinator;
import io.keyedsequential.OverflowPolicy;
import io.keyedsequential.spring.atom.AtomName;
import io.keyedsequential.spring.atom.MisconfiguredAtomException;
import io.keyedsequential.spring.atom.OperationSignature;
import io.keyedsequential.spring.atom.RegisteredAtom;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/** One listener: what its consumers share, and what they have done. For any thread. */
final class KeyedListener {

    private final String id;
    private final Set<OperationSignature> operations;
    private final ListenerSettings settings;
    private final Supplier<RegisteredAtom> registered;
    private final FreezeGuard guard;
    private final FailedRecords failedRecords;
    private final Collection<KeyedConsumer<?, ?>> consumers = new CopyOnWriteArrayList<>();
    private final LongAdder dropped = new LongAdder();
    private final LongAdder deadLetters = new LongAdder();
    private final LongAdder skipped = new LongAdder();

    KeyedListener(
            String id,
            Set<OperationSignature> operations,
            ListenerSettings settings,
            Supplier<RegisteredAtom> registered,
            FreezeGuard guard,
            FailedRecords failedRecords) {
        this.id = id;
        this.operations = operations;
        this.settings = settings;
        this.registered = registered;
        this.guard = guard;
        this.failedRecords = failedRecords;
    }

    String id() {
        return id;
    }

    String atom() {
        return operations.iterator().next().atom();
    }

    boolean isOf(OperationSignature operation) {
        return operations.contains(operation);
    }

    int window() {
        return settings.window();
    }

    ListenerSettings settings() {
        return settings;
    }

    FreezeGuard guard() {
        return guard;
    }

    FailedRecords failedRecords() {
        return failedRecords;
    }

    /** How many operations the atom takes now without making the consumer wait. */
    int room() {
        KeyedCoordinator<?> atom = registered.get().coordinator();
        return (int) Math.max(0, atom.options().capacity() - atom.stats().queued());
    }

    /**
     * Refuses options under which the consumer would be kept waiting.
     *
     * @param maxPollInterval how long a consumer may take between two polls
     */
    void check(Duration maxPollInterval) {
        RegisteredAtom atom = registered.get();
        CoordinatorOptions options = atom.coordinator().options();
        String property = AtomName.property(atom());
        if (!atom.isInMemory()) {
            throw new MisconfiguredAtomException(
                    ("The listener '%s' is in the atom '%s', which the engine '%s' keeps: its calls "
                                    + "would be stored by the consumer, one after the other, and a record whose call "
                                    + "cannot be stored would be dead-lettered.")
                            .formatted(id, atom(), atom.engine()),
                    ("Remove @KeyedSequential from the listener, and let it call an annotated method "
                                    + "of another bean: what that throws goes to the error handler of the container, "
                                    + "which tries again. Or set %s.engine to memory.")
                            .formatted(property));
        }
        if (options.capacityPerKey() < window()) {
            throw new MisconfiguredAtomException(
                    ("The listener '%s' hands over up to %d records of a partition, and one key of "
                                    + "the atom '%s' may have %d operations queued: a busy key would keep the consumer "
                                    + "waiting, and with it all partitions.")
                            .formatted(id, window(), atom(), options.capacityPerKey()),
                    "Raise %s.capacity-per-key to %d or more, or lower %s.kafka.window."
                            .formatted(property, window(), property));
        }
        if (options.overflowPolicy() == OverflowPolicy.BLOCK
                && options.blockTimeout().compareTo(maxPollInterval.dividedBy(2)) > 0) {
            throw new MisconfiguredAtomException(
                    ("max.poll.interval.ms of the listener '%s' is %d, and where others fill the atom "
                                    + "'%s' its consumer may wait for room for %s: it would be taken for dead.")
                            .formatted(id, maxPollInterval.toMillis(), atom(), options.blockTimeout()),
                    "Raise spring.kafka.consumer.max-poll-interval to %s or more, or lower %s.block-timeout."
                            .formatted(options.blockTimeout().multipliedBy(2), property));
        }
    }

    void add(KeyedConsumer<?, ?> consumer) {
        consumers.add(consumer);
    }

    void remove(KeyedConsumer<?, ?> consumer) {
        consumers.remove(consumer);
    }

    /** What all its consumers in this process have. */
    List<AssignedPartition> partitions() {
        return consumers.stream()
                .flatMap(consumer -> consumer.assigned().stream())
                .toList();
    }

    long sum(ToLongFunction<AssignedPartition> count) {
        return partitions().stream().mapToLong(count).sum();
    }

    void dropped(int records) {
        dropped.add(records);
    }

    void deadLettered() {
        deadLetters.increment();
    }

    void skipped() {
        skipped.increment();
    }

    /** Records that were taken over and went with their partitions before they were done: they are delivered again. */
    long dropped() {
        return dropped.sum();
    }

    long deadLetters() {
        return deadLetters.sum();
    }

    long skippedRecords() {
        return skipped.sum();
    }

    @Override
    public String toString() {
        return id;
    }
}
