package io.keyedsequential.spring.aop.key;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyedsequential.spring.benchmarks.Order;
import org.junit.jupiter.api.Test;

class KeyEvaluationTest {

    @Test
    void everyWayGivesTheSameKey() throws ReflectiveOperationException {
        KeyEvaluation benchmark = new KeyEvaluation();

        benchmark.parse();

        assertThat(benchmark.accessor()).isEqualTo("customer-1");
        assertThat(benchmark.path()).isEqualTo("customer-1");
        assertThat(benchmark.pathBySpelInterpreted()).isEqualTo("customer-1");
        assertThat(benchmark.pathBySpelCompiled()).isEqualTo("customer-1");
        assertThat(benchmark.safePath()).isEqualTo("customer-1");
        assertThat(benchmark.parameter()).isEqualTo(new Order("customer-1", 1));
        assertThat(benchmark.literal()).isEqualTo("all");
    }
}
