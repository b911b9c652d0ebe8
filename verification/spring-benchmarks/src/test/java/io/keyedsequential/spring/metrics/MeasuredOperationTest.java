package io.keyedsequential.spring.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** That the benchmark measures what it says: every operation of a batch is timed once. */
class MeasuredOperationTest {

    @ParameterizedTest
    @ValueSource(strings = {"simple", "prometheus", "prometheus-histogram"})
    void everyOperationOfABatchIsTimed(String meters) {
        MeasuredOperation benchmark = new MeasuredOperation();
        benchmark.meters = meters;
        benchmark.start();
        benchmark.execute();
        assertThat(benchmark.timed()).isEqualTo(MeasuredOperation.BATCH);
        benchmark.stop();
    }
}
