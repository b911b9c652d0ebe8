package io.keyedsequential;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Keys that change while they are in use: what is enqueued under them can still be reached, by the id of an operation. */
@Timeout(600)
class ChangedKeyTest {

    @RegisterExtension
    final Coordinators coordinators = new Coordinators();

    private final ManualExecutor executor = new ManualExecutor();
    private final List<String> ran = new ArrayList<>();

    private final KeyedCoordinator<Object> orders = coordinators.add(KeyedCoordinator.<Object>builder("orders")
            .executor(executor)
            .retryPolicy(RetryPolicy.none())
            .exhaustedPolicy(ExhaustedPolicy.PARK));

    private final OddKey key = new OddKey("a");
    private boolean broken = true;
    private OperationFuture<String> head;
    private OperationFuture<String> follower;

    private void park() {
        head = orders.submit(key, () -> {
            ran.add("head");
            if (broken) {
                throw new IllegalStateException("broken");
            }
            return "head";
        });
        follower = orders.submit(key, () -> {
            ran.add("follower");
            return "follower";
        });
        executor.runAll();
        assertThat(orders.stats().parked()).isEqualTo(1);
    }

    private void parkAndChange() {
        park();
        key.change();
        assertThat(orders.retry(key)).as("by its key it is not found").isFalse();
    }

    @Test
    void aParkedOperationIsRetriedByItsId() {
        parkAndChange();
        broken = false;
        assertThat(orders.retryOperation(head.operationId())).isTrue();
        executor.runAll();
        assertThat(ran).containsExactly("head", "head", "follower");
        assertThat(head.join()).isEqualTo("head");
        assertThat(orders.retryOperation(head.operationId())).as("it has ended").isFalse();
    }

    @Test
    void aParkedOperationIsSkippedByItsId() {
        parkAndChange();
        assertThat(orders.skipOperation(follower.operationId()))
                .as("it closes no key")
                .isFalse();
        assertThat(orders.skipOperation(head.operationId())).isTrue();
        executor.runAll();
        assertThat(ran).containsExactly("head", "follower");
        assertThat(head).isCompletedExceptionally();
        assertThat(orders.skipOperation(head.operationId())).as("it has ended").isFalse();
    }

    @Test
    void theLaneOfAnOperationIsPurgedByItsId() {
        parkAndChange();
        assertThat(orders.purgeOperation(head.operationId()))
                .extracting(OperationSnapshot::id)
                .containsExactly(head.operationId(), follower.operationId());
        assertThat(head).isCancelled();
        assertThat(follower).isCancelled();
        assertThat(orders.purgeOperation(head.operationId())).isEmpty();
        assertThat(orders.purgeOperation(4711)).isEmpty();
    }

    @Test
    void aParkedOperationAndItsFollowersAreCancelled() {
        parkAndChange();
        assertThat(orders.cancel(follower.operationId())).isTrue();
        assertThat(head.cancel(true)).isTrue();
        assertThat(orders.awaitIdle(Duration.ZERO)).isTrue();
        assertThat(orders.stats().lanes()).isZero();
    }

    @Test
    void anOperationIsAddressedByItsIdWhetherItsKeyHasChangedOrNot() {
        park();
        broken = false;
        assertThat(orders.retryOperation(head.operationId())).isTrue();
        executor.runAll();
        assertThat(ran).containsExactly("head", "head", "follower");
    }
}
