package io.keyedsequential.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyedsequential.KeyedCoordinator;
import io.keyedsequential.kafka.KeyedConsumer.Limits;
import io.keyedsequential.spring.atom.KeyedInvocation;
import io.keyedsequential.spring.atom.KeyedInvocation.OperationSignature;
import io.keyedsequential.spring.atom.RegisteredAtom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetCommitCallback;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a container sees of its consumer, and the client of the container: windows, pauses, commits, and partitions that go. */
class KeyedConsumerTest {

    private static final TopicPartition A = new TopicPartition("t", 0);
    private static final TopicPartition B = new TopicPartition("t", 1);
    private static final OperationSignature OPERATION = new OperationSignature("t", "process", List.of());

    private final AtomicLong now = new AtomicLong();
    private final FreezeGuard guard = new FreezeGuard(now::get);
    private final KeyedCoordinator<Object> atom =
            KeyedCoordinator.builder("t").maxConcurrency(4).build();
    private final Queue<Long> recovered = new ConcurrentLinkedQueue<>();
    private final FailedRecords failedRecords =
            new FailedRecords(() -> (record, failure) -> recovered.add(record.offset()));
    private final KeyedListener listener = new KeyedListener(
            "t",
            "t",
            Set.of(OPERATION),
            new ListenerSettings(4, FailedRecordsPolicy.DEAD_LETTER, NullKeysPolicy.REFUSE),
            () -> new RegisteredAtom("t", atom, "a test", true),
            guard,
            failedRecords);
    private final Client client = new Client();
    private final Consumer<String, String> consumer =
            new KeyedConsumer<>(client, listener, new Limits(Duration.ofMinutes(2), Duration.ofMinutes(2))).proxy();

    /** Commits as a broker does that may refuse, or be disturbed. */
    private static final class Client extends MockConsumer<String, String> {

        final AtomicInteger wakeups = new AtomicInteger();
        final Queue<Map<TopicPartition, OffsetAndMetadata>> history = new ConcurrentLinkedQueue<>();
        volatile ConsumerRebalanceListener listener;
        volatile boolean refuses;

        Client() {
            super("earliest");
        }

        @Override
        public synchronized void commitSync(Map<TopicPartition, OffsetAndMetadata> offsets, Duration timeout) {
            if (wakeups.getAndDecrement() > 0) {
                throw new WakeupException();
            }
            if (refuses) {
                throw new CommitFailedException();
            }
            history.add(offsets);
            super.commitSync(offsets, timeout);
        }

        @Override
        public synchronized void commitAsync(
                Map<TopicPartition, OffsetAndMetadata> offsets, OffsetCommitCallback callback) {
            if (refuses) {
                callback.onComplete(offsets, new CommitFailedException());
            } else {
                super.commitAsync(offsets, callback);
            }
        }

        @Override
        public synchronized void subscribe(Collection<String> topics, ConsumerRebalanceListener told) {
            listener = told;
            super.subscribe(topics, told);
        }
    }

    @BeforeEach
    void assign() {
        consumer.subscribe(List.of("t"), new ConsumerRebalanceListener() {
            @Override
            public void onPartitionsRevoked(Collection<TopicPartition> revoked) {}

            @Override
            public void onPartitionsAssigned(Collection<TopicPartition> assigned) {}
        });
        client.rebalance(List.of(A, B));
        client.updateBeginningOffsets(Map.of(A, 0L, B, 0L));
    }

    @AfterEach
    void close() {
        atom.close();
        failedRecords.destroy();
    }

    @Test
    void aPollHandsOutAWindowAndKeepsTheRestAndPausesThatPartitionOnly() {
        add(A, 10);
        add(B, 2);
        List<ConsumerRecord<String, String>> first = poll();
        assertThat(first).hasSize(6);
        assertThat(offsets(first, A)).containsExactly(0L, 1L, 2L, 3L);
        assertThat(consumer.position(A))
                .as("what is held back has not been handed out")
                .isEqualTo(4);
        List<RecordDelivery> taken = take(first).stream()
                .filter(delivery -> delivery.partition().id().equals(A))
                .toList();

        assertThat(poll()).isEmpty();
        assertThat(client.paused()).containsExactly(A);
        assertThat(consumer.paused()).as("by the container").isEmpty();

        taken.get(0).done();
        assertThat(poll()).as("the window is not half empty").isEmpty();
        taken.get(1).done();
        assertThat(offsets(poll(), A)).containsExactly(4L, 5L);
    }

