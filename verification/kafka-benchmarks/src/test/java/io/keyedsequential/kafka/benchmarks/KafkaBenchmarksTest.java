package io.keyedsequential.kafka.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The program runs and prints every figure, which say nothing of such short runs; what is lost or out of order does. */
class KafkaBenchmarksTest {

    private static final List<String> SHORT = List.of("--rounds=1", "--seconds=1", "--bodies=1", "--session-ms=3000");

    @Test
    void contendersAreComparedAndKeyedListenersLoseNothing() {
        assertThat(run(2, "--questions=throughput", "--beside=nothing", "--contenders=keyed,parallel_consumer"))
                .isEqualTo(Verdict.NOTHING); // no duplicates either: nothing has moved
    }

    @Test
    void keyedListenersKeepTheirOrderBesideSickKeysAndLoseNothingInAKill() {
        Verdict verdict = run(4, "--questions=latency,kill", "--contenders=keyed");
        assertThat(verdict.lost()).isZero();
        assertThat(verdict.disorder()).isZero();
    }

    private static Verdict run(int lines, String... arguments) {
        ByteArrayOutputStream tables = new ByteArrayOutputStream();
        Verdict verdict = KafkaBenchmarks.run(
                Stream.concat(SHORT.stream(), Stream.of(arguments)).toList(),
                new PrintStream(tables, true, StandardCharsets.UTF_8));
        String text = tables.toString(StandardCharsets.UTF_8);
        System.out.println(text);
        assertThat(text.lines().filter(line -> line.matches("\\|.*(\\d ms|\\d lost).*\\|")))
                .hasSize(lines)
                .allMatch(line -> line.matches("\\| .*\\|( [^|]*\\d[^|]* \\|)+.*"));
        return verdict;
    }
}
