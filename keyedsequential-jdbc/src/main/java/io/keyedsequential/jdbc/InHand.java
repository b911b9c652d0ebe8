package io.keyedsequential.jdbc;

import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** The items whose bodies this instance runs now. For any thread. */
final class InHand {

    private final ConcurrentMap<Long, Entry> items = new ConcurrentHashMap<>();

    Entry begin(Hold lane, Item item) {
        Entry entry = new Entry(lane, item);
        items.put(item.id(), entry);
        return entry;
    }

    void end(Entry entry) {
        items.remove(entry.item().id(), entry);
    }

    Optional<Entry> find(long id) {
        return Optional.ofNullable(items.get(id));
    }

    /** One of them. */
    static final class Entry {

        private final Hold lane;
        private final Item item;
        private volatile boolean cancelled;

        Entry(Hold lane, Item item) {
            this.lane = lane;
            this.item = item;
        }

        Hold lane() {
            return lane;
        }

        Item item() {
            return item;
        }

        boolean isCancelled() {
            return cancelled;
        }

        /** Whatever its body does now, the item ends with it. */
        void cancel() {
            cancelled = true;
        }
    }
}
