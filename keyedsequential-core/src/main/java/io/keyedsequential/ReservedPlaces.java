package io.keyedsequential;

import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The reserved places of one coordinator that have neither been used nor given back.
 *
 * <p>A holder may lose its place: no callback tells of a transaction that never ends. So each is watched by a
 * reference, and before a caller is refused for want of room, the places that no thread can reach are given back. No
 * thread waits for them.
 */
final class ReservedPlaces<K> {

    private final OperationOwner<K> owner;
    private final Intake<K> intake;
    private final ReferenceQueue<Reservation> lost = new ReferenceQueue<>();

    /** Kept here, since a reference that is itself unreachable is never enqueued. */
    private final Set<Watch> watches = ConcurrentHashMap.newKeySet();

    ReservedPlaces(OperationOwner<K> owner, Intake<K> intake) {
        this.owner = owner;
        this.intake = intake;
    }

    /** Lets a caller have a place that has been let in. */
    Reservation hold(ReservedPlace<K> place) {
        Held<K> held = new Held<>(this, place);
        Watch watch = new Watch(held, lost, () -> giveBack(place));
        held.watch = watch;
        watches.add(watch);
        return held;
    }

    /** Gives the lost ones back; whether there were some. */
    boolean giveLostBack() {
        boolean any = false;
        for (Reference<?> next = lost.poll(); next != null; next = lost.poll()) {
            if (next instanceof Watch watch && watches.remove(watch)) {
                watch.giveBack.run();
                any = true;
            }
        }
        return any;
    }

    private void giveBack(ReservedPlace<K> place) {
        if (place.end()) {
            intake.giveBack(place);
        }
    }

    /** Sees that a place was lost, and does not keep its holder from losing it. */
    private static final class Watch extends PhantomReference<Reservation> {

        final Runnable giveBack;

        Watch(Reservation watched, ReferenceQueue<Reservation> lost, Runnable giveBack) {
            super(watched, lost);
            this.giveBack = giveBack;
        }
    }

    /** What a caller has of its place. */
    private static final class Held<K> implements Reservation {

        private final ReservedPlaces<K> places;
        private final ReservedPlace<K> place;
        private @Nullable Watch watch;

        Held(ReservedPlaces<K> places, ReservedPlace<K> place) {
            this.places = places;
            this.place = place;
        }

        @Override
        public long execute(Runnable body) {
            checkBody(body);
            PlainOperation<K> operation = new PlainOperation<>(place.key, body, System.nanoTime());
            use(operation);
            return operation.id;
        }

        @Override
        public <R extends @Nullable Object> OperationFuture<R> submit(Callable<? extends R> body) {
            checkBody(body);
            ResultOperation<K, R> operation = new ResultOperation<>(places.owner, place.key, body, System.nanoTime());
            OperationFuture<R> future = operation.future();
            use(operation);
            return future;
        }

        @Override
        public <R extends @Nullable Object> OperationFuture<R> submitAsync(
                Supplier<? extends CompletionStage<? extends R>> body) {
            checkBody(body);
            StageOperation<K, R> operation = new StageOperation<>(places.owner, place.key, body, System.nanoTime());
            OperationFuture<R> future = operation.future();
            use(operation);
            return future;
        }

        private void checkBody(Object body) {
            StackHeadroom.check();
            Preconditions.notNull(places.owner.name(), "body", body);
        }

        private void use(Operation<K> operation) {
            if (!place.end()) {
                throw new IllegalStateException(places.owner.name()
                        + ": the reserved place has been used or given back: reserve one for each operation");
            }
            unwatch();
            places.intake.admit(operation, place);
        }

        @Override
        public void close() {
            StackHeadroom.check();
            unwatch();
            places.giveBack(place);
        }

        private void unwatch() {
            Watch watched = watch;
            if (watched != null) {
                places.watches.remove(watched);
                watched.clear();
            }
        }

        @Override
        public String toString() {
            return "a place in " + places.owner.name();
        }
    }
}
