package io.keyedsequential.verification.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyedsequential.spring.annotation.KeyedSequential;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.springframework.kafka.annotation.KafkaListener;

/**
 * How long the records of other keys wait while one key takes 8 s, from when they are sent to when their bodies begin. By
 * command, see {@code docs/verification.md}: what is measured is told, not judged.
 */
@EnabledIfSystemProperty(named = "kafka.processes", matches = "true")
class SlowKeyTest {

    private static final Duration SLOW = Duration.ofSeconds(8);
    private static final int PARTITIONS = 6;

    private final Broker broker = Broker.shared();

    static class Slow {
        final CountDownLatch begun = new CountDownLatch(1);
        final CountDownLatch ended = new CountDownLatch(1);
        final Queue<Long> delays = new ConcurrentLinkedQueue<>();
        final Queue<Long> duringSlow = new ConcurrentLinkedQueue<>();

        @KafkaListener(id = "slow-key", topics = "slow-key")
        @KeyedSequential(key = "#record.key()", atom = "slow-key", maxConcurrency = 4)
        void process(ConsumerRecord<String, String> record) {
            if (record.key().equals("slow")) {
                begun.countDown();
                long end = System.nanoTime() + SLOW.toNanos();
                while (System.nanoTime() < end) {
                    LockSupport.parkNanos(end - System.nanoTime());
                }
                ended.countDown();
                return;
            }
            long delay = System.currentTimeMillis() - record.timestamp();
            delays.add(delay);
            if (begun.getCount() == 0 && ended.getCount() > 0) {
                duringSlow.add(delay);
            }
            LockSupport.parkNanos(1_000_000); // the work
        }
    }

    @Test
    void othersGoOn() throws Exception {
        broker.createTopic("slow-key", PARTITIONS);
        Slow slow = new Slow();
        try (Instance instance = Instance.start(List.of(slow), "keyedsequential.atoms.slow-key.kafka.window=1000")) {
            Broker.until("it has partitions", () -> broker.members("slow-key") == 1);
            int before = send(Duration.ofSeconds(3), 0); // warm
            Broker.until("that is done", () -> slow.delays.size() == before);
            slow.delays.clear();
            broker.send("slow-key", 0, "slow", "8 s");
            slow.begun.await();
            int sent = send(Duration.ofSeconds(7), before);
            Broker.until("all others are done", () -> slow.delays.size() == sent);
            long stillRunning = slow.ended.getCount();
            List<Long> sorted = slow.duringSlow.stream().sorted().toList();
            System.out.printf(
                    "beside a key of %s: %d records of others began, delay median %d ms, p99 %d ms, most %d ms; the slow one "
                            + "still ran when all were done: %b%n",
                    SLOW,
                    sorted.size(),
                    sorted.get(sorted.size() / 2),
                    sorted.get(sorted.size() * 99 / 100),
                    sorted.get(sorted.size() - 1),
                    stillRunning == 1);
            assertThat(sorted).as("records that began while the slow one ran").isNotEmpty();
            slow.ended.await();
            Broker.until("partition 0 is acknowledged", () -> broker.committed("slow-key", "slow-key", 0) > 0);
        }
        assertThat(slow.duringSlow.size()).isLessThanOrEqualTo(slow.delays.size());
    }

    /** About 250 records a second, to 60 keys in all partitions. */
    private int send(Duration duration, int from) {
        long end = System.nanoTime() + duration.toNanos();
        int number = from;
        while (System.nanoTime() < end) {
            broker.sendSoon("slow-key", number % PARTITIONS, "k" + number % 60, String.valueOf(number));
            broker.flush();
            LockSupport.parkNanos(4_000_000);
            number++;
        }
        return number - from;
    }
}
