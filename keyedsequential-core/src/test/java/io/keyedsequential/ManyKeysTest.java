package io.keyedsequential;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(600)
class ManyKeysTest {

    @RegisterExtension
    final Coordinators coordinators = new Coordinators();

    @Test
    void aMillionKeysUsedOnceLeaveNoLane() {
        KeyedCoordinator<Integer> orders =
                coordinators.add(KeyedCoordinator.<Integer>builder("orders").maxConcurrency(2));
        for (int i = 0; i < 1_000_000; i++) {
            orders.execute(i, () -> {});
        }
        Eventually.idle(orders);
        assertThat(orders.stats().completed()).isEqualTo(1_000_000);
        assertThat(orders.stats().lanes()).isZero();
        assertTablesAreSmall(orders);
    }

    @Test
    void twentyThousandLanesAtOnceLeaveSmallTables() {
        ManualExecutor executor = new ManualExecutor();
        KeyedCoordinator<Integer> orders = coordinators.add(KeyedCoordinator.<Integer>builder("orders")
                .maxConcurrency(2)
                .capacity(20_000)
                .executor(executor));
        for (int i = 0; i < 20_000; i++) {
            orders.execute(i, () -> {});
        }
        assertThat(orders.stats().lanes()).isEqualTo(20_000);
        StructuralCheck.assertSound(orders);
        executor.runAll();
        assertThat(orders.stats().lanes()).isZero();
        assertTablesAreSmall(orders);
    }

    private static <K> void assertTablesAreSmall(KeyedCoordinator<K> orders) {
        for (Stripe<K> stripe : ((StripedCoordinator<K>) orders).lanes().table.stripes) {
            synchronized (stripe) {
                assertThat(stripe.table.length).isLessThanOrEqualTo(1_024);
            }
        }
    }
}
