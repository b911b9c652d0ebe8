package io.keyedsequential.jdbc;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The keys that have got items and are to have lanes, which the thread that polls makes: of all that have come since
 * the last time with one statement. Callers only leave their key, after their transaction has been committed, and take
 * no second connection: as many callers as the pool has connections would wait for each other. For any thread.
 */
final class Waker {

    /** Keys in one statement. */
    private static final int MOST = 500;

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

    /**
     * Nothing is to be woken yet.
     *
     * @param look makes db-scheduler poll; must not wait
     */
    Waker(Runnable look) {
        this.look = look;
    }

    /** A key has got an item, or may have. Does not wait. */
    void wake(String key) {
        if (held.contains(key)) {
            leftToDrain.add(key);
            if (held.contains(key)) { // so that letGo comes later, and finds it
                return;
            }
        }
        add(key);
    }

    private void add(String key) {
        if (keys.add(key)) {
            look.run();
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
            add(key);
        }
    }

    /** Takes keys out, to look at them. */
    List<String> take() {
        List<String> taken = new ArrayList<>();
        for (Iterator<String> all = keys.iterator(); all.hasNext() && taken.size() < MOST; ) {
            taken.add(all.next());
            all.remove();
        }
        if (taken.size() == MOST) {
            look.run();
        }
        return taken;
    }

    /** Keys that could not be looked at are looked at with the next poll. */
    void putBack(List<String> taken) {
        keys.addAll(taken);
    }
}