    @Test
    void whatTheContainerPausesStaysPaused() {
        add(A, 10);
        List<RecordDelivery> taken = take(poll());
        consumer.pause(List.of(A, B));
        taken.forEach(RecordDelivery::done);
        assertThat(poll()).isEmpty();
        assertThat(consumer.paused()).containsExactlyInAnyOrder(A, B);
        consumer.resume(List.of(A, B));
        assertThat(consumer.paused()).isEmpty();
        assertThat(offsets(poll(), A)).containsExactly(4L, 5L, 6L, 7L);
    }

    @Test
    void whatIsDoneWithoutAGapIsCommitted() {
        add(A, 4);
        List<RecordDelivery> taken = take(poll());
        taken.get(1).done();
        taken.get(2).done();
        poll();
        assertThat(committed(A)).isNull();
        taken.get(0).done();
        poll();
        assertThat(committed(A)).isEqualTo(3);
    }

    @Test
    void aCommitThatFailsIsTriedAgain() {
        add(A, 2);
        take(poll()).get(0).done();
        client.refuses = true;
        poll();
        poll();
        assertThat(committed(A)).isNull();
        client.refuses = false;
        poll();
        assertThat(committed(A)).isEqualTo(1);
    }

    @Test
    void aRecordThatWasNotTakenOverComesAgainBeforeThoseBehindIt() {
        add(A, 6);
        KeyedConsumer<?, ?> keyed = KeyedConsumer.of(consumer);
        List<ConsumerRecord<String, String>> handedOut = poll();
        RecordDelivery first = keyed.open(handedOut.get(0));
        RecordDelivery refused = keyed.open(handedOut.get(1));
        refused.partition().takeBack(refused);
        assertThat(keyed.open(handedOut.get(2))).as("behind it").isNull();
        assertThat(keyed.open(handedOut.get(3))).as("behind it").isNull();

        first.done();
        assertThat(offsets(poll(), A)).containsExactly(1L, 2L, 3L, 4L);
        poll();
        assertThat(committed(A)).isEqualTo(1);
    }

    @Test
    void aRevokedPartitionEndsWhatHasBegunAndIsCommittedThoughTheContainerWakesItsConsumer() throws Exception {
        add(A, 4);
        List<RecordDelivery> taken = take(poll());
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch begun = new CountDownLatch(2);
        Queue<Long> ran = new ConcurrentLinkedQueue<>();
        atom.pauseKey("later");
        submit(taken.get(0), "ada", ran, begun, new CountDownLatch(0));
        submit(taken.get(1), "bob", ran, begun, release);
        CompletableFuture<?> never = submit(taken.get(2), "later", ran);
        begun.await();
        client.wakeups.set(2);
        CompletableFuture<Void> revoked = onThreadOfItsOwn(() -> client.rebalance(List.of(B)));
        release.countDown();
        revoked.join();
        assertThat(client.wakeups).hasValue(-1);
        assertThat(lastCommit(A)).isEqualTo(2);
        assertThat(ran).containsExactlyInAnyOrder(0L, 1L);

        atom.resumeKey("later");
        assertThat(never).failsWithin(Duration.ofMinutes(2));
        assertThat(never.isCancelled()).as("it has not failed").isTrue();
        assertThat(ran).hasSize(2);
        assertThat(recovered).isEmpty();
    }

    @Test
    void aLostPartitionIsDroppedAtOnceAndNothingOfItIsCommitted() {
        add(A, 2);
        List<RecordDelivery> taken = take(poll());
        Queue<Long> ran = new ConcurrentLinkedQueue<>();
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        CompletableFuture<?> running = submit(taken.get(0), "ada", ran, begun, release);
        CompletableFuture<?> queued = submit(taken.get(1), "ada", ran);
        awaitLatch(begun);
        lose(List.of(A)); // does not wait for the body
        release.countDown();
        assertThat(running).succeedsWithin(Duration.ofMinutes(2));
        assertThat(queued).failsWithin(Duration.ofMinutes(2));
        assertThat(queued.isCancelled()).isTrue();
        poll();
        assertThat(committed(A)).isNull();
        assertThat(ran).containsExactly(0L);
        assertThat(listener.total(PartitionCounts::replays)).isEqualTo(2);
    }

    @Test
    void afterAStandstillNothingStartsBeforeTheBrokerHasConfirmedTheMembership() {
        add(A, 2);
        List<RecordDelivery> taken = take(poll());
        Queue<Long> ran = new ConcurrentLinkedQueue<>();
        now.addAndGet(Duration.ofSeconds(12).toNanos());
        client.refuses = true;
        CompletableFuture<?> first = submit(taken.get(0), "ada", ran);
        poll();
        assertThat(ran).isEmpty();
        assertThat(first).isNotDone();

        client.refuses = false;
        poll();
        assertThat(first).succeedsWithin(Duration.ofMinutes(2));
        assertThat(ran).containsExactly(0L);
    }

