package io.keyedsequential.kafka;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RecordDeserializationException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;

/**
 * Stands between a container and the consumer of the client, as a proxy of that. {@code poll} hands out no more than
 * there is room for, and keeps the rest; it also commits what is done without a gap. Partitions that go are brought to
 * rest first. Everything else is the client's. Confined to the thread of the consumer but where it says otherwise.
 */
final class KeyedConsumer<K, V> implements InvocationHandler {

    private static final Log log = LogFactory.getLog(KeyedConsumer.class);

    /** How long a poll lasts at most while a partition waits for room, which nothing else tells the consumer of. */
    private static final Duration WHILE_FULL = Duration.ofMillis(20);

    /** How long a poll lasts at most while something is under way, which is committed after it. */
    private static final Duration WHILE_BUSY = Duration.ofMillis(100);

    private static final Duration COMMIT_TIMEOUT = Duration.ofSeconds(10);

    private final Consumer<K, V> client;
    private final KeyedListener listener;
    private final Membership membership;
    private final Limits limits;

    /** Also read by meters, on other threads. */
    private final Map<TopicPartition, AssignedPartition> partitions = new ConcurrentHashMap<>();

    /** Paused here, for want of room. */
    private final Set<TopicPartition> full = new HashSet<>();

    /** Paused by the container. */
    private final Set<TopicPartition> pausedByCaller = new HashSet<>();

    private boolean commitUnderWay;

    private boolean commitsFail;

    /** The term of the membership that was last said to be in question. */
    private int questioned;

    /** The term of which it was last said that it is not confirmed. */
    private int unconfirmed;

    private final BrokerTidings tidings;

    private int turn;

    /**
     * How long is waited for bodies at most.
     *
     * @param revoke when partitions go to another consumer
     * @param stop when the consumer is closed
     */
    record Limits(Duration revoke, Duration stop) {}

    KeyedConsumer(Consumer<K, V> client, KeyedListener listener, Limits limits) {
        this.client = client;
        this.listener = listener;
        this.membership = new Membership(listener.guard());
        this.limits = limits;
        this.tidings = new BrokerTidings(client, listener, System::nanoTime);
    }

    /** The consumer that a container sees. */
    @SuppressWarnings("unchecked")
    Consumer<K, V> proxy() {
        return (Consumer<K, V>)
                Proxy.newProxyInstance(Consumer.class.getClassLoader(), new Class<?>[] {Consumer.class}, this);
    }

    /** The one behind a proxy. */
    static KeyedConsumer<?, ?> of(@Nullable Consumer<?, ?> proxy) {
        if (proxy != null
                && Proxy.isProxyClass(proxy.getClass())
                && Proxy.getInvocationHandler(proxy) instanceof KeyedConsumer<?, ?> known) {
            return known;
        }
        throw new IllegalStateException("the consumer of a keyed listener has been exchanged: "
                + (proxy == null ? "none" : proxy.getClass().getName()));
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, @Nullable Object @Nullable [] arguments)
            throws Throwable {
        Object[] given = arguments == null ? new Object[0] : arguments;
        return switch (method.getName()) {
            case "poll" -> poll((Duration) given[0]);
            case "subscribe" -> client(method, withRebalances(given));
            case "unsubscribe" -> {
                giveUp(Set.copyOf(partitions.keySet()), limits.stop());
                yield client(method, given);
            }
            case "close" -> {
                giveUp(Set.copyOf(partitions.keySet()), limits.stop());
                listener.remove(this);
                tidings.forget();
                yield client(method, given);
            }
            case "assign" -> {
                Set<TopicPartition> gone = new HashSet<>(partitions.keySet());
                gone.removeAll((Collection<?>) given[0]);
                giveUp(gone, limits.revoke());
                yield client(method, given);
            }
            case "seek" -> {
                drop(List.of((TopicPartition) given[0]));
                yield client(method, given);
            }
            case "seekToBeginning", "seekToEnd" -> {
                Collection<TopicPartition> sought = partitions(given[0]);
                drop(sought.isEmpty() ? Set.copyOf(partitions.keySet()) : sought);
                yield client(method, given);
            }
            case "position" -> position(method, given);
            case "pause" -> {
                pausedByCaller.addAll(partitions(given[0]));
                yield client(method, given);
            }
            case "resume" -> {
                resume(partitions(given[0]));
                yield null;
            }
            case "paused" -> {
                Set<TopicPartition> paused = new HashSet<>(client.paused());
                paused.retainAll(pausedByCaller);
                yield paused;
            }
            case "equals" -> proxy == given[0];
            case "hashCode" -> System.identityHashCode(proxy);
            case "toString" -> "keyed " + client;
            default -> client(method, given);
        };
    }

