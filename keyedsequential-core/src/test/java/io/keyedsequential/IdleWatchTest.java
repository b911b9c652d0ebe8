package io.keyedsequential;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(600)
class IdleWatchTest {

    private final OperationCounters<String> counts =
            new OperationCounters<>(new Permits<>(new MessageNames("orders", null), 2), 10);

    private final List<Boolean> awaitedAtLook = new CopyOnWriteArrayList<>();
    private volatile boolean idle;

    private final IdleWatch watch = new IdleWatch(counts, () -> {
        awaitedAtLook.add(isAwaited());
        return idle;
    });

    private boolean isAwaited() {
        return watch.isAwaited();
    }

    /** A runner that leaves after the look, and so is not seen by it, then sees the thread that waits. */
    @Test
    void aThreadIsSeenToWaitBeforeItLooks() {
        idle = true;
        assertThat(watch.await(0)).isTrue();
        assertThat(awaitedAtLook).containsExactly(true);
        assertThat(watch.isAwaited()).isFalse();
    }

    @Test
    void aThreadThatWaitsIsWokenByTheOneThatLeavesAfterItsLook() {
        TestThread<Boolean> waiting = TestThread.start(() -> watch.await(Long.MAX_VALUE));
        waiting.awaitWaiting();
        idle = true;
        watch.check();
        assertThat(waiting.result()).isTrue();
        assertThat(awaitedAtLook).doesNotContain(false);
        assertThat(watch.isAwaited()).isFalse();
    }

    @Test
    void aThreadThatHasWaitedLongEnoughIsToldThatSomethingIsLeft() {
        assertThat(watch.await(0)).isFalse();
        assertThat(watch.isAwaited()).isFalse();
    }
}
