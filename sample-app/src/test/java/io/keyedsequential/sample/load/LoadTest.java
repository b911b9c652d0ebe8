package io.keyedsequential.sample.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyedsequential.CoordinatorStats;
import io.keyedsequential.KeyedCoordinator;
import io.keyedsequential.spring.atom.AtomRegistry;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;

/** The load of {@link LoadRun}, smaller, inside the build. */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
class LoadTest {

    @LocalServerPort
    private int port;

    @Autowired
    private AtomRegistry atoms;

    @Test
    void ledgersHoldEveryOrderInTheOrderOfTheAnswers() throws Exception {
        URI desk = URI.create("http://localhost:" + port);
        LoadResult load = new OrderLoad(desk, new LoadPlan(16, 3_000, 50)).run(() -> {});
        assertThat(load.unanswered()).isEmpty();
        assertThat(load.placed()).hasSize(3_000);

        Set<String> customers =
                load.placed().stream().map(order -> order.draft().customer()).collect(Collectors.toSet());
        Map<String, List<LedgerLine>> ledgers = Ledgers.ask(desk, customers);
        assertThat(LedgerCheck.violations(load, ledgers, DrainLog.NONE)).isEmpty();
        nothingIsLeftInTheAtom(load.placed().size() + ledgers.size());
    }

    private void nothingIsLeftInTheAtom(long operations) {
        KeyedCoordinator<?> orders = atoms.find("orders").orElseThrow().coordinator();
        assertThat(orders.awaitIdle(Duration.ofMinutes(2))).isTrue();
        CoordinatorStats stats = orders.stats();
        assertThat(stats.admitted()).isEqualTo(operations);
        assertThat(stats.completed()).isEqualTo(operations);
        assertThat(stats.queued() + stats.active() + stats.awaiting() + stats.lanes())
                .isZero();
    }
}