    private @Nullable Object client(Method method, @Nullable Object[] arguments) throws Throwable {
        try {
            return method.invoke(client, arguments);
        } catch (InvocationTargetException e) {
            throw e.getTargetException();
        }
    }

    @SuppressWarnings("unchecked")
    private static Collection<TopicPartition> partitions(@Nullable Object argument) {
        return argument == null ? List.of() : List.copyOf((Collection<TopicPartition>) argument);
    }

    // Polling

    private ConsumerRecords<K, V> poll(Duration timeout) {
        commit();
        confirmMembership();
        partitions.values().forEach(AssignedPartition::restore);
        arrangePauses();
        try {
            ConsumerRecords<K, V> polled = client.poll(pollTimeout(timeout));
            for (TopicPartition id : polled.partitions()) {
                partition(id).fetched(polled.records(id));
            }
        } catch (RecordDeserializationException e) {
            // The client would stand still at this record.
            client.seek(e.topicPartition(), e.offset() + 1);
            partition(e.topicPartition()).fetched(List.of(new UnreadableRecord<K, V>(e)));
        }
        tidings.look(partitions.values());
        return handOut();
    }

    private AssignedPartition partition(TopicPartition id) {
        return partitions.computeIfAbsent(id, added -> new AssignedPartition(added, listener.window(), membership));
    }

    private Duration pollTimeout(Duration asked) {
        boolean waits = !full.isEmpty();
        boolean busy = waits || commitUnderWay || !membership.isConfirmed();
        for (AssignedPartition partition : partitions.values()) {
            waits |= partition.waiting() > 0;
            busy |= waits || partition.size() > 0;
        }
        Duration most = waits ? WHILE_FULL : busy ? WHILE_BUSY : asked;
        return most.compareTo(asked) < 0 ? most : asked;
    }

    @SuppressWarnings("unchecked") // they have come from this client
    private ConsumerRecords<K, V> handOut() {
        Map<TopicPartition, List<ConsumerRecord<K, V>>> out = new LinkedHashMap<>();
        int room = listener.room();
        List<AssignedPartition> all = new ArrayList<>(partitions.values());
        Collections.rotate(all, turn++); // where the atom has little room, each goes first in its turn
        for (AssignedPartition partition : all) {
            if (!pausedByCaller.contains(partition.id())) {
                List<ConsumerRecord<?, ?>> taken = partition.take(room);
                room -= taken.size();
                if (!taken.isEmpty()) {
                    out.put(partition.id(), (List<ConsumerRecord<K, V>>) (List<?>) taken);
                }
            }
        }
        return out.isEmpty() ? ConsumerRecords.empty() : new ConsumerRecords<>(out, Map.of());
    }

    private void arrangePauses() {
        Set<TopicPartition> assigned = client.assignment();
        full.retainAll(assigned);
        pausedByCaller.retainAll(assigned);
        List<TopicPartition> pause = new ArrayList<>();
        List<TopicPartition> resume = new ArrayList<>();
        for (TopicPartition id : assigned) {
            if (partition(id).wantsPause()) { // known from now on, so that it is shown
                if (full.add(id)) {
                    pause.add(id);
                }
            } else if (full.remove(id) && !pausedByCaller.contains(id)) {
                resume.add(id);
            }
        }
        if (!pause.isEmpty()) {
            client.pause(pause);
        }
        if (!resume.isEmpty()) {
            client.resume(resume);
        }
    }

