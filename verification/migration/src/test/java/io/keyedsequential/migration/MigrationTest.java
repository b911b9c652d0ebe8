package io.keyedsequential.migration;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyedsequential.spring.atom.AtomRegistry;
import io.keyedsequential.spring.autoconfigure.KeyedSequentialAutoConfiguration;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.messaging.MessageChannel;
import org.springframework.messaging.support.GenericMessage;

/** What docs/migrating.md says that changes, and that does not. */
class MigrationTest {

    private static final List<Order> ORDERS = IntStream.rangeClosed(1, 20)
            .mapToObj(number -> new Order("ada", number))
            .toList();

    private static ApplicationContextRunner app(Class<?>... configuration) {
        return new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        KeyedSequentialAutoConfiguration.class, TaskExecutionAutoConfiguration.class))
                .withUserConfiguration(configuration);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(120, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void awaitIdle(AtomRegistry registry) {
        registry.atoms().forEach(atom -> assertThat(atom.coordinator().awaitIdle(Duration.ofMinutes(2)))
                .as(atom.name())
                .isTrue());
    }

    @Test
    void asyncLetsTheSecondOrderOvertake() {
        app(FromAsync.App.class, FromAsync.Before.class).run(context -> {
            Ledger ledger = context.getBean(Ledger.class);
            CountDownLatch overtaken = new CountDownLatch(1);
            ledger.beforeFirst(() -> await(overtaken));
            FromAsync.Before service = context.getBean(FromAsync.Before.class);
            service.process(new Order("ada", 1));
            service.process(new Order("ada", 2));
            ledger.awaitEntries(1); // the second; the first still waits
            overtaken.countDown();
            assertThat(ledger.entries.get(0).number()).isEqualTo(2);
        });
    }

    @Test
    void keyedItWaits() {
        app(FromAsync.App.class, FromAsync.After.class).run(context -> {
            Ledger ledger = context.getBean(Ledger.class);
            CountDownLatch placed = new CountDownLatch(1);
            ledger.beforeFirst(() -> await(placed));
            FromAsync.After service = context.getBean(FromAsync.After.class);
            ORDERS.forEach(service::process);
            placed.countDown();
            awaitIdle(context.getBean(AtomRegistry.class));
            assertThat(ledger.entries).isEqualTo(ORDERS);
        });
    }

    @Test
    void theFirstScreenOfTheReadmeIsTrue() {
        app(FromAsync.App.class, FromAsync.Both.class).run(context -> {
            Ledger ledger = context.getBean(Ledger.class);
            FromAsync.Both service = context.getBean(FromAsync.Both.class);
            CountDownLatch go = new CountDownLatch(1);
            ledger.beforeFirst(() -> await(go));
            service.after(new Order("ada", 1));
            service.after(new Order("ada", 2));
            service.before(new Order("ada", 1));
            service.before(new Order("ada", 2));
            service.after(new Order("bob", 3));
            ledger.awaitEntries(2);
            assertThat(ledger.entries).containsExactlyInAnyOrder(new Order("ada", 2), new Order("bob", 3));
            go.countDown();
            ledger.awaitEntries(5);
            awaitIdle(context.getBean(AtomRegistry.class));
            assertThat(ledger.entries.subList(2, 5))
                    .containsExactlyInAnyOrder(new Order("ada", 1), new Order("ada", 1), new Order("ada", 2));
        });
    }

    @Test
    void locksAndTurnsKeepCallsApart() throws Exception {
        Ledger monitors = new Ledger();
        keepsApart(new FromLocks.Synchronized(monitors)::process);
        Ledger stripes = new Ledger();
        keepsApart(new FromLocks.Stripes(stripes)::process);
        FromLocks.WithoutSpring turns = new FromLocks.WithoutSpring(new Ledger());
        keepsApart(turns::process);
        turns.close();
        app(FromAsync.App.class, FromLocks.After.class).run(context -> {
            keepsApart(context.getBean(FromLocks.After.class)::process);
            awaitIdle(context.getBean(AtomRegistry.class));
        });
    }

    /** Each call appends and then reads how many there are: all answers differ if no call comes between. */
    private static void keepsApart(ToIntFunction<Order> process) throws InterruptedException {
        List<Integer> answers = new CopyOnWriteArrayList<>();
        ExecutorService callers = Executors.newFixedThreadPool(4);
        try {
            ORDERS.forEach(order -> callers.execute(() -> answers.add(process.applyAsInt(order))));
        } finally {
            callers.shutdown();
            assertThat(callers.awaitTermination(120, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(answers).doesNotHaveDuplicates().hasSize(ORDERS.size());
    }

    @Test
    void aPartitionedChannelKeepsOrderAndSoDoesAnAtomBehindADirectOne() {
        app(FromAsync.App.class, FromPartitions.ChannelBefore.class, FromPartitions.ServiceBefore.class)
                .run(context -> {
                    Ledger ledger = context.getBean(Ledger.class);
                    sendAll(context.getBean("orders", MessageChannel.class));
                    ledger.awaitEntries(ORDERS.size());
                    assertThat(ledger.entries).isEqualTo(ORDERS);
                });
        app(FromAsync.App.class, FromPartitions.ChannelAfter.class, FromPartitions.ServiceAfter.class)
                .run(context -> {
                    sendAll(context.getBean("orders", MessageChannel.class));
                    awaitIdle(context.getBean(AtomRegistry.class));
                    assertThat(context.getBean(Ledger.class).entries).isEqualTo(ORDERS);
                });
    }

    private static void sendAll(MessageChannel channel) {
        ORDERS.forEach(order -> channel.send(new GenericMessage<>(order)));
    }

    @Test
    void aRecordIsAcknowledgedByTheFutureOfItsOperation() {
        app(FromAsync.App.class, FromParallelConsumer.After.class).run(context -> {
            FromParallelConsumer.After listener = context.getBean(FromParallelConsumer.After.class);
            Ledger ledger = context.getBean(Ledger.class);
            CountDownLatch hold = new CountDownLatch(1);
            ledger.beforeFirst(() -> await(hold));
            var first = listener.process(record(1));
            var second = listener.process(record(2));
            assertThat(first).isNotDone();
            assertThat(second).isNotDone();
            hold.countDown();
            second.get(120, TimeUnit.SECONDS);
            assertThat(ledger.entries).containsExactly(new Order("ada", 1), new Order("ada", 2));
        });
    }

    private static ConsumerRecord<String, Order> record(int number) {
        return new ConsumerRecord<>("orders", 0, number, "ada", new Order("ada", number));
    }
}
