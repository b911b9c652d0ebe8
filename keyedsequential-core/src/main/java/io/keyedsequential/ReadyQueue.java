package io.keyedsequential;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The tokens of the ready lanes of one stripe, first in, first out, each lane at most once. The lanes are its nodes, so
 * a token is taken out from anywhere at the same small cost: an operator may pause thousands of keys, and as many
 * operations may be cancelled or expire at once. Guarded by the stripe's lock.
 */
final class ReadyQueue<K> implements ReadyLanes<K> {

    private @Nullable Lane<K> first;
    private @Nullable Lane<K> last;
    private int size;

    @Override
    public boolean hasTokens() {
        return first != null;
    }

    /** Puts the lane's token at the end. */
    @Override
    public boolean add(Lane<K> lane) {
        Lane<K> before = last;
        size++;
        lane.ready(true);
        lane.readyBefore = before;
        last = lane;
        if (before == null) {
            first = lane;
            return true;
        }
        before.readyAfter = lane;
        return false;
    }

    /** Takes the token that has waited longest. */
    @Override
    public @Nullable Lane<K> poll() {
        Lane<K> lane = first;
        if (lane != null) {
            remove(lane);
        }
        return lane;
    }

    /** Takes the token of a lane that has one here. */
    @Override
    public void remove(Lane<K> lane) {
        Lane<K> before = lane.readyBefore;
        Lane<K> after = lane.readyAfter;
        if (before == null) {
            first = after;
        } else {
            before.readyAfter = after;
        }
        if (after == null) {
            last = before;
        } else {
            after.readyBefore = before;
        }
        lane.readyBefore = null;
        lane.readyAfter = null;
        lane.ready(false);
        size--;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public void forEach(Consumer<@Nullable Lane<K>> action) {
        for (Lane<K> lane = first; lane != null; lane = lane.readyAfter) {
            action.accept(lane);
        }
    }
}
