package io.keyedsequential;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(600)
class RecentWindowTest {

    @RegisterExtension
    final Coordinators coordinators = new Coordinators();

    private final ManualExecutor executor = new ManualExecutor();

    private KeyedCoordinator.Builder<String> orders() {
        return Coordinators.orders().maxConcurrency(1).executor(executor);
    }

    private List<Long> shownAfter(KeyedCoordinator<String> orders, int operations) {
        for (int i = 0; i < operations; i++) {
            orders.execute("one", () -> {});
        }
        executor.runAll();
        return orders.snapshot().stream().map(OperationSnapshot::id).toList();
    }

    @Test
    void theWindowHoldsTheLastOnesAndNotOneMore() {
        KeyedCoordinator<String> orders = coordinators.add(orders().window(7));
        assertThat(shownAfter(orders, 6)).hasSize(6);
        assertThat(shownAfter(orders, 1)).hasSize(7);
        assertThat(shownAfter(orders, 1)).hasSize(7).contains(8L).doesNotContain(1L);
        for (int i = 0; i < 100; i++) {
            long last = 8 + i;
            long[] expected = LongStream.rangeClosed(last - 6, last).toArray();
            assertThat(orders.snapshot().stream()
                            .mapToLong(OperationSnapshot::id)
                            .sorted())
                    .containsExactly(LongStream.of(expected).boxed().toArray(Long[]::new));
            shownAfter(orders, 1);
        }
    }

    @Test
    void theNewestComesFirst() {
        KeyedCoordinator<String> orders = coordinators.add(orders().window(50));
        for (int i = 0; i < 60; i++) {
            orders.execute("one", () -> {});
        }
        executor.runAll();
        assertThat(orders.snapshot())
                .extracting(OperationSnapshot::id)
                .isSortedAccordingTo(java.util.Comparator.reverseOrder())
                .startsWith(60L)
                .hasSize(50);
    }

    @Test
    void windowZeroRemembersNothing() {
        KeyedCoordinator<String> orders = coordinators.add(orders().window(0));
        assertThat(shownAfter(orders, 10)).isEmpty();
        orders.submit("a", () -> {
            throw new IllegalStateException();
        });
        orders.submit("a", () -> 1).cancel(false);
        executor.runAll();
        assertThat(orders.snapshot()).isEmpty();
    }

    @Test
    void failuresOutliveSuccesses() {
        KeyedCoordinator<String> orders = coordinators.add(orders().window(10));
        orders.submit("a", () -> {
            throw new IllegalStateException("kept");
        });
        shownAfter(orders, 1_000);
        assertThat(orders.snapshot())
                .hasSize(10)
                .filteredOn(each -> each.state() == OperationState.FAILED)
                .extracting(OperationSnapshot::id)
                .containsExactly(1L);
    }

    @Test
    void failuresLeaveRoomForSuccesses() {
        KeyedCoordinator<String> orders = coordinators.add(orders().window(10));
        for (int i = 0; i < 50; i++) {
            orders.submit("a", () -> {
                throw new IllegalStateException();
            });
        }
        shownAfter(orders, 50);
        assertThat(orders.snapshot())
                .hasSize(10)
                .filteredOn(each -> each.state() == OperationState.FAILED)
                .hasSize(5);
    }

    @Test
    void anOldOneIsNotShown() {
        KeyedCoordinator<String> orders = coordinators.add(orders().windowAge(Duration.ofNanos(1)));
        shownAfter(orders, 3);
        assertThat(orders.snapshot()).isEmpty();
    }

    private static final long AGE = Duration.ofMinutes(5).toNanos();

    private final ManualTimer timer = new ManualTimer();
    private static final long BEGIN = Long.MAX_VALUE - AGE; // the clock wraps around

    private final AtomicLong clock = new AtomicLong(BEGIN);

