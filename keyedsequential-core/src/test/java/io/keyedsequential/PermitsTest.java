package io.keyedsequential;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PermitsTest {

    private final Permits<String> permits = new Permits<>(2);

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
}
