package io.keyedsequential;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(600)
class OwnedPoolTest {

    private static final long AN_HOUR = 3_600;

    private final OwnedPool pool = new OwnedPool("pool", AN_HOUR);

    private Thread used() {
        CompletableFuture<Thread> thread = new CompletableFuture<>();
        pool.execute(() -> thread.complete(Thread.currentThread()));
        return thread.join();
    }

    @Test
    void threadsThatLingerNoLongerLeaveAndOneThatIsNeededStillComes() {
        Thread before = used();
        pool.lingerNoLonger();
        Eventually.until("it leaves", () -> !before.isAlive());
        Thread after = used();
        Eventually.until("it leaves at once", () -> !after.isAlive());
    }
}
