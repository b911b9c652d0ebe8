package io.keyedsequential.jdbc;

import com.github.kagkarlsson.scheduler.Clock;
import io.keyedsequential.KeyedCoordinator;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The row of an atom: what operators have set for all instances. */
final class FleetSettings {

    /** Rows of ended idempotency keys that one statement deletes. */
    private static final int CHUNK = 1000;

    private record Row(boolean paused, @Nullable Integer maxConcurrency, Instant changedAt) {}

    private final String atom;
    private final Database database;
    private final KeyedCoordinator<Object> coordinator;
    private final FleetState state;
    private final Clock clock;
    private final Duration keepIdempotencyKeys;
    private final Runnable resumed;

    /**
     * Held from the look at the row until what it says is in force: of two threads that read at once, the one that has
     * read the older row would otherwise have the last word.
     */
    private final Object reading = new Object();

    /** What was read last. Guarded by {@link #reading}. */
    private @Nullable Row last;

    /**
     * Reads nothing yet.
     *
     * @param resumed told when lanes may be picked that were not before
     */
    FleetSettings(
            String atom,
            Database database,
            KeyedCoordinator<Object> coordinator,
            FleetState state,
            Clock clock,
            Duration keepIdempotencyKeys,
            Runnable resumed) {
        this.atom = atom;
        this.database = database;
        this.coordinator = coordinator;
        this.state = state;
        this.clock = clock;
        this.keepIdempotencyKeys = keepIdempotencyKeys;
        this.resumed = resumed;
    }

    /** Takes over what is set, here or on another instance. */
    void read() {
        synchronized (reading) {
            readAlone();
        }
    }

    private void readAlone() {
        List<Row> rows = database.once(() -> database.jdbc()
                .query(
                        database.sql("select paused, max_concurrency, changed_at from keyed_atom where atom = ?"),
                        (row, n) -> new Row(
                                row.getBoolean("paused"),
                                row.getObject("max_concurrency", Integer.class),
                                Times.orEpoch(Times.read(row, "changed_at"))),
                        atom));
        if (rows.isEmpty()) {
            return;
        }
        Row row = rows.get(0);
        Row before = last;
        last = row;
        if (row.equals(before)) {
            return;
        }
        boolean wasPaused = state.isPaused();
        state.setPaused(row.paused());
        state.steer();
        int limit = row.maxConcurrency() == null ? coordinator.options().maxConcurrency() : row.maxConcurrency();
        if (limit != coordinator.stats().maxConcurrency()) {
            coordinator.setMaxConcurrency(limit);
        }
        if (wasPaused && !row.paused()) {
            resumed.run();
        }
    }

    /** Lets no operation start, or lets them, on all instances. */
    void setPaused(boolean paused) {
        change("update keyed_atom set paused = ?, changed_at = ? where atom = ?", paused);
    }

    /** Sets how many operations run at once on each instance; {@code null} for as many as its options say. */
    void setMaxConcurrency(@Nullable Integer maxConcurrency) {
        change("update keyed_atom set max_concurrency = ?, changed_at = ? where atom = ?", maxConcurrency);
    }

    private void change(String update, @Nullable Object value) {
        database.inTransaction(() -> {
            touch();
            return database.jdbc().update(database.sql(update), value, Times.parameter(clock.now()), atom);
        });
        read();
    }

    /**
     * In the transaction of the thread: tells other instances that they may have read of lanes what is not true
     * any more.
     */
    void touch() {
        if (database.jdbc()
                        .update(
                                database.sql("update keyed_atom set changed_at = ? where atom = ?"),
                                Times.parameter(clock.now()),
                                atom)
                == 0) {
            database.jdbc().update(database.sql(database.dialect().addAtom()), atom, Times.parameter(clock.now()));
        }
    }

    /** Forgets idempotency keys of operations that ended long ago. */
    void forgetOldKeys() {
        Instant before = clock.now().minus(keepIdempotencyKeys);
        int deleted;
        do {
            deleted = database.once(() -> database.jdbc()
                    .update(
                            database.sql("delete from keyed_done where (atom, idempotency_key) in (select atom,"
                                    + " idempotency_key from keyed_done where finished_at < ? fetch first " + CHUNK
                                    + " rows only)"),
                            Times.parameter(before)));
        } while (deleted == CHUNK);
    }
}
