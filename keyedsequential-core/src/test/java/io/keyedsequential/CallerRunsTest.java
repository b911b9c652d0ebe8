package io.keyedsequential;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An executor that runs its tasks on the thread that hands them over. */
@Timeout(600)
class CallerRunsTest {

    @RegisterExtension
    final Coordinators coordinators = new Coordinators();

    private final List<String> ran = new ArrayList<>();

    private KeyedCoordinator<String> orders(int limit) {
        return coordinators.add(Coordinators.orders().maxConcurrency(limit).executor(Runnable::run));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 8})
    void theOperationHasRunWhenExecuteReturns(int limit) {
        KeyedCoordinator<String> orders = orders(limit);
        orders.execute("a", () -> ran.add("1"));
        assertThat(ran).containsExactly("1");
        assertThat(orders.submit("b", () -> 2)).isCompletedWithValue(2);
        StructuralCheck.assertIdle(orders);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 8})
    void nestedOperationsOfTheSameKeyKeepTheirOrder(int limit) {
        KeyedCoordinator<String> orders = orders(limit);
        orders.execute("a", () -> {
            orders.execute("a", () -> ran.add("second"));
            orders.execute("a", () -> ran.add("third"));
            ran.add("first");
        });
        assertThat(ran).containsExactly("first", "second", "third");
        StructuralCheck.assertIdle(orders);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 8})
    void nestedOperationsOfOtherKeysAllRun(int limit) {
        KeyedCoordinator<String> orders = orders(limit);
        orders.execute("a", () -> {
            for (int i = 0; i < 20; i++) {
                String name = Integer.toString(i);
                orders.execute("key-" + i, () -> {
                    orders.execute("a", () -> ran.add("a" + name));
                    ran.add(name);
                });
            }
        });
        assertThat(ran).hasSize(40).doesNotHaveDuplicates();
        StructuralCheck.assertIdle(orders);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 8})
    void aStageCompletedByTheCallerRunsItsFollowersThere(int limit) {
        KeyedCoordinator<String> orders = orders(limit);
        CompletableFuture<String> stage = new CompletableFuture<>();
        orders.submitAsync("a", () -> stage);
        orders.execute("a", () -> ran.add("follower"));
        assertThat(ran).isEmpty();
        stage.complete("x");
        assertThat(ran).containsExactly("follower");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 8})
    void manyThreadsMayRunTheirOwn(int limit) {
        KeyedCoordinator<String> orders = orders(limit);
        int[] plain = new int[3];
        List<TestThread<Object>> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            threads.add(TestThread.start(() -> {
                for (int i = 0; i < 5_000; i++) {
                    int key = i % 3;
                    orders.execute("key-" + key, () -> plain[key]++);
                }
                return null;
            }));
        }
        threads.forEach(TestThread::result);
        Eventually.idle(orders);
        assertThat(plain[0] + plain[1] + plain[2]).isEqualTo(20_000);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 8})
    void theCallersOwnInterruptIsKeptAndNotSeenByTheOperation(int limit) {
        KeyedCoordinator<String> orders = orders(limit);
        Thread.currentThread().interrupt();
        orders.execute(
                "a", () -> ran.add("interrupted=" + Thread.currentThread().isInterrupted()));
        assertThat(Thread.interrupted()).isTrue();
        assertThat(ran).containsExactly("interrupted=false");
    }
}
