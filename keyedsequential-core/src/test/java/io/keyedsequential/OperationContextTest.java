package io.keyedsequential;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyedsequential.signal.Signal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(600)
class OperationContextTest {

    @RegisterExtension
    final Coordinators coordinators = new Coordinators();

    private final ManualExecutor executor = new ManualExecutor();
    private final List<OperationContext> seen = new ArrayList<>();

    private final KeyedCoordinator<String> orders =
            coordinators.add(Coordinators.orders().maxConcurrency(1).executor(executor));

    private void note() {
        OperationContext.current().ifPresent(seen::add);
    }

    @Test
    void aBodySeesItsOperation() {
        long id = orders.execute("a", this::note);
        executor.runAll();
        assertThat(seen).singleElement().satisfies(context -> {
            assertThat(context.operationId()).isEqualTo(id);
            assertThat(context.atom()).isEqualTo("orders");
            assertThat(context.key()).isEqualTo("a");
            assertThat(context.attempt()).isEqualTo(1);
        });
    }

    @Test
    void everyWalkedOperationSeesItsOwn() {
        List<Long> ids = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            ids.add(orders.execute("a", this::note));
        }
        executor.runAll();
        assertThat(seen).extracting(OperationContext::operationId).isEqualTo(ids);
    }

    @Test
    void itsIdAloneIsThatOfTheInnermost() {
        assertThat(OperationContext.currentId()).isEqualTo(Signal.NO_OPERATION);
        List<Long> inside = new ArrayList<>();
        long id = orders.execute("a", () -> {
            inside.add(OperationContext.currentId());
            inside.add(orders.call(
                    "b", () -> OperationContext.current().orElseThrow().operationId() - OperationContext.currentId()));
            inside.add(OperationContext.currentId());
        });
        executor.runAll();
        assertThat(inside).containsExactly(id, 0L, id);
        assertThat(OperationContext.currentId()).isEqualTo(Signal.NO_OPERATION);
    }

    @Test
    void outsideThereIsNone() {
        assertThat(OperationContext.current()).isEmpty();
        orders.execute("a", this::note);
        executor.runAll();
        assertThat(OperationContext.current()).isEmpty();
        orders.call("a", () -> 1);
        assertThat(OperationContext.current()).isEmpty();
    }

    @Test
    void theInnermostIsSeenAndTheOuterOneAgainAfterwards() {
        KeyedCoordinator<String> other = coordinators.add(KeyedCoordinator.<String>builder("other"));
        orders.execute("a", () -> {
            note();
            other.call("x", () -> {
                note();
                return null;
            });
            note();
        });
        executor.runAll();
        assertThat(seen).extracting(OperationContext::atom).containsExactly("orders", "other", "orders");
    }

    @Test
    void anotherThreadIsNotInside() {
        orders.execute("a", () -> assertThat(
                        TestThread.start(OperationContext::current).result())
                .isEqualTo(Optional.empty()));
        executor.runAll();
        assertThat(orders.stats().failed()).isZero();
    }

    @Test
    void aDependentNeverSeesTheOperationThatComesNext() {
        OperationFuture<Integer> first = orders.submit("a", () -> 1);
        first.thenRun(this::note);
        OperationFuture<Integer> second = orders.submit("a", () -> 2);
        executor.runAll();
        assertThat(seen).extracting(OperationContext::operationId).doesNotContain(second.operationId());
    }
}
