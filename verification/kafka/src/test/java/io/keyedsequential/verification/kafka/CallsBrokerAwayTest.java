package io.keyedsequential.verification.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keyedsequential.kafka.CallNotSentException;
import io.keyedsequential.spring.annotation.KeyedSequential;
import io.keyedsequential.spring.atom.AtomRegistry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/**
 * The broker goes while an application has calls there, and returns: callers are told, what is taken over goes on,
 * nothing that was accepted is lost, and each change is one line of the log.
 */
@ExtendWith(OutputCaptureExtension.class)
class CallsBrokerAwayTest {

    private static final String TOPIC = "keyed.desk";
    private static final int PARTITIONS = 2;
    private static final List<String> KEYS = List.of("k0", "k1", "k2", "k3", "k4");

    @TempDir
    private Path directory;

    private final Ledger ledger = new Ledger();

    /** What callers were promised. */
    private final Map<String, List<Integer>> accepted = new ConcurrentHashMap<>();

    static class Desk {
        private final Ledger ledger;
        final CountDownLatch begun = new CountDownLatch(1);
        final CountDownLatch release = new CountDownLatch(1);

        Desk(Ledger ledger) {
            this.ledger = ledger;
        }

        @KeyedSequential(atom = "desk", key = "#key", maxConcurrency = 4)
        public void work(String key, int number) {
            ledger.run(key, number, () -> {
                if (key.equals("k0") && number == 5) {
                    begun.countDown();
                    try {
                        release.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                }
            });
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"classic", "consumer"})
    void callersAreToldAndNothingThatWasAcceptedIsLost(String protocol, CapturedOutput output) throws Exception {
        Desk desk = new Desk(ledger);
        try (OwnBroker broker = new OwnBroker(directory)) {
            broker.start();
            List<String> properties = new ArrayList<>(OwnBroker.keepingPartitions(protocol));
            properties.add("keyedsequential.atoms.desk.engine=kafka");
            properties.add("keyedsequential.atoms.desk.kafka.partitions=" + PARTITIONS);
            properties.add("keyedsequential.kafka.send-timeout=5s");
            try (Instance instance =
                            Instance.startAt(broker.address(), List.of(desk), properties.toArray(String[]::new));
                    Admin admin = Admin.create(Map.of("bootstrap.servers", broker.address()))) {
                Desk proxy = instance.bean(Desk.class);
                call(proxy, 0, 10);
                desk.begun.await();
                // A call that was made again, since the broker answered too late, is there twice.
                Broker.until("all others are done", () -> KEYS.stream()
                        .allMatch(key -> ledger.of(key).containsAll(numbers(key.equals("k0") ? 5 : 10))));
                Broker.until("what waits behind it is taken over", () -> waiting(instance) >= 5);

                broker.stop();
                Broker.until("its absence is told", () -> told(output, "nothing has been heard from a broker") == 1);
                List<CompletableFuture<Void>> callers = KEYS.stream()
                        .map(key -> CompletableFuture.runAsync(() -> proxy.work(key, 10)))
                        .toList();
                for (CompletableFuture<Void> caller : callers) {
                    assertThatThrownBy(caller::join)
                            .isInstanceOf(CompletionException.class)
                            .cause()
                            .isInstanceOf(CallNotSentException.class)
                            .hasCauseInstanceOf(TimeoutException.class)
                            .hasMessageContaining("desk: the call was not taken by the topic " + TOPIC)
                            .hasMessageContaining("has not answered within PT5S (keyedsequential.kafka.send-timeout)");
                }
                desk.release.countDown();
                Broker.until("what was taken over is done without the broker", () -> ledger.hasAll(accepted));

                broker.start();
                call(proxy, 11, 15);
                Broker.until("all that was accepted has run", () -> ledger.hasAll(accepted));
                Broker.until("all is acknowledged", () -> isAcknowledged(admin));
                Broker.until("its return is told", () -> told(output, "the broker answers again") == 1);
            }
        }
        ledger.assertInOrder(KEYS);
        assertThat(told(output, "nothing has been heard from a broker")).isOne();
        assertThat(told(output, "the broker answers again")).isOne();
    }

    private static List<Integer> numbers(int count) {
        return IntStream.range(0, count).boxed().toList();
    }

    /** Again and again, as a caller does that may: on a machine that has no time the broker may answer too late. */
    private void call(Desk proxy, int from, int to) {
        for (int number = from; number < to; number++) {
            for (String key : KEYS) {
                int called = number;
                Broker.until(key + " " + number + " is accepted", () -> isTaken(proxy, key, called));
                accepted.computeIfAbsent(key, added -> new ArrayList<>()).add(number);
            }
        }
    }

    private static boolean isTaken(Desk proxy, String key, int number) {
        try {
            proxy.work(key, number);
            return true;
        } catch (CallNotSentException e) {
            return false;
        }
    }

    private static int waiting(Instance instance) {
        return instance.bean(AtomRegistry.class)
                .find("desk")
                .orElseThrow()
                .view()
                .lane("k0")
                .map(lane -> lane.operations().size())
                .orElse(0);
    }

    private static boolean isAcknowledged(Admin admin) {
        return IntStream.range(0, PARTITIONS).allMatch(partition -> {
            TopicPartition id = new TopicPartition(TOPIC, partition);
            try {
                OffsetAndMetadata offset = admin.listConsumerGroupOffsets(TOPIC)
                        .partitionsToOffsetAndMetadata()
                        .get(2, TimeUnit.MINUTES)
                        .get(id);
                long end = admin.listOffsets(Map.of(id, OffsetSpec.latest()))
                        .partitionResult(id)
                        .get(2, TimeUnit.MINUTES)
                        .offset();
                return (offset == null ? 0 : offset.offset()) == end;
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
    }

    private static long told(CapturedOutput output, String what) {
        return output.getOut()
                .lines()
                .filter(line -> line.contains(TOPIC + ": " + what))
                .count();
    }
}
