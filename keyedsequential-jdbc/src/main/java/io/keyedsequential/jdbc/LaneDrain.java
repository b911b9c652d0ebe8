package io.keyedsequential.jdbc;

import com.github.kagkarlsson.scheduler.Clock;
import com.github.kagkarlsson.scheduler.task.CompletionHandler;
import com.github.kagkarlsson.scheduler.task.ExecutionContext;
import com.github.kagkarlsson.scheduler.task.ExecutionHandler;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import io.keyedsequential.jdbc.LaneStore.Ended;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/**
 * Works off a lane that db-scheduler has picked: its items one after the other, by their ids, until it is empty, held
 * back, paused, or lost to another instance. Items are deleted by exactly their ids: a smaller id may be committed
 * later, by a transaction that began earlier.
 *
 * <p>Each way out writes the lane itself, under the version under which it was picked, so that there is nothing left
 * for db-scheduler to do. When the database is away the lane stays picked; it is given back as soon as the database can
 * be reached again.
 */
final class LaneDrain implements ExecutionHandler<Void> {

    /** Items that are read at once. */
    static final int ROWS = 32;

    /** Lanes whose items are read, or deleted, with one statement. */
    private static final int GROUP = 16;

    /** Items after which other lanes have their turn. */
    private static final int QUANTUM = 256;

    /** The same in time, if lanes are waiting. */
    private static final long QUANTUM_NANOS = Duration.ofMillis(500).toNanos();

    /** How long items that have ended may stay where they are, if several are deleted at once. */
    private static final long UNDELETED_NANOS = Duration.ofSeconds(1).toNanos();

    /**
     * Which part of the time after which this instance is taken for dead may have gone by since its last sign of life.
     */
    private static final double DOUBTFUL = 0.5;

    private static final CompletionHandler<Void> DONE = (complete, operations) -> {};

    private final LaneStore store;
    private final PickedHeads picked;
    private final ItemRunner runner;
    private final Aftermath aftermath;
    private final DatabaseHealth health;
    private final FleetState fleet;
    private final Room room;
    private final Clock clock;
    private final Duration doubtfulAfter;
    private final int batch;
    private final BooleanSupplier stopping;
    private final Consumer<Hold> releaseLater;
    private final Waker waker;
    private final Grouped<Hold, List<Item>> heads;
    private final Grouped<Ended, Set<Long>> completions;
    private final Grouped<Ended, Boolean> ends;

    /**
     * A drain for all lanes of an atom.
     *
     * @param deadAfter how long after its last sign of life an instance is taken for dead
     * @param batch how many items of a lane are deleted at once
     * @param stopping whether the application stops
     * @param releaseLater takes lanes that could not be given back
     */
    LaneDrain(
            LaneStore store,
            PickedHeads picked,
            ItemRunner runner,
            Aftermath aftermath,
            DatabaseHealth health,
            FleetState fleet,
            Room room,
            Clock clock,
            Duration deadAfter,
            int batch,
            BooleanSupplier stopping,
            Consumer<Hold> releaseLater,
            Waker waker) {
        this.store = store;
        this.picked = picked;
        this.runner = runner;
        this.aftermath = aftermath;
        this.health = health;
        this.fleet = fleet;
        this.room = room;
        this.clock = clock;
        this.doubtfulAfter = Duration.ofNanos((long) (deadAfter.toNanos() * DOUBTFUL));
        this.batch = batch;
        this.stopping = stopping;
        this.releaseLater = releaseLater;
        this.waker = waker;
        this.heads = new Grouped<>(GROUP, this::readHeads);
        this.completions = new Grouped<>(GROUP, this::deleteItems);
        this.ends = new Grouped<>(GROUP, this::endLanes);
    }

    private List<List<Item>> readHeads(List<Hold> lanes) {
        Map<String, List<Item>> found = store.heads(lanes, ROWS);
        return lanes.stream()
                .map(lane -> found.getOrDefault(lane.key(), List.of()))
                .toList();
    }

    private List<Set<Long>> deleteItems(List<Ended> ended) {
        Set<Long> deleted = store.complete(ended);
        return ended.stream().map(lane -> deleted).toList();
    }

    private List<Boolean> endLanes(List<Ended> ended) {
        Set<String> gone = store.end(ended);
        return ended.stream().map(lane -> gone.contains(lane.lane().key())).toList();
    }

    @Override
    public CompletionHandler<Void> execute(TaskInstance<Void> instance, ExecutionContext context) {
        Hold lane = new Hold(instance.getId(), context.getExecution().version);
        waker.hold(lane.key());
        try {
            if (stoodStillSincePicked(context)) {
                picked.take(lane);
                releaseLater.accept(lane);
            } else {
                new Turn(lane, context).run();
            }
        } catch (DataAccessException | TransactionException e) {
            health.failed(e);
            releaseLater.accept(lane);
        } catch (RuntimeException | Error e) {
            releaseLater.accept(lane);
            throw e;
        } finally {
            waker.letGo(lane.key());
        }
        return DONE;
    }