    @Test
    void afterAStandstillInWhichThePartitionWasLostNothingStarts() {
        add(A, 2);
        List<RecordDelivery> taken = take(poll());
        Queue<Long> ran = new ConcurrentLinkedQueue<>();
        now.addAndGet(Duration.ofSeconds(12).toNanos());
        client.refuses = true;
        CompletableFuture<?> stale = submit(taken.get(0), "ada", ran);
        poll();
        lose(List.of(A));
        assertThat(stale).failsWithin(Duration.ofMinutes(2));
        assertThat(stale.isCancelled()).isTrue();
        assertThat(ran).isEmpty();
    }

    @Test
    void aJumpBackDeliversAgainAndForgetsWhatWasTakenOver() {
        add(A, 4);
        List<RecordDelivery> taken = take(poll());
        taken.get(0).done();
        taken.get(1).done();
        consumer.seek(A, 0);
        add(A, 4);
        List<ConsumerRecord<String, String>> again = poll();
        assertThat(offsets(again, A)).startsWith(0L, 1L);
        taken.get(2).done();
        taken.get(3).done();
        take(again).get(0).done();
        poll();
        assertThat(committed(A)).isEqualTo(1);
    }

    @Test
    void aConsumerThatIsClosedHasCommittedWhatWasDone() {
        add(A, 3);
        List<RecordDelivery> taken = take(poll());
        taken.get(0).done();
        consumer.close();
        assertThat(client.closed()).isTrue();
        assertThat(client.history).last().isEqualTo(Map.of(A, new OffsetAndMetadata(1)));
    }

    private void add(TopicPartition partition, int count) {
        for (int offset = 0; offset < count; offset++) {
            client.addRecord(new ConsumerRecord<>(partition.topic(), partition.partition(), offset, "k", "v"));
        }
    }

    private List<ConsumerRecord<String, String>> poll() {
        ConsumerRecords<String, String> polled = consumer.poll(Duration.ZERO);
        List<ConsumerRecord<String, String>> all = new ArrayList<>();
        polled.forEach(all::add);
        return all;
    }

    private List<RecordDelivery> take(List<ConsumerRecord<String, String>> records) {
        List<RecordDelivery> taken = new ArrayList<>();
        for (ConsumerRecord<String, String> record : records) {
            RecordDelivery delivery = KeyedConsumer.of(consumer).open(record);
            assertThat(delivery).isNotNull();
            delivery.handedOver();
            taken.add(delivery);
        }
        return taken;
    }

    private CompletableFuture<?> submit(RecordDelivery delivery, String key, Queue<Long> ran) {
        return submit(delivery, key, ran, new CountDownLatch(1), new CountDownLatch(0));
    }

    /** As the interceptor does. */
    private CompletableFuture<?> submit(
            RecordDelivery delivery, String key, Queue<Long> ran, CountDownLatch begun, CountDownLatch release) {
        delivery.becomes(new KeyedInvocation(OPERATION, key, new Object[0], Map.of(), null), atom);
        CompletableFuture<Object> future = atom.submit(key, () -> {
            try {
                return delivery.run(() -> {
                    begun.countDown();
                    awaitLatch(release);
                    ran.add(delivery.entry().offset());
                    return null;
                });
            } catch (Exception e) {
                throw e;
            } catch (Throwable e) {
                throw new AssertionError(e);
            }
        });
        future.whenComplete((nothing, failure) -> delivery.ended(failure));
        return future;
    }

    /** What the client does when it finds that it is no member any more. */
    private void lose(Collection<TopicPartition> lost) {
        client.listener.onPartitionsLost(lost);
    }

    private Long committed(TopicPartition partition) {
        OffsetAndMetadata offset = client.committed(Set.of(partition)).get(partition);
        return offset == null ? null : offset.offset();
    }

    private Long lastCommit(TopicPartition partition) {
        return client.history.stream()
                .filter(offsets -> offsets.containsKey(partition))
                .reduce((before, after) -> after)
                .map(offsets -> offsets.get(partition).offset())
                .orElse(null);
    }

    private static CompletableFuture<Void> onThreadOfItsOwn(Runnable action) {
        return CompletableFuture.runAsync(action, running -> new Thread(running).start());
    }

    private static List<Long> offsets(List<ConsumerRecord<String, String>> records, TopicPartition partition) {
        return records.stream()
                .filter(record -> record.partition() == partition.partition())
                .map(ConsumerRecord::offset)
                .toList();
    }

    private static void awaitLatch(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
