package io.keyedsequential.spring.atom;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyedsequential.DrainReport;
import io.keyedsequential.OperationSnapshot;
import io.keyedsequential.OperationState;
import io.keyedsequential.spring.atom.AtomLifecycle.DrainLog;
import io.keyedsequential.spring.atom.KeyMask.KeyDisplay;
import io.keyedsequential.spring.atom.KeyMask.LoggedKeys;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class DrainLogTest {

    private final KeyMask mask = new KeyMask();

    @Test
    void linesAreBoundedAndTogetherNameEveryOperation() {
        int left = 2 * DrainLog.OPERATIONS_PER_LINE + 1;
        List<OperationSnapshot> operations = LongStream.rangeClosed(1, left)
                .mapToObj(id -> queued(id, "process"))
                .toList();
        List<String> lines = lines(report(left, Map.of("customer-7", operations)));
        assertThat(lines).hasSize(4);
        assertThat(lines.get(0))
                .isEqualTo(
                        "orders: left over: 101 operations of 1 keys, after 1000 ms (0 finished meanwhile): 101 queued");
        assertThat(lines.subList(1, 4)).allSatisfy(line -> assertThat(line)
                .startsWith("orders: left over, key " + mask.mask("customer-7") + ": "));
        String all = String.join(", ", lines.subList(1, 4));
        assertThat(operations)
                .allSatisfy(operation -> assertThat(all).containsOnlyOnce(" " + operation.id() + " process queued"));
        assertThat(String.join("\n", lines)).doesNotContain("customer-7");
    }

    @Test
    void aHundredLinesNameTheFirstKeysParkedOnesFirstAndOneTheRest() {
        Map<Object, List<OperationSnapshot>> byKey = new LinkedHashMap<>();
        LongStream.rangeClosed(1, 10_000).forEach(id -> byKey.put("k" + id, List.of(queued(id, "process"))));
        byKey.put("stuck", List.of(operation(10_001, "process", OperationState.PARKED)));
        byKey.put("late", List.of(operation(10_003, "process", OperationState.BACKING_OFF)));
        List<String> lines = lines(report(10_002, byKey));
        assertThat(lines).hasSize(DrainLog.MOST_LINES + 2);
        assertThat(lines.get(0)).endsWith(": 10000 queued, 1 parked, 1 backing off");
        assertThat(lines.get(1)).isEqualTo("orders: left over, key " + mask.mask("stuck") + ": 10001 process parked");
        assertThat(lines.get(2)).isEqualTo("orders: left over, key " + mask.mask("k1") + ": 1 process queued");
        assertThat(lines)
                .last()
                .isEqualTo("orders: left over, 9902 more operations: queued 100-10000; backing off 10003");
    }

    @Test
    void oneHugeLaneIsBoundedToo() {
        List<OperationSnapshot> operations = LongStream.rangeClosed(1, 100_000)
                .mapToObj(id -> queued(2 * id, "process"))
                .toList();
        List<String> lines = lines(report(100_000, Map.of("A", operations)));
        assertThat(lines).hasSize(DrainLog.MOST_LINES + 2).allSatisfy(line -> assertThat(line)
                .hasSizeLessThan(5_000));
        assertThat(lines).last().asString().contains(": queued 10002, 10004, ").endsWith(" and 94500 more");
    }

    private List<String> lines(DrainReport report) {
        return new DrainLog(new LoggedKeys(KeyDisplay.MASKED, mask)).of(report);
    }

    @Test
    void anOperationWithoutANameIsNamedByItsId() {
        assertThat(lines(report(1, Map.of("A", List.of(queued(5, null))))))
                .last()
                .asString()
                .endsWith(": 5 queued");
    }

    private static DrainReport report(long remaining, Map<Object, List<OperationSnapshot>> byKey) {
        return new DrainReport("orders", false, Duration.ofSeconds(1), 0, remaining, byKey);
    }

    private static OperationSnapshot queued(long id, String name) {
        return operation(id, name, OperationState.QUEUED);
    }

    private static OperationSnapshot operation(long id, String name, OperationState state) {
        return new OperationSnapshot(
                id,
                "customer-7",
                name,
                null,
                state,
                0,
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