    /**
     * Whether the process stood still between the pick and this thread: db-scheduler counts signs of life from here on,
     * and the other instances from the pick.
     */
    private boolean stoodStillSincePicked(ExecutionContext context) {
        Instant pickedAt = context.getExecution().lastHeartbeat;
        return pickedAt != null && Duration.between(pickedAt, clock.now()).compareTo(doubtfulAfter) > 0;
    }

    /** One turn of one lane. */
    private final class Turn {

        private final Hold lane;
        private final ExecutionContext context;
        private final long begun = System.nanoTime();

        /** Items that have ended and are not deleted yet. */
        private final List<Item> ended = new ArrayList<>();

        private long firstEnded;
        private int done;

        Turn(Hold lane, ExecutionContext context) {
            this.lane = lane;
            this.context = context;
        }

        void run() {
            boolean goesOn = true;
            while (goesOn) {
                PickedHeads.Read read = read();
                goesOn = read.items().isEmpty() ? end() : run(read.items(), read.steered());
            }
        }

        private PickedHeads.Read read() {
            PickedHeads.Read withOthers = picked.take(lane);
            if (withOthers != null) {
                return withOthers;
            }
            long steered = fleet.steered();
            return new PickedHeads.Read(heads.ask(lane), steered);
        }

        /** Whether to read on. */
        private boolean run(List<Item> items, long steered) {
            for (int i = 0; i < items.size(); i++) {
                Item item = items.get(i);
                if (isDoubtful()) {
                    return false; // another instance may have the lane by now, or will
                }
                if (stopping.getAsBoolean() || fleet.isPaused() || quantumIsOver()) {
                    return giveBack();
                }
                if (fleet.steered() != steered) { // an operator may have taken out what was read
                    return delete();
                }
                if (item.runAfter() != null && item.runAfter().isAfter(clock.now())) {
                    return delete() && withhold(item.runAfter());
                }
                boolean last = i == items.size() - 1 && items.size() < ROWS;
                if (!run(item, last)) {
                    return false;
                }
            }
            return true;
        }

        /** Whether the lane is still in hand, with what was read of it. */
        private boolean run(Item item, boolean last) {
            Outcome outcome = runner.run(lane, item, ended);
            done++;
            if (outcome instanceof Outcome.Completed || outcome instanceof Outcome.Cancelled) {
                return completed(item, last);
            }
            if (outcome instanceof Outcome.CompletedInTransaction) {
                ended.clear();
                return !last || end();
            }
            if (outcome instanceof Outcome.Lost) {
                return false;
            }
            if (!delete()) {
                return false;
            }
            if (outcome instanceof Outcome.Failed failed) {
                return aftermath.failed(lane, item, failed) && completed(item, last);
            }
            if (outcome instanceof Outcome.Unreadable unreadable) {
                aftermath.unreadable(lane, item, unreadable.reason());
                return false;
            }
            return giveBack(); // Stopped
        }

        private boolean completed(Item item, boolean last) {
            if (ended.isEmpty()) {
                firstEnded = System.nanoTime();
            }
            ended.add(item);
            if (last) {
                return end();
            }
            return (ended.size() < batch && System.nanoTime() - firstEnded < UNDELETED_NANOS) || delete();
        }

        private boolean isDoubtful() {
            return context.getCurrentlyExecuting().getHeartbeatState().getFractionDead() > DOUBTFUL;
        }

        private boolean quantumIsOver() {
            return done >= QUANTUM || (done > 0 && room.isShort() && System.nanoTime() - begun > QUANTUM_NANOS);
        }

        /** Deletes what has ended; whether the lane is still held. */
        private boolean delete() {
            if (ended.isEmpty()) {
                return true;
            }
            Set<Long> deleted = completions.ask(new Ended(lane, List.copyOf(ended)));
            boolean all = ended.stream().allMatch(item -> deleted.contains(item.id()));
            ended.clear();
            return all || store.isHeld(lane); // an operator may have deleted one
        }

        private boolean giveBack() {
            if (delete()) {
                store.release(lane);
            }
            return false;
        }

        private boolean withhold(Instant due) {
            store.release(lane, due, Withheld.DELAYED);
            return false;
        }

        /**
         * Deletes the lane with its last items. An item that was committed before the lane was gone found the lane
         * there, and was not looked at again by any drain: so the key is looked at again, after the commit.
         */
        private boolean end() {
            if (ends.ask(new Ended(lane, List.copyOf(ended)))) {
                ended.clear();
                waker.wake(lane.key());
            } else {
                giveBack(); // paused, so that it stays; or lost, which the version tells
            }
            return false;
        }
    }
}
