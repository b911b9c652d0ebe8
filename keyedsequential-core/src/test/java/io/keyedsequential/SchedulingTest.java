package io.keyedsequential;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** One permit, one thread, and so one order of starts. */
@Timeout(600)
class SchedulingTest {

    private static final int HOT = 10_000;

    @RegisterExtension
    final Coordinators coordinators = new Coordinators();

    private final ManualExecutor executor = new ManualExecutor();
    private final List<String> starts = new ArrayList<>();

    private KeyedCoordinator<String> orders(boolean fair) {
        return coordinators.add(Coordinators.orders()
                .maxConcurrency(1)
                .capacity(4 * HOT)
                .fairScheduling(fair)
                .executor(executor));
    }

    private void execute(KeyedCoordinator<String> orders, String key) {
        orders.execute(key, () -> starts.add(key));
    }

    @Test
    void fairSchedulingIsRoundRobinOperationByOperation() {
        KeyedCoordinator<String> orders = orders(true);
        for (String key : "A A A B B C C C C".split(" ")) {
            execute(orders, key);
        }
        executor.runAll();
        assertThat(String.join(" ", starts)).isEqualTo("A B C A B C A C C");
    }

    @Test
    void aHotKeyDoesNotDelayThreeColdOnesThatCameAfterIt() {
        KeyedCoordinator<String> orders = orders(true);
        for (int i = 0; i < HOT; i++) {
            execute(orders, "hot");
        }
        for (int i = 0; i < 10; i++) {
            List.of("x", "y", "z").forEach(key -> execute(orders, key));
        }
        executor.runAll();
        for (int i = 0; i < 10; i++) {
            assertThat(starts.subList(4 * i, 4 * i + 4)).containsExactly("hot", "x", "y", "z");
        }
        assertThat(starts).hasSize(HOT + 30);
    }

    @Test
    void aColdOperationThatComesWhileTheHotKeyRunsStartsWithinTheNextFewStarts() {
        KeyedCoordinator<String> orders = orders(true);
        List<Integer> enqueuedAt = new ArrayList<>();
        for (int i = 0; i < HOT; i++) {
            boolean enqueues = i > 0 && i % 1_000 == 0;
            orders.execute("hot", () -> {
                starts.add("hot");
                if (enqueues) {
                    enqueuedAt.add(starts.size());
                    List.of("x", "y", "z").forEach(key -> execute(orders, key));
                }
            });
        }
        executor.runAll();
        assertThat(enqueuedAt).hasSize(9);
        for (int position : enqueuedAt) {
            assertThat(starts.subList(position, position + 4)).containsExactlyInAnyOrder("x", "y", "z", "hot");
        }
    }

    @Test
    void withoutFairnessALaneRunsOnForABoundedQuantumOnly() {
        KeyedCoordinator<String> orders = orders(false);
        for (int i = 0; i < HOT; i++) {
            execute(orders, "hot");
        }
        List<String> cold = List.of("x", "y", "z");
        cold.forEach(key -> execute(orders, key));
        executor.runAll();
        for (String key : cold) {
            assertThat(starts.indexOf(key)).as(key).isLessThanOrEqualTo(cold.size() * Scheduler.VISIT_OPERATIONS);
        }
    }
}
