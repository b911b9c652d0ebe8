package io.keyedsequential.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyedsequential.spring.annotation.KeyedSequential;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** What operators set for all instances, and how an instance reads it. */
@ParameterizedClass
@MethodSource("io.keyedsequential.jdbc.TestDatabase#all")
class FleetSettingsTest {

    private static final String READ = "select paused, max_concurrency";
    private static final String NEXT_OF_THE_SWEEPER = "select distinct i.";

    static class Work {
        @KeyedSequential(atom = "work", key = "#key")
        public void run(String key) {}
    }

    @Parameter
    TestDatabase database;

    private Instance instance;

    @BeforeEach
    void start() {
        instance = Instance.start(
                database,
                database.freshUrl(),
                List.of(Work.class, WatchedConfiguration.class),
                "keyedsequential.atoms.work.engine=jdbc",
                "keyedsequential.atoms.work.max-concurrency=4");
    }

    @AfterEach
    void stop() {
        instance.close();
    }

    private int limit() {
        return instance.view("work").fresh().stats().maxConcurrency();
    }

    /** The sweeper has read the row; an operator changes it; then the sweeper goes on with what it has read. */
    @Test
    void whatWasReadBeforeAnOperatorSetItDoesNotTakeItBack() throws InterruptedException {
        WatchedDataSource watched = (WatchedDataSource) instance.bean(DataSource.class);
        instance.controls("work").setMaxConcurrency(4); // so that there is a row
        AtomicReference<Thread> sweeper = new AtomicReference<>();
        CountDownLatch read = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        CountDownLatch applied = new CountDownLatch(1);
        CountDownLatch looked = new CountDownLatch(1);
        watched.after(READ, () -> {
            if (Thread.currentThread().getName().startsWith("work-sweeper")
                    && sweeper.compareAndSet(null, Thread.currentThread())) {
                read.countDown();
                await(goOn);
            }
        });
        watched.before(NEXT_OF_THE_SWEEPER, () -> {
            if (sweeper.get() != null) {
                applied.countDown();
                await(looked);
            }
        });
        read.await();
        Thread operator = new Thread(() -> instance.controls("work").setMaxConcurrency(2));
        operator.start();
        Patience.until(() -> assertThat(operator.getState()).isIn(Thread.State.BLOCKED, Thread.State.TERMINATED));
        goOn.countDown();
        operator.join();
        applied.await();
        assertThat(limit()).isEqualTo(2);
        looked.countDown();
        watched.clear();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
