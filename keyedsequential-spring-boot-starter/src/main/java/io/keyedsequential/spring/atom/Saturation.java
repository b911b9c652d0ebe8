package io.keyedsequential.spring.atom;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Counts what one atom had no room for, and says when to tell of it: the first time at once, then at most once per
 * interval, with what has been counted meanwhile. What comes after the last telling is told with the next one. Every
 * method may be called by any thread, and costs a few nanoseconds.
 */
public final class Saturation {

    /** How often an atom's saturation is told of at most, unless configured otherwise. */
    public static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(10);

    private final long interval;
    private final LongSupplier nanoClock;
    private final LongAdder rejected = new LongAdder();
    private final LongAdder blocked = new LongAdder();

    /** The reading of the clock from which on the next one is told of; the thread that moves it on tells. */
    private final AtomicLong due;

    /**
     * What has been counted since it was told last.
     *
     * @param rejected operations that were refused because the atom, or their key, was full
     * @param blocked callers that had to wait for room, whether they got it or not
     */
    public record Counted(long rejected, long blocked) {}

    /**
     * Nothing is counted yet.
     *
     * @param interval between two tellings, zero or more
     * @param nanoClock like {@link System#nanoTime()}
     */
    public Saturation(Duration interval, LongSupplier nanoClock) {
        this.interval = interval.toNanos();
        this.nanoClock = nanoClock;
        this.due = new AtomicLong(nanoClock.getAsLong());
    }

    /**
     * An operation was refused for want of room.
     *
     * @return what to tell now; {@code null} if it is too early
     */
    public @Nullable Counted rejected() {
        return count(rejected);
    }

    /**
     * A caller has to wait for room.
     *
     * @return what to tell now; {@code null} if it is too early
     */
    public @Nullable Counted blocked() {
        return count(blocked);
    }

    private @Nullable Counted count(LongAdder which) {
        which.increment();
        long now = nanoClock.getAsLong();
        long then = due.get();
        if (now - then < 0 || !due.compareAndSet(then, now + interval)) {
            return null;
        }
        return new Counted(rejected.sumThenReset(), blocked.sumThenReset());
    }
}
