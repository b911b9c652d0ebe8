package io.keyedsequential;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(600)
class KeyOrderTest {

    @RegisterExtension
    final Coordinators coordinators = new Coordinators();

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void threeKeysKeepTheirOrderEach(boolean fair) {
        KeyedCoordinator<String> orders =
                coordinators.add(Coordinators.orders().maxConcurrency(4).fairScheduling(fair));
        Map<String, List<Integer>> ran = new HashMap<>(); // plain lists: only the engine's order makes them safe
        List.of("a", "b", "c").forEach(key -> ran.put(key, new ArrayList<>()));
        for (int i = 0; i < 2_000; i++) {
            int number = i;
            for (String key : ran.keySet()) {
                orders.execute(key, () -> ran.get(key).add(number));
            }
        }
        Eventually.idle(orders);
        List<Integer> expected = IntStream.range(0, 2_000).boxed().toList();
        assertThat(ran.values()).allSatisfy(numbers -> assertThat(numbers).isEqualTo(expected));
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void perKeyConcurrencyIsReachedAndNotExceededAndStartsAreInOrder(int perKey) {
        KeyedCoordinator<String> orders =
                coordinators.add(Coordinators.orders().maxConcurrency(6).perKeyConcurrency(perKey));
        List<Gate> gates = new ArrayList<>();
        List<Integer> starts = new CopyOnWriteArrayList<>();
        Meter meter = new Meter();
        for (int i = 0; i < 12; i++) {
            int number = i;
            Gate gate = new Gate();
            gates.add(gate);
            orders.execute("hot", () -> {
                meter.enter();
                starts.add(number);
                gate.run();
                meter.leave();
            });
        }
        for (int i = 0; i < 12; i++) {
            int lastStarted = Math.min(12, i + perKey) - 1;
            // Each of them: started in order, they may still arrive in another one.
            gates.subList(i, lastStarted + 1).forEach(Gate::awaitEntered);
            int inside = lastStarted - i + 1;
            Eventually.until("the others have left", () -> meter.inside() == inside);
            assertThat(starts).hasSize(lastStarted + 1);
            assertThat(starts).contains(lastStarted);
            gates.get(i).open();
        }
        Eventually.idle(orders);
        assertThat(meter.most()).isEqualTo(perKey);
    }

    @Test
    void withPerKeyConcurrencyTwoTheListenerSeesStartsInOrderOnOneThread() {
        ManualExecutor executor = new ManualExecutor();
        Recorder recorder = new Recorder();
        KeyedCoordinator<String> orders = coordinators.add(Coordinators.orders()
                .maxConcurrency(4)
                .perKeyConcurrency(2)
                .executor(executor)
                .listener(recorder));
        for (int i = 0; i < 5; i++) {
            orders.execute("hot", () -> {});
        }
        executor.runAll();
        assertThat(recorder.startedIds()).containsExactly(1L, 2L, 3L, 4L, 5L);
    }

    @Test
    void whatOneOperationWroteTheNextOneReads() {
        KeyedCoordinator<String> orders =
                coordinators.add(Coordinators.orders().maxConcurrency(4).capacity(100_000));
        int[] plain = new int[1];
        for (int i = 0; i < 20_000; i++) {
            orders.execute("a", () -> plain[0]++);
            orders.execute("noise-" + i % 7, () -> {});
        }
        Eventually.idle(orders);
        assertThat(plain[0]).isEqualTo(20_000);
    }
}
