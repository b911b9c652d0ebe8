package io.keyedsequential.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Hazard 10: a poll whose limit was the room says nothing about whether there are more lanes. */
class RoomTest {

    private final AtomicInteger limit = new AtomicInteger(2);
    private final AtomicBoolean paused = new AtomicBoolean();
    private final AtomicInteger looks = new AtomicInteger();
    private final Room room = new Room(limit::get, paused::get, looks::incrementAndGet);

    private void poll(int found) {
        int free = room.forPoll(100);
        for (int i = 0; i < Math.min(free, found); i++) {
            room.taken();
        }
        room.polled();
    }

    @Test
    void aLaneThatIsGivenBackIsFollowedByALookIfThePollGotAllItAskedFor() {
        poll(10);
        assertThat(room.lanes()).isEqualTo(2);
        assertThat(room.isShort()).isTrue();
        room.given();
        assertThat(looks).hasValue(1);
    }

    @Test
    void ifThePollGotLessThereIsNoMore() {
        poll(1);
        assertThat(room.isShort()).isFalse();
        room.given();
        assertThat(looks).hasValue(0);
    }

    @Test
    void aPollWithoutRoomHasNotLooked() {
        poll(2);
        poll(10);
        assertThat(room.lanes()).isEqualTo(2);
        room.given();
        assertThat(looks).hasValue(1);
    }

    @Test
    void whilePausedNothingIsPickedOrLookedFor() {
        paused.set(true);
        assertThat(room.forPoll(100)).isZero();
        room.polled();
        assertThat(room.isShort()).isFalse();
    }

    @Test
    void aLimitThatWasLoweredLeavesNoRoomUntilEnoughIsGivenBack() {
        limit.set(4);
        poll(4);
        limit.set(2);
        assertThat(room.forPoll(100)).isZero();
        room.given();
        room.given();
        assertThat(room.forPoll(100)).isZero();
        room.given();
        assertThat(room.forPoll(100)).isEqualTo(1);
    }
}
