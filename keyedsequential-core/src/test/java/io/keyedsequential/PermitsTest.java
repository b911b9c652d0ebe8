package io.keyedsequential;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PermitsTest {

    private final Permits<String> permits = new Permits<>(new MessageNames("orders", null), 2);

    @Test
    void asManySlotsAsTheLimitAndNotOneMore() {
        assertThat(permits.takeForTurn()).isNotNull();
        assertThat(permits.takeForTurn()).isNotNull();
        assertThat(permits.takeForTurn()).isNull();
        assertThat(permits.takeToSearch()).isNull();
        assertThat(permits.taken()).isEqualTo(2);
    }

    @Test
    void aSlotThatWasGivenBackIsUsedAgain() {
        Slot<String> slot = permits.takeForTurn();
        permits.release(slot);
        assertThat(permits.takeForTurn()).isSameAs(slot);
        assertThat(permits.slots()).containsExactly(slot);
    }

    @Test
    void oneSearcherAtATime() {
        Slot<String> searcher = permits.takeToSearch();
        assertThat(permits.isWakeable()).isFalse();
        assertThat(permits.takeToSearch()).isNull();
        permits.found(searcher);
        assertThat(permits.takeToSearch()).isNotNull();
    }

    @Test
    void aHolderThatHasFoundNothingLooksOnAsTheSearcher() {
        Slot<String> holder = permits.takeForTurn();
        assertThat(permits.searchOn(holder)).isTrue();
        assertThat(permits.isWakeable()).isFalse();
        permits.found(holder);
        assertThat(permits.isWakeable()).isTrue();
        assertThat(permits.searchOn(holder)).isTrue();
        permits.release(holder);
        assertThat(permits.isWakeable()).isTrue();
        assertThat(permits.searching()).isZero();
    }

    @Test
    void aHolderDoesNotLookOnBesideASearcherNorWhileNothingMayStart() {
        Slot<String> holder = permits.takeForTurn();
        Slot<String> searcher = permits.takeToSearch();
        assertThat(permits.searchOn(holder)).isFalse();
        permits.found(searcher);
        permits.held(Permits.PAUSED, true);
        assertThat(permits.searchOn(holder)).isFalse();
        permits.held(Permits.PAUSED, false);
        permits.letSeveralSearch(true);
        assertThat(permits.searchOn(holder)).isFalse();
        permits.letSeveralSearch(false);
        assertThat(permits.searchOn(holder)).isTrue();
        assertThat(permits.searching()).isEqualTo(1);
    }

    @Test
    void aHolderDoesNotLookOnWhileAThreadWaitsForThePermitThatItHasLent() {
        permits.limit(1);
        permits.takeForTurn();
        permits.lend();
        Slot<String> other = permits.takeForTurn();
        Permits.Return wanted = permits.takeBack();
        assertThat(permits.searchOn(other)).isFalse();
        permits.release(other);
        assertThat(wanted.granted).isTrue();
    }

    @Test
    void aSearcherThatIsReleasedTakesItsMarkWithIt() {
        permits.release(permits.takeToSearch());
        assertThat(permits.isWakeable()).isTrue();
        assertThat(permits.taken()).isZero();
    }

    @Test
    void aSlotThatDoesNotSearchLeavesTheMarkOfTheOneThatDoes() {
        Slot<String> turn = permits.takeForTurn();
        permits.takeToSearch();
        permits.release(turn);
        assertThat(permits.isWakeable()).isFalse();
    }

    @Test
    void holdingRefusesBothKinds() {
        permits.held(Permits.PAUSED, true);
        assertThat(permits.takeForTurn()).isNull();
        assertThat(permits.takeToSearch()).isNull();
        permits.held(Permits.PAUSED, false);
        assertThat(permits.takeToSearch()).isNotNull();
    }

    @Test
    void aLoweredLimitIsExceededOnlyUntilSlotsComeBack() {
        Slot<String> first = permits.takeForTurn();
        permits.takeForTurn();
        permits.limit(1);
        assertThat(permits.isOverLimit()).isTrue();
        permits.release(first);
        assertThat(permits.isOverLimit()).isFalse();
        assertThat(permits.isWakeable()).isFalse();
        permits.limit(2);
        assertThat(permits.isWakeable()).isTrue();
    }

    @Test
    void aFreeSlotForgetsItsThreadAndItsLastOperation() {
        Slot<String> slot = permits.takeForTurn();
        slot.thread = Thread.currentThread();
        slot.started(LanesHarness.operation("a"));
        permits.release(slot);
        assertThat(slot.thread).isNull();
        assertThat((Object) slot.current()).isNull();
        assertThat(slot.startedCount()).isEqualTo(1);
    }

    // ---------------------------------------------------------------- lending

    @Test
    void aLentPermitIsUsedByOneMoreAndNotByTwo() {
        permits.takeForTurn();
        permits.takeForTurn();
        permits.lend();
        assertThat(permits.isWakeable()).isTrue();
        assertThat(permits.takeForTurn()).isNotNull();
        assertThat(permits.takeForTurn()).isNull();
        assertThat(permits.isOverLimit()).isFalse();
    }

    @Test
    void aPermitThatNobodyUsesIsBackAtOnce() {
        permits.takeForTurn();
        permits.takeForTurn();
        permits.lend();
        assertThat(permits.takeBack()).isNull();
        assertThat(permits.lent()).isZero();
        assertThat(permits.takeForTurn()).isNull();
    }

    @Test
    void whoWantsItBackWaitsForTheNextSlotThatIsGivenBackAndComesBeforeEverybody() {
        Slot<String> first = permits.takeForTurn();
        permits.takeForTurn();
        permits.lend();
        permits.takeForTurn();
        Permits.Return awaited = permits.takeBack();
        assertThat(permits.isAwaited()).isTrue();
        assertThat(permits.isOverLimit()).as("nobody starts anything more").isTrue();
        permits.release(first);
        assertThat(permits.isAwaited()).isFalse();
        assertThat(permits.isOverLimit()).isFalse();
        assertThat(permits.isWakeable()).isFalse();
        assertThat(permits.takeForTurn()).isNull();
        assertThat(permits.lent()).isZero();
        awaited.await(); // has been granted
    }

    @Test
    void oneSlotThatIsGivenBackIsEnoughForOneWhoWaitsAndNotForTwo() {
        Slot<String> first = permits.takeForTurn();
        Slot<String> second = permits.takeForTurn();
        permits.lend();
        permits.lend();
        permits.takeForTurn();
        permits.takeForTurn();
        Permits.Return earlier = permits.takeBack();
        permits.takeBack();
        permits.release(first);
        assertThat(permits.lent()).isEqualTo(1);
        assertThat(permits.isAwaited()).isTrue();
        earlier.await(); // the one that came first
        permits.release(second);
        assertThat(permits.isAwaited()).isFalse();
        assertThat(permits.taken()).isEqualTo(2);
    }

    @Test
    void aLimitThatWasLoweredHoldsForWhoWantsItBack() {
        Slot<String> first = permits.takeForTurn();
        Slot<String> second = permits.takeForTurn();
        permits.lend();
        permits.takeForTurn();
        permits.limit(1);
        permits.takeBack();
        permits.release(first);
        assertThat(permits.isAwaited()).as("one is at work, and one may be").isTrue();
        permits.release(second);
        assertThat(permits.isAwaited()).isFalse();
        assertThat(permits.taken()).isEqualTo(1);
    }

    @Test
    void aLimitThatIsRaisedGrantsAtOnce() {
        permits.takeForTurn();
        permits.takeForTurn();
        permits.lend();
        permits.takeForTurn();
        permits.takeBack();
        permits.limit(3);
        assertThat(permits.isAwaited()).isFalse();
        assertThat(permits.isWakeable()).isFalse();
    }

    @Test
    void holdingTheAtomKeepsNobodyFromHisOwnPermit() {
        permits.takeForTurn();
        permits.takeForTurn();
        permits.lend();
        Slot<String> third = permits.takeForTurn();
        permits.held(Permits.PAUSED, true);
        permits.takeBack();
        permits.release(third);
        assertThat(permits.isAwaited()).isFalse();
        assertThat(permits.lent()).isZero();
    }

    @Test
    void whoGoesOnWithoutItsPermitIsOneMoreAtWorkUntilASlotIsGivenBack() {
        Slot<String> first = permits.takeForTurn();
        permits.takeForTurn();
        permits.lend();
        permits.takeForTurn();
        permits.goOver(permits.takeBack());
        assertThat(permits.isAwaited()).isFalse();
        assertThat(permits.lent()).isZero();
        assertThat(permits.isOverLimit()).as("nothing starts").isTrue();
        permits.release(first);
        assertThat(permits.isOverLimit()).isFalse();
        assertThat(permits.isWakeable()).isFalse();
    }

    @Test
    void whoGoesOnWhenItHasItsPermitChangesNothing() {
        Slot<String> first = permits.takeForTurn();
        permits.takeForTurn();
        permits.lend();
        permits.takeForTurn();
        Permits.Return awaited = permits.takeBack();
        permits.release(first);
        permits.goOver(awaited);
        assertThat(permits.lent()).isZero();
        assertThat(permits.isOverLimit()).isFalse();
    }

    @Test
    void anExchangeLeavesNoMomentInWhichSomebodyElseCouldCome() {
        permits.takeForTurn();
        permits.takeForTurn();
        permits.lend();
        Slot<String> third = permits.takeForTurn();
        permits.exchange(third);
        assertThat(permits.taken()).isEqualTo(2);
        assertThat(permits.lent()).isZero();
        assertThat(permits.isWakeable()).isFalse();
    }

    @Test
    void aNestedTurnRunsOnThePermitAroundItAndLeavesNoneForOthers() {
        permits.takeForTurn();
        permits.takeForTurn();
        Slot<String> nested = permits.takeNested();
        assertThat(nested).isNotNull();
        assertThat(permits.lent()).isEqualTo(1);
        assertThat(permits.isWakeable()).isFalse();
        assertThat(permits.takeForTurn()).isNull();
        permits.exchange(nested);
        assertThat(permits.taken()).isEqualTo(2);
        assertThat(permits.isWakeable()).isFalse();
    }

    @Test
    void aNestedTurnMayComeBeforeOneWhoWantsHisPermitBackSinceItTakesNoneOfOthers() {
        permits.takeForTurn();
        permits.takeForTurn();
        permits.lend();
        permits.takeForTurn();
        permits.takeBack();
        assertThat(permits.takeNested()).isNotNull();
        assertThat(permits.isAwaited()).isTrue();
    }

    @Test
    void aNestedTurnDoesNotBeginAboveALoweredLimitNorWhileTheAtomIsHeld() {
        permits.takeForTurn();
        Slot<String> second = permits.takeForTurn();
        permits.limit(1);
        assertThat(permits.takeNested()).isNull();
        permits.release(second);
        permits.held(Permits.PAUSED, true);
        assertThat(permits.takeNested()).isNull();
        assertThat(permits.lent()).isZero();
        permits.held(Permits.PAUSED, false);
        assertThat(permits.takeNested()).isNotNull();
    }

    @Test
    void slotsOfABurstGoAndWhatTheyHaveCountedStays() {
        permits.limit(1_000);
        List<Slot<String>> burst = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            Slot<String> slot = permits.takeForTurn();
            slot.started(LanesHarness.operation("a"));
            slot.completed();
            slot.failed();
            slot.awaited(1);
            burst.add(slot);
        }
        SlotSet<String> before = permits.slots();
        assertThat(before).hasSize(1_000);
        burst.forEach(permits::release);
        assertThat(permits.slots()).hasSizeLessThanOrEqualTo(64);
        assertThat(StructuralInvariants.free(permits)).isEqualTo(permits.slots().size());
        for (SlotSet<String> seen : List.of(before, permits.slots())) {
            assertThat(seen.started()).isEqualTo(1_000);
            assertThat(seen.completed()).isEqualTo(1_000);
            assertThat(seen.failed()).isEqualTo(1_000);
            assertThat(seen.awaited()).isEqualTo(1_000);
        }
        List<Slot<String>> again = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            again.add(permits.takeForTurn());
        }
        assertThat(again).doesNotHaveDuplicates().noneMatch(slot -> slot.gone);
        assertThat(permits.slots())
                .hasSize(1_000)
                .extracting(slot -> slot.index)
                .doesNotHaveDuplicates();
    }

    /** The sum that somebody else takes meanwhile never goes down, and never counts anything twice. */
    @Test
    void sumsAreRightWhileSlotsComeAndGo() {
        permits.limit(500);
        AtomicBoolean over = new AtomicBoolean();
        AtomicLong started = new AtomicLong();
        TestThread<Boolean> reader = TestThread.start(() -> {
            long last = 0;
            boolean right = true;
            while (!over.get()) {
                long least = started.get();
                long sum = permits.slots().started();
                right &= sum >= last && sum >= least && sum <= started.get() + 1;
                last = sum;
            }
            return right;
        });
        for (int round = 0; round < 50; round++) {
            List<Slot<String>> burst = new ArrayList<>();
            for (int i = 0; i < 400; i++) {
                Slot<String> slot = permits.takeForTurn();
                slot.started(LanesHarness.operation("a"));
                started.incrementAndGet();
                burst.add(slot);
            }
            burst.forEach(permits::release);
        }
        over.set(true);
        assertThat(reader.result()).isTrue();
        assertThat(permits.slots().started()).isEqualTo(20_000);
    }
}
