package io.keyedsequential.jdbc.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyedsequential.jdbc.PostgresServer;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** The program runs and prints every figure; the figures of so few calls mean nothing. */
@EnabledIf("isPostgresqlThere")
class JdbcBenchmarksTest {

    static boolean isPostgresqlThere() {
        return PostgresServer.isThere();
    }

    @Test
    void allQuestionsAreAnswered() throws Exception {
        ByteArrayOutputStream table = new ByteArrayOutputStream();
        JdbcBenchmarks.run(
                List.of("--rounds=1", "--calls=50", "--waits=4", "--stored=20000"),
                new PrintStream(table, true, StandardCharsets.UTF_8));
        assertThat(table.toString(StandardCharsets.UTF_8).lines().skip(2))
                .hasSize(11)
                .allMatch(line -> line.matches("\\| .+ \\| .*\\d.* \\| ((yes|NO): .+)? ?\\|"));
    }
}
