package io.keyedsequential.jdbc;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * Repairs, each second, what a crash or an absence of the database has left: keys that have items and no lane, and
 * lanes that this instance holds and could not give back. Reads what operators have set on other instances.
 */
final class Sweeper {

    /**
     * How many of the newest items are looked at each second; all of them cost much more, and are looked at less often.
     */
    private static final int NEWEST = 1000;

    /** Every so many times all items are looked at. */
    private static final int ALL_EVERY = 60;

    private final String atom;
    private final LaneStore store;
    private final FleetSettings settings;
    private final DatabaseClock clock;
    private final DatabaseHealth health;
    private final Waker waker;
    private final Runnable recovered;
    private final Queue<Hold> unreleased = new ConcurrentLinkedQueue<>();
    private @Nullable ScheduledExecutorService thread;

    /** Only by its own thread. */
    private int sweeps;

    /**
     * Sweeps nothing before it is started.
     *
     * @param recovered told when the database answers again
     */
    Sweeper(
            String atom,
            LaneStore store,
            FleetSettings settings,
            DatabaseClock clock,
            DatabaseHealth health,
            Waker waker,
            Runnable recovered) {
        this.atom = atom;
        this.store = store;
        this.settings = settings;
        this.clock = clock;
        this.health = health;
        this.waker = waker;
        this.recovered = recovered;
    }

    /** A lane is held by this instance, and nothing runs it. For any thread. */
    void releaseLater(Hold lane) {
        unreleased.add(lane);
    }

    void start() {
        CustomizableThreadFactory factory = new CustomizableThreadFactory(atom + "-sweeper-");
        factory.setDaemon(true);
        sweeps = 0;
        health.watched(true);
        ScheduledExecutorService started = Executors.newSingleThreadScheduledExecutor(factory);
        ScheduledFuture<?> unused = started.scheduleWithFixedDelay(this::sweep, 0, 1, TimeUnit.SECONDS);
        thread = started;
    }

    /** Stops, after what it does now. */
    void stop() {
        ScheduledExecutorService running = thread;
        thread = null;
        if (running == null) {
            return;
        }
        health.watched(false);
        running.shutdown(); // not interrupted: H2 closes its file when a thread that is interrupted writes
        try {
            running.awaitTermination(1, TimeUnit.MINUTES);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        releaseAll();
        wakeAll();
    }

    private void sweep() {
        try {
            boolean all = sweeps % ALL_EVERY == 0;
            if (all) {
                clock.adjust();
            }
            releaseAll();
            settings.read();
            if (all) {
                settings.forgetOldKeys();
            }
            store.forgotten(all ? 0 : NEWEST).forEach(waker::wake);
            sweeps++;
            if (health.answered()) {
                recovered.run();
            }
        } catch (RuntimeException e) {
            health.failed(e);
        }
    }

    /** Nothing polls any more, and keys whose lanes have just ended may have got items meanwhile. */
    private void wakeAll() {
        try {
            for (List<String> keys = waker.take(); !keys.isEmpty(); keys = waker.take()) {
                store.wake(keys);
            }
        } catch (RuntimeException e) { // the sweeper of an instance that runs finds them
            health.failed(e);
        }
    }

    private void releaseAll() {
        for (Hold lane = unreleased.peek(); lane != null; lane = unreleased.peek()) {
            try {
                store.release(lane);
            } catch (RuntimeException e) {
                health.failed(e);
                return;
            }
            unreleased.remove(lane);
            waker.wake(lane.key());
        }
    }
}
