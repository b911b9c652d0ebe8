package io.keyedsequential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(600)
class KeyedSequentialAtomTest {

    private record Order(String customer, int number) {}

    private final List<Order> processed = new CopyOnWriteArrayList<>();
    private final Recorder recorder = new Recorder();

    private KeyedSequentialAtom.Builder<Order, String> atom() {
        return KeyedSequentialAtom.<Order, String>builder(Order::customer, processed::add)
                .name("orders")
                .maxConcurrency(4)
                .listener(recorder);
    }

    @Test
    void itemsOfOneKeyAreProcessedInOrder() {
        try (KeyedSequentialAtom<Order, String> atom = atom().build()) {
            for (int i = 0; i < 300; i++) {
                atom.enqueue(new Order("customer-" + i % 3, i));
            }
            assertThat(atom.drain(Duration.ofMinutes(2)).complete()).isTrue();
            for (int c = 0; c < 3; c++) {
                String customer = "customer-" + c;
                assertThat(processed)
                        .filteredOn(order -> order.customer().equals(customer))
                        .hasSize(100)
                        .extracting(Order::number)
                        .isSorted();
            }
            assertThat(atom.stats().completed()).isEqualTo(300);
            StructuralCheck.assertIdle(atom.coordinator());
        }
    }

    @Test
    void theIdsAreThoseOfTheSnapshotAndTheListener() {
        try (KeyedSequentialAtom<Order, String> atom = atom().build()) {
            long enqueued = atom.enqueue(new Order("a", 1));
            OperationFuture<Void> submitted = atom.submit(new Order("a", 2));
            assertThat(submitted.join()).isNull();
            Eventually.idle(atom.coordinator());
            assertThat(atom.snapshot())
                    .extracting(OperationSnapshot::id)
                    .containsExactly(submitted.operationId(), enqueued);
            assertThat(recorder.finishedIds()).containsExactly(enqueued, submitted.operationId());
            assertThat(atom.snapshot()).extracting(OperationSnapshot::key).containsOnly("a");
        }
    }

    @Test
    void ofCoalescedItemsOfAKeyTheLastIsProcessed() {
        Coalescing latest = Coalescing.latest("refresh");
        try (KeyedSequentialAtom<Order, String> atom = atom().build()) {
            atom.coordinator().pause();
            OperationFuture<Void> old = atom.submitLatest(new Order("a", 1), latest);
            OperationFuture<Void> last = atom.submitLatest(new Order("a", 2), latest);
            OperationFuture<Void> other = atom.submitLatest(new Order("b", 3), latest);
            atom.coordinator().resume();
            last.join();
            other.join();
            assertThat(processed).containsExactlyInAnyOrder(new Order("a", 2), new Order("b", 3));
            assertThat(old.isCancelled()).isTrue();
            assertThatThrownBy(() -> atom.submitLatest(null, latest)).hasMessage("orders: item must not be null");
            Eventually.idle(atom.coordinator());
            StructuralCheck.assertIdle(atom.coordinator());
        }
    }

    @Test
    void whatTheBodyThrowsReachesTheFutureUnchanged() {
        IOException error = new IOException();
        try (KeyedSequentialAtom<Order, String> atom = KeyedSequentialAtom.<Order, String>builder(
                        Order::customer, order -> {
                            throw error;
                        })
                .listener(recorder)
                .build()) {
            assertThatThrownBy(() -> atom.submit(new Order("a", 1)).join()).hasCause(error);
            atom.enqueue(new Order("a", 2));
            Eventually.idle(atom.coordinator());
            assertThat(recorder.finished).extracting(OperationSnapshot::error).containsOnly(error);
            assertThat(atom.coordinator().name()).isEqualTo(KeyedSequentialAtom.Builder.DEFAULT_NAME);
        }
    }

    @Test
    void tryEnqueueDoesNotBlock() {
        try (KeyedSequentialAtom<Order, String> atom =
                atom().capacity(1).closeTimeout(Duration.ZERO).build()) {
            atom.coordinator().pause();
            assertThat(atom.tryEnqueue(new Order("a", 1))).isTrue();
            assertThat(atom.tryEnqueue(new Order("a", 2))).isFalse();
        }
    }

    @Test
    void nullItemsAndNullKeysAreRefusedByName() {
        try (KeyedSequentialAtom<Order, String> atom = atom().build()) {
            assertThatThrownBy(() -> atom.enqueue(null))
                    .isInstanceOf(NullPointerException.class)
                    .hasMessage("orders: item must not be null");
            assertThatThrownBy(() -> atom.enqueue(new Order(null, 1)))
                    .isInstanceOf(NullPointerException.class)
                    .hasMessage("orders: key (as selected from the item) must not be null");
            assertThatThrownBy(() -> atom.submit(null)).isInstanceOf(NullPointerException.class);
            assertThatThrownBy(() -> atom.tryEnqueue(null)).isInstanceOf(NullPointerException.class);
        }
        assertThatThrownBy(() -> KeyedSequentialAtom.builder(null, item -> {}))
                .isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> KeyedSequentialAtom.builder(Object::toString, null))
                .isInstanceOf(NullPointerException.class);
    }

    @Test
    void aSelectorThatThrowsIsToldToTheCallerAndChangesNothing() {
        try (KeyedSequentialAtom<Order, String> atom = KeyedSequentialAtom.<Order, String>builder(
                        order -> {
                            throw new IllegalStateException("selector");
                        },
                        processed::add)
                .build()) {
            assertThatThrownBy(() -> atom.enqueue(new Order("a", 1))).hasMessage("selector");
            assertThat(atom.stats().admitted()).isZero();
        }
    }

    @Test
    void optionsThatContradictEachOtherAreRefusedWithTheAtomsName() {
        assertThatThrownBy(() -> atom().capacity(1).capacityPerKey(2).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("orders: capacityPerKey");
        assertThatThrownBy(() -> atom().name(" ")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void closingTheAtomClosesItsCoordinator() {
        KeyedSequentialAtom<Order, String> atom = atom().build();
        atom.close();
        atom.close();
        assertThat(atom.coordinator().isIntakeOpen()).isFalse();
        assertThatThrownBy(() -> atom.enqueue(new Order("a", 1))).isInstanceOf(RejectedOperationException.class);
    }
}
