package io.keyedsequential;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A runner is handed over in the moment in which a thread wants back the permit that it has lent: none of them stands still. */
@Timeout(600)
class PermitWantedBackTest {

    private static final int ROUNDS = 20_000;

    @RegisterExtension
    final Coordinators coordinators = new Coordinators();

    private final KeyedCoordinator<String> atom =
            coordinators.add(Coordinators.orders().maxConcurrency(1));

    @Test
    void aRunnerThatIsTakenBackBeforeItIsHandedOverLosesNothing() {
        List<TestThread<Integer>> threads = new ArrayList<>();
        for (String key : List.of("a", "b")) {
            threads.add(TestThread.start(() -> {
                int ended = 0;
                for (int round = 0; round < ROUNDS; round++) {
                    ended +=
                            atom.call(key, () -> atom.submit(key + "'", () -> 1).get());
                }
                return ended;
            }));
        }
        threads.add(TestThread.start(() -> {
            int ended = 0;
            for (int round = 0; round < ROUNDS; round++) {
                ended += atom.submit("c", () -> 1).get();
            }
            return ended;
        }));

        for (TestThread<Integer> thread : threads) {
            assertThat(thread.result()).isEqualTo(ROUNDS);
        }
        Eventually.idle(atom);
        StructuralCheck.assertIdle(atom);
    }
}
