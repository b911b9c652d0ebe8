package io.keyedsequential.spring.atom;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.context.SmartLifecycle;

/**
 * Drains all atoms when the application stops, and lets them go on when it starts again.
 *
 * <p>Stopping closes the intake of every atom at once, then waits for all of them together. What is left after the
 * drain timeout is named in the log, and an atom that the registry built starts nothing from then on: what the log
 * names as queued does not run while the application is taken down around it. Starting again reopens the intake and
 * runs what was left. A running operation may still enqueue in its own atom while that is drained, but no longer in
 * another one.
 *
 * <p>When the application ends, atoms that the registry built are closed; those that are beans close themselves.
 */
public final class AtomLifecycle implements SmartLifecycle, DisposableBean {

    /**
     * After web servers have finished their requests ({@code WebServerApplicationContext.GRACEFUL_SHUTDOWN_PHASE}
     * is 1024 below the highest phase) and message listeners have stopped, before a separate management server, the
     * web server, executors, schedulers and connections do. Written as a number because that constant is in an
     * optional module.
     */
    public static final int PHASE = DEFAULT_PHASE - 1024 - 256;

    private final AtomRegistry registry;
    private final AtomDrain drain;

    /** Serialises starting and stopping: a start waits for the drain that goes before. */
    private final Object lock = new Object();

    /** What the last stop has stopped, to be taken back by the next start; empty while started. Guarded by the lock. */
    private List<AtomDrain.Stopped> stopped = List.of();

    /** Whether everything has been drained since the last start. Guarded by the lock. */
    private boolean drained;

    private volatile boolean running;

    /**
     * Drains these.
     *
     * @param registry all atoms
     * @param drainTimeout how long a stop waits at most
     * @param keys names keys
     */
    public AtomLifecycle(AtomRegistry registry, Duration drainTimeout, LoggedKeys keys) {
        this.registry = registry;
        this.drain = new AtomDrain(registry, drainTimeout, new DrainLog(keys));
    }

    @Override
    public void start() {
        synchronized (lock) {
            stopped.forEach(AtomDrain.Stopped::goOn);
            stopped = List.of();
            drained = false;
            running = true;
        }
    }

    @Override
    public void stop() {
        synchronized (lock) {
            if (!drained) {
                stopped = drainAll(registry.ownAtoms());
                drained = true;
            }
            running = false;
        }
    }

    @Override
    public void stop(Runnable callback) {
        try {
            new Thread(() -> stopThen(callback), "keyedsequential-drain").start();
        } catch (RuntimeException | Error e) { // no thread: Spring must not wait for one
            callback.run();
            throw e;
        }
    }

    private void stopThen(Runnable callback) {
        try {
            stop();
        } finally {
            callback.run();
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return PHASE;
    }

    /** Closes what the registry built, after a drain if the application ends without having been stopped. */
    @Override
    public void destroy() {
        stop();
        for (RegisteredAtom atom : registry.ownAtoms()) {
            if (atom.owned()) {
                atom.coordinator().close();
            }
        }
    }

    /** Closes every intake before it waits for the first atom: atoms that feed each other are to come to rest. */
    private List<AtomDrain.Stopped> drainAll(List<RegisteredAtom> atoms) {
        List<AtomDrain.Stopped> closed =
                atoms.stream().map(AtomDrain.Stopped::closeIntake).toList();
        List<CompletableFuture<AtomDrain.Stopped>> drains = closed.stream()
                .map(atom -> CompletableFuture.supplyAsync(
                        () -> drain.drain(atom),
                        waiting -> new Thread(waiting, "keyedsequential-drain-" + atom.name()).start()))
                .toList();
        return drains.stream().map(CompletableFuture::join).toList();
    }
}
