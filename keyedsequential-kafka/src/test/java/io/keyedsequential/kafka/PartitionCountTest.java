package io.keyedsequential.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyedsequential.KeyedCoordinator;
import io.keyedsequential.spring.atom.KeyedInvocation.OperationSignature;
import io.keyedsequential.spring.atom.RegisteredAtom;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Partitions that are added are told of once, and what that means depends on who sends to the topic. */
@ExtendWith(OutputCaptureExtension.class)
class PartitionCountTest {

    private final KeyedCoordinator<Object> atom =
            KeyedCoordinator.builder("orders").build();
    private final FailedRecords failedRecords = new FailedRecords(() -> (record, failure) -> {});

    @AfterEach
    void close() {
        atom.close();
        failedRecords.destroy();
    }

    private KeyedListener listener(Set<OperationSignature> operations) {
        return new KeyedListener(
                "in",
                "orders",
                operations,
                new ListenerSettings(4, FailedRecordsPolicy.DEAD_LETTER, NullKeysPolicy.REFUSE),
                () -> new RegisteredAtom("orders", atom, "a test", true),
                new FreezeGuard(System::nanoTime),
                failedRecords);
    }

    @Test
    void growthIsToldOnceThoughSomeConsumersHearOfItLater(CapturedOutput output) {
        KeyedListener listener = listener(Set.of(new OperationSignature("orders", "process", List.of())));
        for (int count : new int[] {0, 2, 2, 4, 2, 0, 4}) {
            listener.partitionCount("t", count);
        }
        assertThat(lines(output))
                .singleElement()
                .asString()
                .contains("in: topic t has 4 partitions now and had 2. Producers put the records of most keys");
        listener.partitionCount("t", 6);
        assertThat(lines(output)).hasSize(2);
    }

    @Test
    void theEnginesOwnCallsStayWhereTheyAre(CapturedOutput output) {
        KeyedListener listener = listener(Set.of());
        listener.partitionCount("t", 12);
        listener.partitionCount("t", 15);
        assertThat(lines(output))
                .singleElement()
                .asString()
                .contains("in: topic t has 15 partitions now and had 12. Calls go on to the first 12")
                .contains("is not keyedsequential.atoms.orders.kafka.partitions")
                .doesNotContain("Producers put");
    }

    private static List<String> lines(CapturedOutput output) {
        return output.getAll()
                .lines()
                .filter(line -> line.contains("in: topic"))
                .toList();
    }
}
