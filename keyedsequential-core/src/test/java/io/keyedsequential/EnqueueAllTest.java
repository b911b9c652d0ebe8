package io.keyedsequential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keyedsequential.RejectedOperationException.Reason;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Many items at once, each with the overflow policy of the atom. */
@Timeout(600)
class EnqueueAllTest {

    @RegisterExtension
    final Coordinators coordinators = new Coordinators();

    private final ManualExecutor executor = new ManualExecutor();
    private final List<String> ran = new CopyOnWriteArrayList<>();

    private KeyedSequentialAtom.Builder<String, String> orders() {
        return KeyedSequentialAtom.<String, String>builder(item -> item.substring(0, 1), ran::add)
                .name("orders")
                .maxConcurrency(1)
                .executor(executor);
    }

    @Test
    void theIdsAreThoseOfTheItemsInTheirOrder() {
        KeyedSequentialAtom<String, String> orders = coordinators.add(orders());
        List<Long> ids = orders.enqueueAll(List.of("a1", "b1", "a2"));
        assertThat(orders.snapshot())
                .filteredOn(each -> each.key().equals("a"))
                .extracting(OperationSnapshot::id)
                .containsExactly(ids.get(0), ids.get(2));
        assertThat(ids).hasSize(3).isSorted();
        assertThatThrownBy(() -> ids.add(7L)).isInstanceOf(UnsupportedOperationException.class);
        executor.runAll();
        assertThat(ran).containsExactlyInAnyOrder("a1", "b1", "a2").containsSubsequence("a1", "a2");
        assertThat(orders.enqueueAll(List.of())).isEmpty();
    }

    @Test
    void aRejectionMidwaySaysWhichItemsAreIn() {
        KeyedSequentialAtom<String, String> orders =
                coordinators.add(orders().capacity(2).overflowPolicy(OverflowPolicy.REJECT));
        assertThatExceptionOfType(PartlyEnqueuedException.class)
                .isThrownBy(() -> orders.enqueueAll(List.of("a1", "b1", "a2", "b2")))
                .withMessage("orders: rejected, full (enqueued=2, queued=2, active=0, lanes=2, capacity=2)")
                .withCauseExactlyInstanceOf(RejectedOperationException.class)
                .satisfies(e -> {
                    assertThat(e.enqueued())
                            .containsExactlyInAnyOrderElementsOf(orders.snapshot().stream()
                                    .map(OperationSnapshot::id)
                                    .toList());
                    assertThat(e.reason()).isEqualTo(Reason.FULL);
                    assertThat(copyOf(e).enqueued()).isEqualTo(e.enqueued());
                });
        assertThat(orders.stats().rejected()).isEqualTo(1);
        executor.runAll();
        assertThat(ran).containsExactlyInAnyOrder("a1", "b1");
    }

    private static PartlyEnqueuedException copyOf(PartlyEnqueuedException original) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(original);
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            return (PartlyEnqueuedException) in.readObject();
        }
    }

    @Test
    void aClosedIntakeTakesNone() {
        KeyedSequentialAtom<String, String> orders = coordinators.add(orders());
        orders.coordinator().closeIntake();
        assertThatExceptionOfType(PartlyEnqueuedException.class)
                .isThrownBy(() -> orders.enqueueAll(List.of("a1", "a2")))
                .satisfies(e -> assertThat(e.enqueued()).isEmpty())
                .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.CLOSED));
        assertThat(orders.stats().rejected()).isEqualTo(1);
    }

    @Test
    void whereThereIsNoRoomTheCallerWaits() {
        KeyedSequentialAtom<String, String> orders = coordinators.add(orders().capacity(1));
        TestThread<List<Long>> caller = TestThread.start(() -> orders.enqueueAll(List.of("a1", "a2", "a3")));
        Eventually.until("it waits", () -> orders.stats().blockedCallers() == 1);
        Eventually.until("all ran", () -> {
            executor.runAll();
            return ran.size() == 3;
        });
        assertThat(caller.result()).hasSize(3).isSorted();
        assertThat(ran).containsExactly("a1", "a2", "a3");
    }

    @Test
    void aNullItemLeavesThoseBeforeIt() {
        KeyedSequentialAtom<String, String> orders = coordinators.add(orders());
        assertThatThrownBy(() -> orders.enqueueAll(Arrays.asList("a1", null, "a2")))
                .hasMessage("orders: item must not be null");
        assertThatThrownBy(() -> orders.enqueueAll(null)).hasMessage("orders: items must not be null");
        executor.runAll();
        assertThat(ran).containsExactly("a1");
    }
}
