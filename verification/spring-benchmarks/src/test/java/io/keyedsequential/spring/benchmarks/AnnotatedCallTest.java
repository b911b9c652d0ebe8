package io.keyedsequential.spring.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyedsequential.CoordinatorStats;
import java.util.Collection;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

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

    /**
     * Less than 800 bytes, of which 256 are the map of the MDC; 1,009 before a {@code void} method did without a future
     * and each decorator without an object of its own. The least of several rounds, since code that is not compiled yet
     * allocates more. No time is asserted: that would measure what neighbours do.
     */
    @Test
    void anAnnotatedCallAllocatesNoMoreThanItNeeds() throws InterruptedException {
        double least = Double.MAX_VALUE;
        for (int i = 0; i < 10; i++) {
            least = Math.min(
                    least, ThreadCosts.perCall(20, benchmark::keyedSequential).bytes());
        }

        assertThat(least).isLessThan(930);
    }

    @Test
    void aBatchOfAsyncCallsRunsEveryBodyOnThePoolAndNoneInTheAtom() throws InterruptedException {
        benchmark.async();

        assertThat(benchmark.stats().admitted()).isZero();
        assertThat(benchmark.asyncExecutor().getThreadPoolExecutor().getTaskCount())
                .isEqualTo(AnnotatedCall.BATCH);
        assertThat(benchmark.asyncExecutor().getPoolSize()).isEqualTo(OrderDesk.THREADS);
    }

    /** The documented command, in a short form. The speeds of so short a run say nothing. */
    @Test
    void jmhMeasuresBothSides() throws RunnerException {
        Collection<RunResult> results = new Runner(new OptionsBuilder()
                        .include("AnnotatedCall.(async|keyedSequential)$")
                        .param("customers", "16")
                        .forks(1)
                        .warmupIterations(1)
                        .warmupTime(TimeValue.milliseconds(100))
                        .measurementIterations(1)
                        .measurementTime(TimeValue.milliseconds(100))
                        .shouldFailOnError(true)
                        .build())
                .run();

        assertThat(results).hasSize(2).allSatisfy(result -> assertThat(
                        result.getPrimaryResult().getScore())
                .isPositive());
    }
}