    private Operation<String> ended(RecentOperations<String> recent, boolean failed) {
        Operation<String> operation = LanesHarness.operation("a");
        operation.end(
                failed ? Operation.FAILED : Operation.COMPLETED,
                failed ? new IllegalStateException() : null,
                clock.get());
        if (failed) {
            recent.failed(operation);
        } else {
            recent.ended(operation);
        }
        return operation;
    }

    /** Also what is too old to be shown: seen from the beginning, nothing is. */
    private static List<Operation<String>> remembered(RecentOperations<String> recent) {
        return recent.list(BEGIN);
    }

    @Test
    void whatIsTooOldIsForgottenWhetherAnythingFollowsItOrNot() {
        RecentOperations<String> recent = new RecentOperations<>(10, AGE, 1, timer, clock::get);
        assertThat(timer.pending()).as("nothing to forget").isEmpty();
        ended(recent, false);
        assertThat(timer.only().nanos).isEqualTo(AGE);
        clock.addAndGet(AGE / 2);
        Operation<String> younger = ended(recent, true);
        assertThat(timer.everSet()).as("one look is set").isEqualTo(1);
        clock.addAndGet(AGE / 2 + 1);
        timer.only().fire();
        assertThat(remembered(recent)).containsExactly(younger);
        assertThat(timer.only().nanos).isEqualTo(AGE - AGE / 2 - 1);
        clock.addAndGet(AGE);
        timer.only().fire();
        assertThat(remembered(recent)).isEmpty();
        timer.only().fire(); // the look after that
        assertThat(timer.pending()).isEmpty();
        ended(recent, false);
        assertThat(timer.pending()).hasSize(1);
    }

    /** As when its thread has read that a look is due just before there was none. */
    @Test
    void whatWasRememberedWithoutALookIsFoundByTheLookThatFollows() {
        RecentOperations<String> recent = new RecentOperations<>(10, AGE, 1, timer, clock::get);
        ended(recent, false);
        clock.addAndGet(AGE + 1);
        timer.only().fire();
        ManualTimer.Set following = timer.only();
        Operation<String> late = LanesHarness.operation("late");
        late.end(Operation.COMPLETED, null, clock.get());
        recent.rememberUnwatched(late);
        following.fire();
        assertThat(remembered(recent)).containsExactly(late);
        clock.addAndGet(AGE + 1);
        timer.only().fire();
        assertThat(remembered(recent)).isEmpty();
    }

    @Test
    void aTimerThatCannotBeSetIsTriedAgain() {
        RecentOperations<String> recent = new RecentOperations<>(10, AGE, 1, timer, clock::get);
        timer.refuse(1);
        ended(recent, false);
        assertThat(timer.pending()).isEmpty();
        ended(recent, false);
        assertThat(timer.pending()).hasSize(1);
    }

    /** Key and error of an operation that is too old, though no other one follows it and nobody looks. */
    @Test
    void neitherKeyNorErrorStaysReachable() {
        StripedCoordinator<Object> orders = coordinators.add(new StripedCoordinator<>(
                "orders",
                CoordinatorOptions.builder()
                        .executor(executor)
                        .windowAge(Duration.ofNanos(1))
                        .build(),
                new AtomParts.Clockwork(new ManualTimer(), timer, timer, new SpareThreads("orders"), () -> 0)));
        List<WeakReference<?>> gone = new ArrayList<>();
        failWith(orders, gone);
        executor.runAll();
        assertThat(gone).hasSize(2);
        timer.fireAll();
        Eventually.until("both are gone", () -> {
            System.gc();
            return gone.stream().allMatch(each -> each.get() == null);
        });
        assertThat(orders.recent()).isEmpty();
    }

    private static void failWith(KeyedCoordinator<Object> orders, List<WeakReference<?>> gone) {
        OddKey key = new OddKey("a");
        gone.add(new WeakReference<>(key));
        orders.execute(key, () -> {
            IllegalStateException error = new IllegalStateException("meant to fail");
            gone.add(new WeakReference<>(error));
            throw error;
        });
    }
}
