package io.keyedsequential;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Notices a runner that the executor has taken and does not begin: it was stopped with what it had queued, or
 * discards what it has no room for. Since nothing else is handed over as long as that runner searches, the atom would
 * stand still.
 *
 * <p>An executor that is busy looks the same, so such a runner is not given up but handed over again, after one to two
 * seconds, then ever later up to a minute; whichever copy comes first runs it, and the others find nothing to do. Every
 * time is logged.
 *
 * <p>One timer an atom, and only while a runner that was handed over has not begun.
 */
final class LostRunners<K> {

    private static final Duration FIRST_LOOK = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofMinutes(1);

    private final Dispatcher<K> dispatcher;
    private final Lanes<K> lanes;
    private final Listeners listeners;
    private final SpareThreads spares;
    private final Timer timer;

    private final AtomicBoolean watching = new AtomicBoolean();

    LostRunners(Dispatcher<K> dispatcher, Lanes<K> lanes, Listeners listeners, SpareThreads spares, Timer timer) {
        this.dispatcher = dispatcher;
        this.lanes = lanes;
        this.listeners = listeners;
        this.spares = spares;
        this.timer = timer;
    }

    /** A runner has been handed over. */
    void watch(HandedRunner<K> runner) {
        watch(List.of(runner));
    }

    private void watch(List<HandedRunner<K>> runners) {
        if (!watching.get() && watching.compareAndSet(false, true)) {
            lookAfter(FIRST_LOOK, runners, FIRST_LOOK);
        }
    }

    /**
     * @param seen the runners that were pending when this was set
     * @param since how long at least the oldest of them has been pending when this is over
     */
    private void lookAfter(Duration delay, List<HandedRunner<K>> seen, Duration since) {
        if (timer.tryAfter(delay.toNanos(), () -> look(delay, seen, since)) == null) { // the next hand-over sets it
            watching.set(false);
        }
    }

    private void look(Duration delay, List<HandedRunner<K>> seen, Duration since) {
        List<HandedRunner<K>> pending = pending();
        List<HandedRunner<K>> still = pending.stream().filter(seen::contains).toList();
        if (pending.isEmpty()) {
            watching.set(false);
            pending = pending(); // one that was handed over meanwhile has found us watching
            if (!pending.isEmpty()) {
                watch(pending);
            }
        } else if (still.isEmpty()) {
            lookAfter(FIRST_LOOK, pending, FIRST_LOOK);
        } else {
            Duration longer = delay.multipliedBy(2).compareTo(LONGEST) > 0 ? LONGEST : delay.multipliedBy(2);
            lookAfter(longer, pending, since.plus(longer));
            for (HandedRunner<K> runner : still) {
                if (runner.handedBy == null) { // else the executor makes its caller wait, and has lost nothing
                    timer.elsewhere(() -> handOverAgain(runner, since)); // the log is foreign
                }
            }
        }
    }

    private List<HandedRunner<K>> pending() {
        return lanes.table.isClosed() ? List.of() : dispatcher.pending();
    }

    private void handOverAgain(HandedRunner<K> runner, Duration since) {
        listeners.warn(("%s: the executor took a runner %d ms ago and has not begun it (queued=%d, "
                        + "active=%d): it is handed over again. The executor may be busy, or stopped, or "
                        + "discard what it has no room for")
                .formatted(dispatcher.name(), since.toMillis(), lanes.counts.queued(), lanes.counts.active()));
        try {
            spares.run(() -> {
                if (dispatcher.enter(runner) != null) {
                    dispatcher.retryLater();
                }
            });
        } catch (Throwable e) { // no thread to be had; the next look tries again
            listeners.handOffRejected(e);
        }
    }
}
