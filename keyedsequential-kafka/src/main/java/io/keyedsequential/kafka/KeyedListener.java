package io.keyedsequential.kafka;

import io.keyedsequential.CoordinatorOptions;
import io.keyedsequential.KeyedCoordinator;
import io.keyedsequential.OverflowPolicy;
import io.keyedsequential.spring.atom.AtomName;
import io.keyedsequential.spring.atom.KeyedInvocation.OperationSignature;
import io.keyedsequential.spring.atom.MisconfiguredAtomException;
import io.keyedsequential.spring.atom.RegisteredAtom;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.apache.kafka.common.TopicPartition;

/** One listener: what its consumers share, and what they have done. For any thread. */
final class KeyedListener {

    private static final Log log = LogFactory.getLog(KeyedListener.class);

    /** Of a topic that others send to. */
    private static final String RECORDS_MOVE = "%s: topic %s has %d partitions now and had %d. Producers put the "
            + "records of most keys into another partition from now on, and between partitions there is no order: "
            + "records of a key that stand in the old one may run after those in the new one, or at the same time in "
            + "another instance. To keep the order, stop the producers and let the lag go to 0 before partitions are "
            + "added, or use a new topic";

    /** Of a topic that the engine sends to: it chooses partitions by the number that is configured. */
    private static final String CALLS_STAY = "%1$s: topic %2$s has %3$d partitions now and had %4$d. Calls go on to "
            + "the first %4$d, and every key stays where it is; the others are of no use. The next start is refused "
            + "as long as the number of partitions is not %5$s.kafka.partitions. To use them, stop all callers, let "
            + "what is in the topic run, and name a new topic in %5$s.kafka.topic";

    private final String id;
    private final String atom;

    /** Those of the methods that it calls; empty for the topic of an atom whose calls the engine keeps. */
    private final Set<OperationSignature> operations;

    private final ListenerSettings settings;
    private final Supplier<RegisteredAtom> registered;
    private final FreezeGuard guard;
    private final FailedRecords failedRecords;
    private final Collection<KeyedConsumer<?, ?>> consumers = new CopyOnWriteArrayList<>();
    private final Map<TopicPartition, PartitionCounts> counts = new ConcurrentHashMap<>();
    private final AtomicBoolean shown = new AtomicBoolean();
    private final AtomicBoolean warned = new AtomicBoolean();
    private final BrokerWatch broker;

    /** How many partitions each topic has, as far as is known. */
    private final Map<String, Integer> partitionCounts = new ConcurrentHashMap<>();

    KeyedListener(
            String id,
            String atom,
            Set<OperationSignature> operations,
            ListenerSettings settings,
            Supplier<RegisteredAtom> registered,
            FreezeGuard guard,
            FailedRecords failedRecords) {
        this.id = id;
        this.atom = atom;
        this.operations = operations;
        this.settings = settings;
        this.registered = registered;
        this.guard = guard;
        this.failedRecords = failedRecords;
        this.broker = new BrokerWatch(id, System::nanoTime);
    }

    String id() {
        return id;
    }

    String atom() {
        return atom;
    }

    /** Whether it takes the calls that the engine keeps, and not records of others. */
    private boolean isOfEngine() {
        return operations.isEmpty();
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
        if (isOfEngine()) { // it has no bound that could be reached
            return;
        }
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
        Duration runTimeout = options.runTimeout();
        if (runTimeout != null
                && runTimeout.compareTo(maxPollInterval.dividedBy(2)) > 0
                && warned.compareAndSet(false, true)) {
            log.warn(("%s: bodies of the atom '%s' may run for %s (run-timeout), and when partitions go they are "
                            + "waited for during half of max.poll.interval.ms, which is %d: what takes longer "
                            + "may overlap with its replay in another instance. Raise "
                            + "spring.kafka.consumer.max-poll-interval to %s or more, or lower %s.run-timeout")
                    .formatted(
                            id, atom(), runTimeout, maxPollInterval.toMillis(), runTimeout.multipliedBy(2), property));
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

    /** What has become of records of a partition, whether or not it is here now. */
    PartitionCounts counts(TopicPartition partition) {
        return counts.computeIfAbsent(partition, added -> new PartitionCounts());
    }

    /** The same over all partitions. */
    long total(ToLongFunction<PartitionCounts> count) {
        return counts.values().stream().mapToLong(count).sum();
    }

    BrokerWatch broker() {
        return broker;
    }

    /**
     * Says once that partitions were added to a topic. A consumer may hear of that later than another one, and tells an
     * older number meanwhile.
     */
    void partitionCount(String topic, int count) {
        Integer before = partitionCounts.get(topic);
        if (count == 0 || (before != null && before >= count)) { // 0: not known
            return;
        }
        if (partitionCounts.merge(topic, count, Math::max) == count && before != null) {
            log.warn((isOfEngine() ? CALLS_STAY : RECORDS_MOVE)
                    .formatted(id, topic, count, before, AtomName.property(atom)));
        }
    }

    /** Shows its partitions with the atom, from the first of its consumers on. */
    void show() {
        if (shown.compareAndSet(false, true)) {
            registered.get().fedBy(new ListenerPartitions(this));
        }
    }

    @Override
    public String toString() {
        return id;
    }
}
