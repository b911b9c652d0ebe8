package io.keyedsequential;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Finds circles of operations that wait for each other.
 *
 * <p>A thread that is inside an operation and begins to wait for another one first writes that on its slots, and then
 * follows the waits from there: the operation it waits for is held up by those that run under its key, those wait for
 * others, and so on. If everything it comes to waits, and all of it waits for this thread in the end, it does not wait.
 * Of the threads that close a circle the last to write sees what all others have written, so no circle is missed; two
 * that write at once may both see it, and both give up. A circle that this thread is no part of is told to those that
 * are. Threads that are inside no operation delay no other and do not look.
 *
 * <p>What is followed moves meanwhile. A slot that held up an operation when we asked may have ended it and wait for
 * something else when we read what it waits for; so a circle counts only if a second search meets the very same waits.
 * No thread that waits from the one search to the other can have let go of a key between them.
 *
 * <p>Only waits through {@link KeyedCoordinator#call} and through {@code get} and {@code join} of an
 * {@link OperationFuture} without a time limit, or of what has been made of one by {@code thenApply} and the like, are
 * known here. A stage that waits for another operation's stage, what either of two futures completes, or a lock of the
 * application, is not.
 */
final class DeadlockDetector {

    /**
     * One wait that has been come to.
     *
     * @param by a slot whose thread waits
     * @param from what it waits for
     * @param next what the holders of the awaited operation wait for
     * @param back whether one of them is the current thread
     */
    private record Link(Slot<?> by, Wait from, List<Wait> next, boolean back) {}

    private final List<Slot<?>> own;

    /** In the order in which they were come to. */
    private final List<Link> links = new ArrayList<>();

    private DeadlockDetector(List<Slot<?>> own) {
        this.own = own;
    }

    /**
     * The current thread is about to wait for an operation. {@link #end()} follows when it no longer does, whatever
     * this returns.
     *
     * @return why it must not wait, or {@code null}
     */
    static @Nullable KeyedDeadlockException begin(OperationOwner<?> owner, Operation<?> operation) {
        List<Slot<?>> own = ThreadOperations.slots();
        if (own.isEmpty()) {
            return null;
        }
        for (Slot<?> slot : own) {
            slot.waitsFor = new Wait(owner, operation, slot.waitsFor);
        }
        return look(own, new Wait(owner, operation, null));
    }

    /** Whether a wait that ends by itself would be in vain; no other thread needs to know of it. */
    static @Nullable KeyedDeadlockException look(OperationOwner<?> owner, Operation<?> operation) {
        List<Slot<?>> own = ThreadOperations.slots();
        return own.isEmpty() ? null : look(own, new Wait(owner, operation, null));
    }

    /**
     * Whether the innermost operation of the current thread would await its stage in vain, if that is the future of
     * another operation. Those further out do not wait with it: it leaves the thread to them.
     */
    static @Nullable KeyedDeadlockException lookAsStage(OperationOwner<?> owner, Operation<?> operation) {
        List<Slot<?>> own = ThreadOperations.slots();
        return own.isEmpty() ? null : look(own.subList(0, 1), new Wait(owner, operation, null));
    }

    static void end() {
        for (Slot<?> slot : ThreadOperations.slots()) {
            Wait ended = slot.waitsFor;
            slot.waitsFor = ended == null ? null : ended.outer;
        }
    }

    private static @Nullable KeyedDeadlockException look(List<Slot<?>> own, Wait wait) {
        DeadlockDetector first = new DeadlockDetector(own);
        if (!first.isCircle(wait)) {
            return null;
        }
        DeadlockDetector second = new DeadlockDetector(own);
        if (!second.isCircle(wait) || !first.waits().equals(second.waits())) {
            return null; // a thread that has moved was in no circle; one that it closes now, it finds itself
        }
        List<String> chain = first.links.stream()
                .map(link -> describe(link.by(), link.from()))
                .toList();
        return new KeyedDeadlockException(wait.owner.name(), chain);
    }

    private Set<Wait> waits() {
        return links.stream().map(Link::from).collect(Collectors.toSet());
    }

    /** Whether nothing that is come to from here can move on, and all of it leads back to the current thread. */
    private boolean isCircle(Wait begun) {
        Map<Wait, Slot<?>> found = new HashMap<>();
        Deque<Wait> open = new ArrayDeque<>();
        found.put(begun, own.get(0));
        open.add(begun);
        for (Wait wait = open.poll(); wait != null; wait = open.poll()) {
            List<Slot<?>> holders = wait.owner.holdersOf(wait.operation);
            if (holders.isEmpty()) {
                return false; // what holds it up is none of us
            }
            boolean back = false;
            List<Wait> next = new ArrayList<>();
            for (Slot<?> holder : holders) {
                if (own.contains(holder)) {
                    back = true;
                    continue;
                }
                Wait further = holder.waitsFor;
                if (further == null) {
                    return false; // it runs
                }
                next.add(further);
                if (found.putIfAbsent(further, holder) == null) {
                    open.add(further);
                }
            }
            links.add(new Link(Objects.requireNonNull(found.get(wait)), wait, next, back));
        }
        return allLeadBack();
    }

    private boolean allLeadBack() {
        Set<Wait> leading = new HashSet<>();
        int before;
        do {
            before = leading.size();
            for (int i = links.size() - 1; i >= 0; i--) { // against the direction of most of them
                Link link = links.get(i);
                if (link.back() || !Collections.disjoint(link.next(), leading)) {
                    leading.add(link.from());
                }
            }
        } while (leading.size() > before);
        return leading.size() == links.size();
    }

    private static String describe(Slot<?> by, Wait wait) {
        Operation<?> waiting = by.current();
        Thread thread = by.thread;
        return "%s on thread %s waits for %s"
                .formatted(
                        waiting == null ? by.names.ofNone() : by.names.of(waiting),
                        thread == null ? "?" : thread.getName(),
                        wait.owner.names().of(wait.operation));
    }
}
