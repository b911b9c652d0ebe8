package io.keyedsequential.spring.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyedsequential.CoordinatorStats;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AnnotatedCallTest {

    private final AnnotatedCall benchmark = new AnnotatedCall();

    @BeforeEach
    void start() {
        benchmark.customers = 16;
        benchmark.start();
    }

    @AfterEach
    void stop() {
        benchmark.stop();
    }

    @Test
    void aBatchOfAnnotatedCallsRunsEveryBodyInTheAtom() throws InterruptedException {
        benchmark.keyedSequential();

        CoordinatorStats stats = benchmark.stats();
        assertThat(stats.admitted()).isEqualTo(AnnotatedCall.BATCH);
        assertThat(stats.maxConcurrency()).isEqualTo(OrderDesk.THREADS);
    }

    @Test
    void aBatchOfAsyncCallsRunsEveryBodyOnThePoolAndNoneInTheAtom() throws InterruptedException {
        benchmark.async();

        assertThat(benchmark.stats().admitted()).isZero();
        assertThat(benchmark.asyncExecutor().getThreadPoolExecutor().getTaskCount())
                .isEqualTo(AnnotatedCall.BATCH);
        assertThat(benchmark.asyncExecutor().getPoolSize()).isEqualTo(OrderDesk.THREADS);
    }
}
