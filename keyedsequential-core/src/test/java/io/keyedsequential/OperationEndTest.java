package io.keyedsequential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.keyedsequential.RejectedOperationException.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A callback is told what a future would be told, when a future would be, and once. */
@Timeout(600)
class OperationEndTest {

    /** What one callback was told. */
    private record Told(long operationId, @Nullable Throwable failure) {}

    /** Also keeps the failures that neither a future nor a callback has taken. */
    private static final class Unhandled extends Recorder {

        final List<OperationSnapshot> unhandled = new CopyOnWriteArrayList<>();

        @Override
        public void failureUnhandled(String atom, OperationSnapshot operation) {
            unhandled.add(operation);
        }
    }

    @RegisterExtension
    final Coordinators coordinators = new Coordinators();

    private final ManualExecutor executor = new ManualExecutor();
    private final ManualTimer timer = new ManualTimer();
    private final Unhandled recorder = new Unhandled();
    private final List<String> ran = new ArrayList<>();
    private final List<Told> told = new CopyOnWriteArrayList<>();

    /** How many had been told when a body looked: what a body asserts would only fail its operation. */
    private final List<Integer> seen = new ArrayList<>();

    private final IllegalStateException onPurpose = new IllegalStateException("on purpose");

    private KeyedCoordinator.Builder<String> options() {
        return Coordinators.orders().maxConcurrency(1).executor(executor).listener(recorder);
    }

    private void tell(long operationId, @Nullable Throwable failure) {
        told.add(new Told(operationId, failure));
    }

    private void look() {
        seen.add(told.size());
    }

    private void fail() {
        throw onPurpose;
    }

    @Test
    void oneThatCompletesIsToldWithItsIdBeforeTheNextOfItsKeyBegins() {
        KeyedCoordinator<String> orders = coordinators.add(options());
        long first = orders.execute("a", () -> ran.add("first"), this::tell);
        orders.execute("a", this::look);
        assertThat(told).isEmpty();
        executor.runAll();
        assertThat(told).containsExactly(new Told(first, null));
        assertThat(seen).containsExactly(1);
        assertThat(orders.stats().completed()).isEqualTo(2);
    }

    @Test
    void aFailureIsLeftToTheCallback() {
        KeyedCoordinator<String> orders = coordinators.add(options());
        long id = orders.execute("a", this::fail, this::tell);
        executor.runAll();
        assertThat(told).containsExactly(new Told(id, onPurpose));
        assertThat(recorder.finished).hasSize(1);
        assertThat(recorder.unhandled).isEmpty();
    }

    @Test
    void ofSeveralAttemptsTheLastOneIsTold() {
        AtomicInteger attempts = new AtomicInteger();
        KeyedCoordinator<String> orders = coordinators.add(options()
                .retryPolicy(RetryPolicy.builder()
                        .maxAttempts(3)
                        .backoff(Duration.ZERO)
                        .build()));
        orders.execute(
                "a",
                () -> {
                    look();
                    if (attempts.incrementAndGet() < 3) {
                        fail();
                    }
                },
                this::tell);
        executor.runAll();
        assertThat(seen).containsExactly(0, 0, 0);
        assertThat(told).extracting(Told::failure).containsOnlyNulls().hasSize(1);
    }

