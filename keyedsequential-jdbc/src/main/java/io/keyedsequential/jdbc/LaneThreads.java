package io.keyedsequential.jdbc;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * The threads in which db-scheduler runs the lanes of an atom: as many as there are lanes in hand, which {@link Room}
 * bounds. Tells the room of each lane.
 */
final class LaneThreads extends ThreadPoolExecutor {

    private static final long IDLE_SECONDS = 60;

    /** How long what was interrupted may take to end. */
    private static final Duration INTERRUPTED = Duration.ofSeconds(5);

    private final Room room;
    private volatile Duration patience = Duration.ZERO;
    private volatile boolean interrupting;

    LaneThreads(String atom, Room room) {
        super(0, Integer.MAX_VALUE, IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), factory(atom));
        this.room = room;
    }

    private static CustomizableThreadFactory factory(String atom) {
        CustomizableThreadFactory factory = new CustomizableThreadFactory(atom + "-lane-");
        factory.setDaemon(true);
        return factory;
    }

    @Override
    public void execute(Runnable lane) {
        room.taken();
        super.execute(() -> {
            try {
                lane.run();
            } finally {
                room.given();
            }
        });
    }

    /** How long db-scheduler waits for what runs when it stops. */
    void stopWithin(Duration timeout) {
        patience = timeout;
    }

    boolean isInterrupting() {
        return interrupting;
    }

    /** Db-scheduler's own time is fixed when it is built. */
    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
        Duration wait = interrupting ? INTERRUPTED : patience;
        return super.awaitTermination(wait.toNanos(), TimeUnit.NANOSECONDS);
    }

    @Override
    public List<Runnable> shutdownNow() {
        interrupting = true;
        return super.shutdownNow();
    }
}
