package io.keyedsequential.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyedsequential.spring.annotation.KeyedSequential;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** How many statements an operation costs, from its call to its end; an entry of a batch is a statement. */
@ParameterizedClass
@MethodSource("io.keyedsequential.jdbc.TestDatabase#all")
class StatementsTest {

    private static final int ITEMS = 2000;

    static class Load {
        static final AtomicInteger DONE = new AtomicInteger();

        @KeyedSequential(atom = "single", key = "#key")
        public void single(String key) {
            DONE.incrementAndGet();
        }

        @KeyedSequential(atom = "batched", key = "#key")
        public void batched(String key) {
            DONE.incrementAndGet();
        }
    }

    private static Instance instance;

    StatementsTest(TestDatabase database) {}

    @BeforeParameterizedClassInvocation
    static void start(TestDatabase database) {
        instance = Instance.start(
                database,
                database.freshUrl(),
                List.of(Load.class, WatchedConfiguration.class),
                "keyedsequential.defaults.engine=jdbc",
                "keyedsequential.defaults.max-concurrency=16",
                "keyedsequential.atoms.batched.jdbc.completion-batch=16",
                "keyedsequential.jdbc.polling-interval=200ms",
                "spring.datasource.hikari.maximum-pool-size=24");
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        instance.close();
    }

    /** Calls from eight threads, each in the order of its numbers. */
    private static double statementsAnItem(IntFunction<Runnable> call) throws InterruptedException {
        WatchedDataSource dataSource = instance.bean(WatchedDataSource.class);
        Load.DONE.set(0);
        dataSource.reset();
        List<Thread> callers = new ArrayList<>();
        AtomicInteger next = new AtomicInteger();
        for (int i = 0; i < 8; i++) {
            Thread caller = new Thread(() -> {
                for (int item = next.getAndIncrement(); item < ITEMS; item = next.getAndIncrement()) {
                    call.apply(item).run();
                }
            });
            callers.add(caller);
            caller.start();
        }
        for (Thread caller : callers) {
            caller.join();
        }
        Patience.until(() -> {
            assertThat(Load.DONE).hasValueGreaterThanOrEqualTo(ITEMS);
            assertThat(instance.items()).isZero();
        });
        double each = (double) dataSource.statements() / ITEMS;
        System.getLogger(StatementsTest.class.getName())
                .log(System.Logger.Level.INFO, "statements an item: " + each + " " + dataSource.byText());
        return each;
    }

    @Test
    void at200Keys() throws InterruptedException {
        Load load = instance.bean(Load.class);
        assertThat(statementsAnItem(item -> () -> load.single("k" + item % 200)))
                .isLessThanOrEqualTo(2.5);
    }

    @Test
    void at200KeysInBatches() throws InterruptedException {
        Load load = instance.bean(Load.class);
        assertThat(statementsAnItem(item -> () -> load.batched("k" + item % 200)))
                .isLessThanOrEqualTo(1.5);
    }

    @Test
    void withOneItemAKey() throws InterruptedException {
        Load load = instance.bean(Load.class);
        assertThat(statementsAnItem(item -> () -> load.single("one" + item))).isLessThanOrEqualTo(3);
    }
}