    @Test
    void whatTheCallbackThrowsHarmsNothing() {
        KeyedCoordinator<String> orders = coordinators.add(options());
        for (Throwable thrown : List.of(onPurpose, new StackOverflowError(), new LinkageError())) {
            orders.execute("a", () -> {}, (id, failure) -> {
                throw sneaky(thrown);
            });
        }
        orders.execute("a", () -> ran.add("next"));
        executor.runOne(); // the very runner that has told them
        assertThat(ran).containsExactly("next");
        assertThat(orders.stats().completed()).isEqualTo(4);
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <E extends Throwable> RuntimeException sneaky(Throwable thrown) throws E {
        throw (E) thrown;
    }

    @Test
    void oneThatIsNotAcceptedIsToldByTheExceptionAlone() {
        KeyedCoordinator<String> full = coordinators.add(options().capacity(1).overflowPolicy(OverflowPolicy.REJECT));
        full.execute("a", () -> {}, this::tell);
        assertThatThrownBy(() -> full.execute("a", () -> ran.add("never"), this::tell))
                .isInstanceOf(RejectedOperationException.class);
        assertThat(told).isEmpty();
        executor.runAll();
        assertThat(told).hasSize(1);
        assertThatThrownBy(() -> full.execute("a", () -> ran.add("never"), null))
                .isInstanceOf(NullPointerException.class)
                .hasMessageContainingAll("orders", "end");
        full.closeIntake();
        assertThatThrownBy(() -> full.execute("a", () -> ran.add("never"), this::tell))
                .isInstanceOf(RejectedOperationException.class);
        assertThat(told).hasSize(1);
        assertThat(ran).isEmpty();
    }

    @Test
    void oneThatTheExecutorRefusesIsToldByTheExceptionAlone() {
        KeyedCoordinator<String> orders =
                coordinators.add(Coordinators.orders().listener(recorder).executor(runner -> {
                    throw new RejectedExecutionException("always");
                }));
        RejectedOperationException rejection = catchThrowableOfType(
                RejectedOperationException.class, () -> orders.execute("a", () -> ran.add("never"), this::tell));
        assertThat(rejection.reason()).isEqualTo(Reason.EXECUTOR);
        assertThat(told).isEmpty();
    }

    @Test
    void itIsToldAtOnceThatItsTimeIsUpAndNotAgainWhenItsBodyEnds() {
        StripedCoordinator<String> orders = coordinators.add(options().runTimeout(Duration.ofSeconds(7)), timer);
        long id = orders.execute(
                "a",
                () -> {
                    timer.only().fire();
                    look();
                    fail();
                },
                this::tell);
        executor.runAll();
        assertThat(seen).containsExactly(1);
        assertThat(told).hasSize(1);
        assertThat(told.get(0).operationId()).isEqualTo(id);
        assertThat(told.get(0).failure()).isInstanceOf(TimeoutException.class);
        assertThat(recorder.unhandled).isEmpty();
        assertThat(orders.stats().failed()).isEqualTo(1);
    }

    @Test
    void aCancellationByAnOperatorIsToldAtOnceAndTheEndOfTheBodyIsNot() {
        KeyedCoordinator<String> orders = coordinators.add(options());
        orders.execute(
                "a",
                () -> {
                    orders.cancel(orders.running(1).get(0).id());
                    look();
                    ran.add("interrupted " + Thread.interrupted());
                    fail();
                },
                this::tell);
        long second = orders.execute("a", () -> ran.add("second"), this::tell);
        executor.runOne();
        assertThat(seen).containsExactly(1);
        assertThat(ran).containsExactly("interrupted true", "second");
        assertThat(told).hasSize(2);
        orders.pause();
        long withdrawn = orders.execute("a", () -> ran.add("never"), this::tell);
        assertThat(orders.cancel(withdrawn)).isTrue();
        orders.resume();
        executor.runAll();
        assertThat(told).hasSize(3);
        assertThat(told.get(0).failure())
                .isInstanceOf(CancellationException.class)
                .hasMessageContainingAll("orders", "operation " + told.get(0).operationId());
        assertThat(told.get(1)).isEqualTo(new Told(second, null));
        assertThat(told.get(2).operationId()).isEqualTo(withdrawn);
        assertThat(told.get(2).failure()).isInstanceOf(CancellationException.class);
        assertThat(ran).hasSize(2);
        assertThat(recorder.unhandled).isEmpty();
    }

    @Test
    void aBodyThatFailsBeforeItsCancellationIsToldHasBeenCancelled() {
        StripedCoordinator<String> orders = coordinators.add(options(), timer);
        orders.execute(
                "a",
                () -> {
                    Slot<String> slot =
                            orders.lanes().permits.slots().iterator().next();
                    orders.crew.outcomes().cancel(slot.current(), false); // what an operator's thread does first
                    fail();
                },
                this::tell);
        executor.runAll();
        assertThat(told).hasSize(1);
        assertThat(told.get(0).failure())
                .isInstanceOf(CancellationException.class)
                .hasCause(onPurpose);
        assertThat(recorder.unhandled).isEmpty();
    }

    @Test
    void whatIsPurgedSkippedOrAbandonedIsTold() {
        KeyedCoordinator<String> orders = coordinators.add(options().exhaustedPolicy(ExhaustedPolicy.PARK));
        long skipped = orders.execute("a", this::fail, this::tell);
        long purged = orders.execute("a", () -> ran.add("never"), this::tell);
        executor.runAll();
        assertThat(told).isEmpty();
        orders.pauseKey("a");
        assertThat(orders.skip("a")).isTrue();
        assertThat(orders.purge("a")).hasSize(1);
        orders.resumeKey("a");
        long abandoned = orders.execute(
                "b",
                () -> {
                    orders.abandon(orders.running(1).get(0).id());
                    look();
                },
                this::tell);
        executor.runAll();
        assertThat(told).extracting(Told::operationId).containsExactly(skipped, purged, abandoned);
        assertThat(told.get(0).failure()).isSameAs(onPurpose);
        assertThat(told.get(1).failure()).isInstanceOf(CancellationException.class);
        assertThat(told.get(2).failure()).isInstanceOf(OperationAbandonedException.class);
        assertThat(seen).containsExactly(3);
        assertThat(ran).isEmpty();
        assertThat(recorder.unhandled).isEmpty();
    }

    @Test
    void closingTellsWhatItHasToCancel() {
        KeyedCoordinator<String> orders = coordinators.add(options().closeTimeout(Duration.ZERO));
        orders.pause();
        long id = orders.execute("a", () -> ran.add("never"), this::tell);
        orders.close();
        assertThat(told).extracting(Told::operationId).containsExactly(id);
        assertThat(told.get(0).failure()).isInstanceOf(CancellationException.class);
        executor.runAll();
        assertThat(ran).isEmpty();
    }

    @Test
    void anEndAndACancellationThatMeetAreToldOnce() {
        int operations = 3_000;
        AtomicIntegerArray ends = new AtomicIntegerArray(operations);
        KeyedCoordinator<Integer> orders =
                coordinators.add(KeyedCoordinator.<Integer>builder("orders").maxConcurrency(2));
        for (int i = 0; i < operations; i++) {
            int number = i;
            long id = orders.execute(i % 3, () -> {}, (operation, failure) -> ends.incrementAndGet(number));
            orders.cancel(id);
        }
        Eventually.idle(orders);
        for (int i = 0; i < operations; i++) {
            assertThat(ends.get(i)).as("operation %d", i).isEqualTo(1);
        }
    }
}
