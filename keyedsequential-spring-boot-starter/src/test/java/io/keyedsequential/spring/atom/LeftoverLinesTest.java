package io.keyedsequential.spring.atom;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyedsequential.DrainReport;
import io.keyedsequential.OperationSnapshot;
import io.keyedsequential.OperationState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LeftoverLinesTest {

    private final KeyMask mask = new KeyMask();

    @Test
    void linesAreBoundedAndTogetherNameEveryOperation() {
        int left = 2 * LeftoverLines.OPERATIONS_PER_LINE + 1;
        List<OperationSnapshot> operations = LongStream.rangeClosed(1, left)
                .mapToObj(id -> queued(id, "process"))
                .toList();
        List<String> lines = new LeftoverLines(mask).of(report(left, Map.of("customer-7", operations)));
        assertThat(lines).hasSize(4);
        assertThat(lines.get(0))
                .isEqualTo("orders: left over: 101 operations of 1 keys, after 1000 ms (0 finished meanwhile)");
        assertThat(lines.subList(1, 4)).allSatisfy(line -> assertThat(line)
                .startsWith("orders: left over, key " + mask.mask("customer-7") + ": "));
        String all = String.join(", ", lines.subList(1, 4));
        assertThat(operations)
                .allSatisfy(operation -> assertThat(all).containsOnlyOnce(" " + operation.id() + " process queued"));
        assertThat(String.join("\n", lines)).doesNotContain("customer-7");
    }

    @Test
    void anOperationWithoutANameIsNamedByItsId() {
        assertThat(new LeftoverLines(mask).of(report(1, Map.of("A", List.of(queued(5, null))))))
                .last()
                .asString()
                .endsWith(": 5 queued");
    }

    private static DrainReport report(long remaining, Map<Object, List<OperationSnapshot>> byKey) {
        return new DrainReport("orders", false, Duration.ofSeconds(1), 0, remaining, byKey);
    }

    private static OperationSnapshot queued(long id, String name) {
        return new OperationSnapshot(
                id,
                "customer-7",
                name,
                null,
                OperationState.QUEUED,
                0,
                Instant.EPOCH,
                null,
                null,
                Duration.ZERO,
                Duration.ZERO,
                null,
                null);
    }
}
