package io.keyedsequential;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyedsequential.RejectedOperationException.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Operations that enqueue operations of their own atom: they never wait for room, since they would wait for themselves. */
@Timeout(600)
class SelfSubmissionTest {

    @RegisterExtension
    final Coordinators coordinators = new Coordinators();

    private final ManualExecutor executor = new ManualExecutor();
    private final List<String> ran = new CopyOnWriteArrayList<>();

    private KeyedCoordinator.Builder<String> orders() {
        return Coordinators.orders().maxConcurrency(1).executor(executor).capacity(1);
    }

    @Test
    void itIsAdmittedBeyondTheBoundAndCounted() {
        KeyedCoordinator<String> orders = coordinators.add(orders());
        orders.execute("a", () -> {
            for (int i = 0; i < 5; i++) {
                orders.execute("a", () -> ran.add("child"));
            }
        });
        executor.runAll();
        assertThat(ran).hasSize(5);
        assertThat(orders.stats().admittedBeyondBound()).isEqualTo(4);
    }

    @Test
    void itIsAdmittedBeyondTheBoundOfItsKey() {
        KeyedCoordinator<String> orders = coordinators.add(orders().capacity(9).capacityPerKey(1));
        orders.execute("a", () -> {
            orders.submit("a", () -> ran.add("1"));
            orders.submitAsync("a", () -> CompletableFuture.completedFuture(ran.add("2")));
        });
        executor.runAll();
        assertThat(ran).containsExactly("1", "2");
        assertThat(orders.stats().admittedBeyondBound()).isEqualTo(1);
    }

    @Test
    void withinTheBoundItIsNotCounted() {
        KeyedCoordinator<String> orders = coordinators.add(orders());
        orders.execute("a", () -> orders.execute("a", () -> ran.add("child")));
        executor.runAll();
        assertThat(orders.stats().admittedBeyondBound()).isZero();
    }

    @Test
    void itIsRejectedWhereThePolicyIsToReject() {
        KeyedCoordinator<String> orders = coordinators.add(orders().overflowPolicy(OverflowPolicy.REJECT));
        List<Reason> reasons = new ArrayList<>();
        orders.execute("a", () -> {
            orders.execute("b", () -> {});
            try {
                orders.execute("c", () -> {});
            } catch (RejectedOperationException e) {
                reasons.add(e.reason());
            }
        });
        executor.runAll();
        assertThat(reasons).containsExactly(Reason.FULL);
    }

    @Test
    void tryExecuteStaysWithinTheBound() {
        KeyedCoordinator<String> orders = coordinators.add(orders());
        List<Boolean> taken = new ArrayList<>();
        orders.execute("a", () -> {
            taken.add(orders.tryExecute("a", () -> {}));
            taken.add(orders.tryExecute("b", () -> {}));
        });
        executor.runAll();
        assertThat(taken).containsExactly(true, false);
    }

    @Test
    void itIsAdmittedThroughAClosedIntake() {
        KeyedCoordinator<String> orders = coordinators.add(orders());
        orders.execute("a", () -> {
            orders.execute("b", () -> ran.add("execute"));
            assertThat(orders.tryExecute("c", () -> {})).isFalse(); // full, not closed
        });
        orders.closeIntake();
        executor.runAll();
        assertThat(ran).containsExactly("execute");
        assertThat(orders.stats().failed()).isZero();
    }

    @Test
    void aDependentOfAFutureIsInsideTooSinceItHoldsThePermit() {
        KeyedCoordinator<String> orders = coordinators.add(orders());
        OperationFuture<String> future = orders.submit("a", () -> "x");
        CompletableFuture<Void> after = future.thenAccept(x -> {
            orders.execute("b", () -> ran.add("1"));
            orders.execute("b", () -> ran.add("2"));
        });
        executor.runAll();
        assertThat(after).isCompleted();
        assertThat(ran).containsExactly("1", "2");
    }

    @Test
    void aListenerOnARunnersThreadIsInsideToo() {
        List<RejectedOperationException> rejections = new ArrayList<>();
        KeyedCoordinator<String> orders =
                coordinators.add(orders().blockTimeout(Duration.ofMillis(50)).listener(enqueueingTwice(rejections)));
        listened = orders;
        orders.execute("a", () -> {});
        executor.runAll();
        assertThat(rejections).isEmpty();
        assertThat(ran).containsExactly("1", "2");
    }

    /** The caller of a turn still holds its permit while the listener is told: it must not wait for room either. */
    @Test
    void aListenerOnTheThreadOfATurnIsInsideToo() {
        List<RejectedOperationException> rejections = new ArrayList<>();
        KeyedCoordinator<String> orders =
                coordinators.add(orders().blockTimeout(Duration.ofMillis(50)).listener(enqueueingTwice(rejections)));
        listened = orders;
        orders.call("a", () -> "turn");
        executor.runAll();
        assertThat(rejections).isEmpty();
        assertThat(ran).containsExactly("1", "2");
    }

    private KeyedCoordinator<String> listened;

    private CoordinatorListener enqueueingTwice(List<RejectedOperationException> rejections) {
        return new CoordinatorListener() {
            private boolean done;

            @Override
            public void operationFinished(String atom, OperationSnapshot operation) {
                if (done) {
                    return;
                }
                done = true;
                try {
                    listened.execute("b", () -> ran.add("1"));
                    listened.execute("b", () -> ran.add("2"));
                } catch (RejectedOperationException e) {
                    rejections.add(e);
                }
            }
        };
    }
}
