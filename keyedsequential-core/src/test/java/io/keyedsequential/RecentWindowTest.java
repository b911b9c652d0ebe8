package io.keyedsequential;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(600)
class RecentWindowTest {

    @RegisterExtension
    final Coordinators coordinators = new Coordinators();

    private final ManualExecutor executor = new ManualExecutor();

    private KeyedCoordinator.Builder<String> orders() {
        return Coordinators.orders().maxConcurrency(1).executor(executor);
    }

    private List<Long> shownAfter(KeyedCoordinator<String> orders, int operations) {
        for (int i = 0; i < operations; i++) {
            orders.execute("one", () -> {});
        }
        executor.runAll();
        return orders.snapshot().stream().map(OperationSnapshot::id).toList();
    }

    @Test
    void theWindowHoldsTheLastOnesAndNotOneMore() {
        KeyedCoordinator<String> orders = coordinators.add(orders().window(7));
        assertThat(shownAfter(orders, 6)).hasSize(6);
        assertThat(shownAfter(orders, 1)).hasSize(7);
        assertThat(shownAfter(orders, 1)).hasSize(7).contains(8L).doesNotContain(1L);
        for (int i = 0; i < 100; i++) {
            long last = 8 + i;
            long[] expected = LongStream.rangeClosed(last - 6, last).toArray();
            assertThat(orders.snapshot().stream()
                            .mapToLong(OperationSnapshot::id)
                            .sorted())
                    .containsExactly(LongStream.of(expected).boxed().toArray(Long[]::new));
            shownAfter(orders, 1);
        }
    }

    @Test
    void theNewestComesFirst() {
        KeyedCoordinator<String> orders = coordinators.add(orders().window(50));
        for (int i = 0; i < 60; i++) {
            orders.execute("one", () -> {});
        }
        executor.runAll();
        assertThat(orders.snapshot())
                .extracting(OperationSnapshot::id)
                .isSortedAccordingTo(java.util.Comparator.reverseOrder())
                .startsWith(60L)
                .hasSize(50);
    }

    @Test
    void windowZeroRemembersNothing() {
        KeyedCoordinator<String> orders = coordinators.add(orders().window(0));
        assertThat(shownAfter(orders, 10)).isEmpty();
        orders.submit("a", () -> {
            throw new IllegalStateException();
        });
        orders.submit("a", () -> 1).cancel(false);
        executor.runAll();
        assertThat(orders.snapshot()).isEmpty();
    }

    @Test
    void failuresOutliveSuccesses() {
        KeyedCoordinator<String> orders = coordinators.add(orders().window(10));
        orders.submit("a", () -> {
            throw new IllegalStateException("kept");
        });
        shownAfter(orders, 1_000);
        assertThat(orders.snapshot())
                .hasSize(10)
                .filteredOn(each -> each.state() == OperationState.FAILED)
                .extracting(OperationSnapshot::id)
                .containsExactly(1L);
    }

    @Test
    void failuresLeaveRoomForSuccesses() {
        KeyedCoordinator<String> orders = coordinators.add(orders().window(10));
        for (int i = 0; i < 50; i++) {
            orders.submit("a", () -> {
                throw new IllegalStateException();
            });
        }
        shownAfter(orders, 50);
        assertThat(orders.snapshot())
                .hasSize(10)
                .filteredOn(each -> each.state() == OperationState.FAILED)
                .hasSize(5);
    }

    @Test
    void anOldOneIsNotShown() {
        KeyedCoordinator<String> orders = coordinators.add(orders().windowAge(Duration.ofNanos(1)));
        shownAfter(orders, 3);
        assertThat(orders.snapshot()).isEmpty();
    }
}
