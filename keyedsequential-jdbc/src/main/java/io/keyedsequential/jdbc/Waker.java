package io.keyedsequential.jdbc;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Makes lanes of keys that have got items: all that have come since the last time with one statement, on a thread of
 * its own. Callers only leave their key, after their transaction has been committed, and take no second connection: as
 * many callers as the pool has connections would wait for each other.
 */
final class Waker {

    /** Keys in one statement. */
    private static final int MOST = 500;

    private final String atom;
    private final LaneStore store;
    private final DatabaseHealth health;
    private final Runnable look;

    /**
     * Keys to be looked at. A key is taken out before it is looked at, so that one that comes meanwhile is looked
     * at again.
     */
    private final Set<String> keys = ConcurrentHashMap.newKeySet();

    /**
     * Keys whose lanes this instance works off: their drain looks for items itself, and the key again when it lets go.
     */
    private final Set<String> held = ConcurrentHashMap.newKeySet();

    /** Held keys that have got items. */
    private final Set<String> leftToDrain = ConcurrentHashMap.newKeySet();

    private final Semaphore bell = new Semaphore(0);
    private volatile @Nullable Thread thread;

    /**
     * Wakes nothing before it is started; keys are taken before, too.
     *
     * @param look makes db-scheduler poll
     */
    Waker(String atom, LaneStore store, DatabaseHealth health, Runnable look) {
        this.atom = atom;
        this.store = store;
        this.health = health;
        this.look = look;
    }

    /** A key has got an item, or may have. For any thread; does not wait. */
    void wake(String key) {
        if (held.contains(key)) {
            leftToDrain.add(key);
            if (held.contains(key)) { // so that letGo comes later, and finds it
                return;
            }
        }
        look(key);
    }

    private void look(String key) {
        if (keys.add(key)) {
            bell.release();
        }
    }

    /** A drain begins to work the lane of a key off. */
    void hold(String key) {
        held.add(key);
    }

    /** It has ended, whatever has become of the lane. */
    void letGo(String key) {
        held.remove(key);
        if (leftToDrain.remove(key)) {
            look(key);
        }
    }

    void start() {
        Thread started = new Thread(this::run, atom + "-waker");
        started.setDaemon(true);
        thread = started;
        started.start();
    }

    /** Stops; keys that are left are found by the sweeper of an instance that runs. */
    void stop() {
        Thread running = thread;
        thread = null;
        bell.release();
        if (running != null) {
            join(running);
        }
    }

    private static void join(Thread running) {
        try {
            running.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        while (Thread.currentThread() == thread) {
            bell.acquireUninterruptibly();
            bell.drainPermits();
            wakeAll();
        }
    }

    private void wakeAll() {
        List<String> taken = new ArrayList<>();
        try {
            while (take(taken)) {
                store.wake(taken);
                taken.clear();
                look.run();
            }
        } catch (RuntimeException e) {
            keys.addAll(taken); // looked at again as soon as the database answers; see Sweeper
            health.failed(e);
        }
    }

    private boolean take(List<String> taken) {
        for (Iterator<String> all = keys.iterator(); all.hasNext() && taken.size() < MOST; ) {
            taken.add(all.next());
            all.remove();
        }
        return !taken.isEmpty();
    }

    /** Looks again at what could not be looked at. */
    void retry() {
        if (!keys.isEmpty()) {
            bell.release();
        }
    }
}
