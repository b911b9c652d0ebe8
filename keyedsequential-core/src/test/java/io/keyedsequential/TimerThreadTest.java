package io.keyedsequential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Limits of time keep their time, whoever blocks which pool. Nothing here ends before a limit has ended it. */
@Timeout(300)
class TimerThreadTest {

    private static final Duration SOON = Duration.ofMillis(50);

    @RegisterExtension
    final Coordinators coordinators = new Coordinators();

    private final CountDownLatch open = new CountDownLatch(1);

    @AfterEach
    void letGo() {
        open.countDown();
    }

    private static KeyedCoordinator.Builder<Integer> numbers() {
        return KeyedCoordinator.<Integer>builder("numbers").closeTimeout(Duration.ZERO);
    }

    private void blockTheCommonPool() {
        int threads = Math.max(1, ForkJoinPool.commonPool().getParallelism());
        CountDownLatch blocked = new CountDownLatch(threads);
        for (int i = 0; i < threads; i++) {
            ForkJoinPool.commonPool().execute(() -> {
                blocked.countDown();
                Eventually.await(open);
            });
        }
        Eventually.await(blocked);
    }

    private static String never() throws InterruptedException {
        new CountDownLatch(1).await();
        return "never";
    }

    @Test
    void anAtomThatRunsOnTheCommonPoolIsInterruptedWhenEveryThreadOfThePoolWaitsForThat() {
        int threads = Math.max(1, ForkJoinPool.commonPool().getParallelism());
        KeyedCoordinator<Integer> numbers = coordinators.add(numbers()
                .maxConcurrency(threads)
                .executor(ForkJoinPool.commonPool())
                .runTimeout(SOON));
        List<OperationFuture<String>> futures = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            futures.add(numbers.submit(i, TimerThreadTest::never));
        }
        assertThat(futures)
                .allSatisfy(each -> assertThatThrownBy(each::join).hasCauseInstanceOf(TimeoutException.class));
    }

    @Test
    void withTheCommonPoolBlockedLimitsBackoffsAndQuietPeriodsEnd() {
        blockTheCommonPool();
        KeyedCoordinator<Integer> numbers = coordinators.add(numbers()
                .maxConcurrency(2)
                .runTimeout(SOON)
                .retryPolicy(RetryPolicy.builder().maxAttempts(2).backoff(SOON).build()));
        assertThatThrownBy(numbers.submit(1, TimerThreadTest::never)::join)
                .hasCauseInstanceOf(TimeoutException.class)
                .hasMessageContaining("attempt 2");
        assertThat(numbers.submitLatest(2, Coalescing.latest("g").quiet(SOON, SOON), () -> "quiet")
                        .join())
                .isEqualTo("quiet");
        KeyedCoordinator<Integer> paused = coordinators.add(numbers().queueTimeout(SOON));
        paused.pause();
        assertThatThrownBy(paused.submit(1, () -> "never")::join).hasCauseInstanceOf(TimeoutException.class);
        paused.resume();
    }

    /** What hears of a limit may wait as long as it likes. One limit an atom: a busy machine reaches the other one first. */
    @Test
    void aDependentThatBlocksStopsNoTimerOfItsAtom() {
        KeyedCoordinator<Integer> paused = coordinators.add(numbers().queueTimeout(SOON));
        paused.pause();
        awaitDependentThatBlocks(paused);
        assertThatThrownBy(paused.submit(2, TimerThreadTest::never)::join)
                .hasCauseInstanceOf(TimeoutException.class)
                .hasMessageContaining("queueTimeout");
        paused.resume();
        KeyedCoordinator<Integer> running =
                coordinators.add(numbers().maxConcurrency(2).runTimeout(SOON));
        awaitDependentThatBlocks(running);
        assertThatThrownBy(running.submit(2, TimerThreadTest::never)::join)
                .hasCauseInstanceOf(TimeoutException.class)
                .hasMessageContaining("runTimeout");
        open.countDown();
    }

    private void awaitDependentThatBlocks(KeyedCoordinator<Integer> numbers) {
        CountDownLatch blocks = new CountDownLatch(1);
        numbers.submit(1, TimerThreadTest::never).whenComplete((value, error) -> {
            blocks.countDown();
            Eventually.await(open);
        });
        Eventually.await(blocks);
    }

    /** An executor that keeps its caller, as one that runs everything there: it is not the timer's thread that it keeps. */
    @Test
    void anExecutorThatKeepsItsCallerDoesNotKeepTheTimer() {
        AtomicInteger attempts = new AtomicInteger();
        CountDownLatch second = new CountDownLatch(1);
        KeyedCoordinator<Integer> numbers = coordinators.add(numbers()
                .maxConcurrency(2)
                .executor(Runnable::run)
                .runTimeout(Duration.ofHours(1))
                .retryPolicy(RetryPolicy.builder().maxAttempts(2).backoff(SOON).build()));
        OperationFuture<String> first = numbers.submit(1, () -> {
            if (attempts.incrementAndGet() == 1) {
                throw new IllegalStateException("on purpose");
            }
            second.countDown();
            Eventually.await(open);
            return Thread.currentThread().getName();
        });
        Eventually.await(second);
        OperationFuture<Integer> other = numbers.submit(2, () -> {
            if (attempts.incrementAndGet() == 3) {
                throw new IllegalStateException("on purpose");
            }
            return 2;
        });
        assertThat(other.join()).isEqualTo(2);
        open.countDown();
        assertThat(first.join()).doesNotContain("-timer-");
    }

    @Test
    void theThreadsOfAClosedAtomEnd() {
        KeyedCoordinator<Integer> numbers = KeyedCoordinator.<Integer>builder("leaving")
                .closeTimeout(Duration.ZERO)
                .queueTimeout(Duration.ofHours(1))
                .runTimeout(SOON)
                .build();
        assertThatThrownBy(numbers.submit(1, TimerThreadTest::never)::join).hasCauseInstanceOf(TimeoutException.class);
        Eventually.idle(numbers);
        assertThat(threads("leaving-timer")).isNotEmpty();
        numbers.close();
        Eventually.until("its threads have ended", () -> threads("leaving-").isEmpty());
    }

    /** A limit holds for a body that is still at work when its atom is closed. */
    @Test
    void aBodyThatRunsOnWhenItsAtomIsClosedHasItsLimit() {
        ManualExecutor executor = new ManualExecutor();
        KeyedCoordinator<Integer> numbers = KeyedCoordinator.<Integer>builder("closing")
                .closeTimeout(Duration.ZERO)
                .executor(executor)
                .runTimeout(SOON)
                .build();
        OperationFuture<String> future = numbers.submit(1, () -> {
            numbers.close();
            return never();
        });
        executor.runAll();
        assertThatThrownBy(future::join).hasCauseInstanceOf(TimeoutException.class);
        Eventually.until("its threads have ended", () -> threads("closing-").isEmpty());
    }

    private static List<String> threads(String prefix) {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith(prefix))
                .toList();
    }
}
