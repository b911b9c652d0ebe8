package io.keyedsequential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A refusal is its caller's mistake: it is not tried again, and it closes neither its key nor the atom. */
@Timeout(600)
class RefusalTest {

    @RegisterExtension
    final FailureHarness h = new FailureHarness();

    private static final class Refused extends RuntimeException {}

    /** Throws, or fails its stage, whatever the way in. */
    private record Body(Throwable error, boolean judgeFails)
            implements Callable<String>, Runnable, Supplier<CompletionStage<String>>, RefusingOperation {

        @Override
        public String call() {
            throw Rethrow.unchanged(error);
        }

        @Override
        public void run() {
            throw Rethrow.unchanged(error);
        }

        @Override
        public CompletionStage<String> get() {
            return CompletableFuture.failedFuture(error);
        }

        @Override
        public boolean isRefusal(Throwable failure) {
            if (judgeFails) {
                throw new IllegalStateException("cannot tell");
            }
            return failure instanceof Refused;
        }
    }

    private static final Body REFUSED = new Body(new Refused(), false);
    private static final Body FAILED = new Body(new IllegalArgumentException(), false);

    @Test
    void itIsNeitherTriedAgainNorParkedWhateverTheWayIn() {
        StripedCoordinator<String> orders = h.make(o -> o.exhaustedPolicy(ExhaustedPolicy.PARK));
        OperationFuture<String> submitted = orders.submit("a", REFUSED);
        OperationFuture<String> staged = orders.submitAsync("a", REFUSED);
        orders.execute("a", REFUSED);
        h.run();
        assertThat(submitted).isCompletedExceptionally();
        assertThat(staged).isCompletedExceptionally();
        assertThatThrownBy(() -> orders.call("a", REFUSED)).isInstanceOf(Refused.class);
        assertThat(h.timer.size()).isZero();
        CoordinatorStats stats = orders.stats();
        assertThat(stats.retries() + stats.parked() + stats.backingOff()).isZero();
        assertThat(stats.failed()).isEqualTo(4);
    }

    @Test
    void itDoesNotHaltTheAtom() {
        StripedCoordinator<String> orders =
                h.make(o -> o.retryPolicy(RetryPolicy.none()).exhaustedPolicy(ExhaustedPolicy.HALT));
        orders.execute("a", REFUSED);
        h.run();
        assertThat(orders.state()).isEqualTo(CoordinatorState.RUNNING);
        orders.execute("a", FAILED);
        h.run();
        assertThat(orders.state()).isEqualTo(CoordinatorState.PAUSED);
        orders.resume();
    }

    @Test
    void whatIsNoRefusalIsAFailureAsBefore() {
        StripedCoordinator<String> orders =
                h.make(o -> o.retryPolicy(RetryPolicy.none()).exhaustedPolicy(ExhaustedPolicy.PARK));
        orders.execute("a", FAILED);
        orders.execute("b", new Body(new Refused(), true)); // one that cannot tell has not refused
        h.run();
        assertThat(orders.stats().parked()).isEqualTo(2);
        orders.purge("a");
        orders.purge("b");
    }
}
