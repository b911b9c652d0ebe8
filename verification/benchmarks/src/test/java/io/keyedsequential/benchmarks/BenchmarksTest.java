package io.keyedsequential.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The program in its short form: its speeds say nothing of such short runs, the bytes and the promises do. */
class BenchmarksTest {

    private final ByteArrayOutputStream table = new ByteArrayOutputStream();

    @Test
    void throughputIsComparedAndAnOperationAllocatesNoMoreThanItNeeds() throws Exception {
        // Long enough for many operations on a busy machine too: among few, what a sample allocates once would count.
        assertThat(run("throughput --contender tpe,cf-chain,ours --workload 1,1k --operations 100k "
                        + "--rounds 2 --warmup 2 --sample-ms 200"))
                .isZero();

        List<List<String>> rows = rows();
        assertThat(rows).hasSize(6).allSatisfy(row -> {
            assertThat(first(row, "ratio to tpe")).isPositive();
            assertThat(first(row, "tpe operations/s")).isPositive();
        });
        // 72 and 78 when measured at length. No speed is asserted: that would measure what neighbours do.
        assertThat(rows).filteredOn(row -> row.contains("ours")).hasSize(2).allSatisfy(row -> assertThat(
                        first(row, "bytes/operation"))
                .isBetween(40.0, 90.0));
    }

    @Test
    void whatKeepsItsPromisesIsToldFromWhatDoesNot() throws Exception {
        String correctness = "correctness --operations 300k --keys 1k --contender ";

        assertThat(run(correctness + "ours,ours-fair")).isZero();
        assertThat(run(correctness + "tpe")).isEqualTo(1);
    }

    private int run(String words) throws Exception {
        table.reset();
        int code = Benchmarks.run(
                new PrintStream(table, true, StandardCharsets.UTF_8),
                (words + " --forks 1 --heap 512m --timeout-seconds 600").split(" "));
        System.out.println(table.toString(StandardCharsets.UTF_8));
        return code;
    }

    private List<List<String>> rows() {
        return lines().skip(2).toList();
    }

    private double first(List<String> row, String heading) {
        int column = lines().findFirst().orElseThrow().indexOf(heading);
        return Double.parseDouble(row.get(column).split(" ")[0].replace(",", ""));
    }

    private Stream<List<String>> lines() {
        return table.toString(StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.startsWith("|"))
                .map(line -> Arrays.stream(line.split("\\|")).map(String::strip).toList());
    }
}