    private void resume(Collection<TopicPartition> resumed) {
        pausedByCaller.removeAll(resumed);
        client.resume(resumed.stream().filter(id -> !full.contains(id)).toList());
    }

    private @Nullable Object position(Method method, @Nullable Object[] given) throws Throwable {
        AssignedPartition partition = partitions.get((TopicPartition) given[0]);
        long first = partition == null ? -1 : partition.firstHeldBack();
        return first >= 0 ? first : client(method, given);
    }

    /**
     * Takes a record over that {@link #poll} has handed out; {@code null} if it has to wait behind one that was
     * given back.
     */
    @Nullable
    RecordDelivery open(ConsumerRecord<?, ?> record) {
        TopicPartition id = new TopicPartition(record.topic(), record.partition());
        AssignedPartition partition = partition(id);
        if (partition.isReturning()) {
            partition.giveBack(record);
            return null;
        }
        if (!partition.isNext(record.offset())) { // the rest of a poll after a jump back
            drop(List.of(id));
            partition = partition(id);
        }
        return partition.open(record, listener);
    }

    // Committing

    /** Commits what is done, unless the commit before has not arrived yet. */
    private void commit() {
        if (commitUnderWay) {
            return;
        }
        Map<TopicPartition, OffsetAndMetadata> offsets = new LinkedHashMap<>();
        List<AssignedPartition> committing = new ArrayList<>();
        for (AssignedPartition partition : partitions.values()) {
            long offset = partition.toCommit();
            if (offset >= 0) {
                offsets.put(partition.id(), new OffsetAndMetadata(offset));
                committing.add(partition);
                partition.committing(offset);
            }
        }
        if (offsets.isEmpty()) {
            return;
        }
        commitUnderWay = true; // before: it may be answered at once
        boolean sent = false;
        try {
            client.commitAsync(offsets, (committed, failure) -> {
                commitUnderWay = false;
                tellOfCommit(offsets, failure);
                if (failure != null) {
                    committing.forEach(partition -> partition.committing(-1));
                }
            });
            sent = true;
        } finally {
            commitUnderWay &= sent;
        }
    }

    /** Once for each time that commits begin to fail: they are tried again with every poll. */
    private void tellOfCommit(Map<TopicPartition, OffsetAndMetadata> offsets, @Nullable Exception failure) {
        if (failure != null && !commitsFail && !(failure instanceof RetriableException)) {
            log.warn(
                    ("%s: %s could not be committed, which is tried again; what is done meanwhile is "
                                    + "delivered again after a crash")
                            .formatted(listener, offsets),
                    failure);
        }
        commitsFail = failure != null;
    }

    /**
     * Asks the broker, after the process has stood still, whether it still knows this consumer: only a member
     * may commit.
     */
    private void confirmMembership() {
        if (membership.isConfirmed()) {
            return;
        }
        int term = membership.term();
        Map<TopicPartition, OffsetAndMetadata> offsets = new LinkedHashMap<>();
        for (AssignedPartition partition : partitions.values()) {
            long watermark = partition.watermark();
            if (watermark >= 0) {
                offsets.put(partition.id(), new OffsetAndMetadata(watermark));
            }
        }
        try {
            if (!offsets.isEmpty()) {
                if (questioned != term) {
                    questioned = term;
                    log.info(("%s: this process has stood still; nothing starts until the broker has "
                                    + "confirmed the assignment of %s")
                            .formatted(listener, offsets.keySet()));
                }
                commitSync(offsets);
            }
        } catch (KafkaException e) {
            if (unconfirmed != term) {
                unconfirmed = term;
                log.warn("%s: the assignment is not confirmed, which is tried again: %s"
                        .formatted(listener, e.getMessage()));
            }
            return; // the next poll hears of the loss, or asks again
        }
        membership.confirm(term);
        partitions.values().forEach(AssignedPartition::membershipConfirmed);
    }

    /** A container that stops wakes its consumer, which would end the commit. */
    private void commitSync(Map<TopicPartition, OffsetAndMetadata> offsets) {
        boolean woken;
        do {
            woken = false;
            try {
                client.commitSync(offsets, COMMIT_TIMEOUT);
            } catch (WakeupException e) {
                woken = true;
            }
        } while (woken);
    }

