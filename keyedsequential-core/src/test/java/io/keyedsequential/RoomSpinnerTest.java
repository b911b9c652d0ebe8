package io.keyedsequential;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RoomSpinnerTest {

    private static final int CAPACITY = 64;

    private final Permits<String> permits = new Permits<>(new MessageNames("orders", null), 1);
    private final OperationCounters<String> counts = new OperationCounters<>(permits, CAPACITY);
    private final RoomSpinner watch = new RoomSpinner(counts, CAPACITY);

    @Test
    void seesRoom() {
        fill(CAPACITY - 1);
        assertThat(watch.sawRoom(Long.MAX_VALUE)).isTrue();
    }

    @Test
    void seesThatThereIsNone() {
        fill(CAPACITY);
        assertThat(watch.sawRoom(Long.MAX_VALUE)).isFalse();
    }

    @Test
    void givesUpInTime() {
        fill(CAPACITY);
        assertThat(watch.sawRoom(TimeUnit.SECONDS.toNanos(1))).isFalse(); // though the caller would wait longer
        assertThat(watch.sawRoom(0)).isFalse();
    }

    @Test
    void aVainWatchIsFollowedByCallsThatDoNotWatchAndASuccessfulOneByNone() {
        fill(CAPACITY);
        assertThat(watch.sawRoom(Long.MAX_VALUE)).isFalse(); // vain: one call is skipped
        leave(1);
        assertThat(watch.sawRoom(Long.MAX_VALUE)).isFalse(); // skipped, though there is room
        assertThat(watch.sawRoom(Long.MAX_VALUE)).isTrue();
        assertThat(watch.sawRoom(Long.MAX_VALUE)).isTrue();
        fill(1);
        assertThat(watch.sawRoom(Long.MAX_VALUE)).isFalse(); // vain
        assertThat(watch.sawRoom(Long.MAX_VALUE)).isFalse(); // skipped
        assertThat(watch.sawRoom(Long.MAX_VALUE)).isFalse(); // vain again: three are skipped
        leave(1);
        for (int skipped = 0; skipped < 3; skipped++) {
            assertThat(watch.sawRoom(Long.MAX_VALUE)).isFalse();
        }
        assertThat(watch.sawRoom(Long.MAX_VALUE)).isTrue();
    }

    private void fill(int operations) {
        for (int i = 0; i < operations; i++) {
            assertThat(counts.admit()).isPositive();
        }
    }

    private void leave(int operations) {
        for (int i = 0; i < operations; i++) {
            counts.leftUnstarted(false);
        }
    }
}