    // Partitions that go

    private @Nullable Object[] withRebalances(@Nullable Object[] given) {
        int last = given.length - 1;
        ConsumerRebalanceListener told =
                last > 0 && given[last] instanceof ConsumerRebalanceListener rebalances ? rebalances : null;
        if (told == null) {
            throw new UnsupportedOperationException("a keyed listener subscribes with a rebalance listener");
        }
        @Nullable Object[] wrapped = given.clone();
        wrapped[last] = new ConsumerRebalanceListener() {
            @Override
            public void onPartitionsRevoked(Collection<TopicPartition> revoked) {
                giveUp(revoked, limits.revoke());
                pausedByCaller.removeAll(revoked);
                told.onPartitionsRevoked(revoked);
            }

            @Override
            public void onPartitionsLost(Collection<TopicPartition> lost) {
                drop(lost);
                pausedByCaller.removeAll(lost);
                told.onPartitionsLost(lost);
            }

            @Override
            public void onPartitionsAssigned(Collection<TopicPartition> assigned) {
                assigned.stream()
                        .map(TopicPartition::topic)
                        .distinct()
                        .forEach(topic -> listener.partitionCount(
                                topic, client.partitionsFor(topic).size()));
                told.onPartitionsAssigned(assigned);
            }
        };
        return wrapped;
    }

    /** Lets what has begun end, commits, and forgets the rest. */
    private void giveUp(Collection<TopicPartition> ids, Duration limit) {
        List<AssignedPartition> going = ids.stream()
                .map(partitions::get)
                .filter(partition -> partition != null)
                .toList();
        if (going.isEmpty()) {
            return;
        }
        confirmMembership(); // otherwise nothing would begin that stands before what is done, which would be repeated
        going.forEach(AssignedPartition::cut);
        boolean settled = awaitSettled(going, limit);
        Map<TopicPartition, OffsetAndMetadata> offsets = new LinkedHashMap<>();
        for (AssignedPartition partition : going) {
            long watermark = partition.watermark();
            if (watermark >= 0) {
                offsets.put(partition.id(), new OffsetAndMetadata(watermark));
            }
        }
        try {
            if (!offsets.isEmpty()) {
                commitSync(offsets);
            }
        } catch (KafkaException e) {
            log.warn(
                    ("%s: %s could not be committed before the partitions went: what was done behind "
                                    + "the last commit is delivered again")
                            .formatted(listener, offsets),
                    e);
        }
        if (!settled) {
            going.stream()
                    .filter(partition -> partition.size() > 0)
                    .forEach(
                            partition -> log.warn(("%s: %s went with %d records that were taken over and are not done, "
                                            + "after %s; they are delivered again, and what still runs may overlap "
                                            + "with that. If bodies need that long, raise max.poll.interval.ms (half "
                                            + "of it is waited for) and keyedsequential.shutdown.drain-timeout, or set "
                                            + "a run-timeout")
                                    .formatted(listener, partition, partition.size(), limit)));
        }
        drop(ids);
    }

    /** Nothing is polled meanwhile; a broker that goes away is told of all the same. */
    private boolean awaitSettled(List<AssignedPartition> going, Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        try {
            for (AssignedPartition partition : going) {
                long left = end - System.nanoTime();
                while (!partition.awaitSettled(Math.min(left, BrokerTidings.EVERY_NANOS))) {
                    tidings.watch();
                    left = end - System.nanoTime();
                    if (left <= 0) {
                        return false;
                    }
                }
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void drop(Collection<TopicPartition> ids) {
        for (TopicPartition id : ids) {
            AssignedPartition partition = partitions.remove(id);
            if (partition != null) {
                int open = partition.size();
                if (open > 0) {
                    listener.counts(id).dropped(open);
                }
                partition.drop().forEach(RecordDelivery::withdraw);
            }
        }
    }

    // Of any thread

    Collection<AssignedPartition> assigned() {
        return partitions.values();
    }
}
