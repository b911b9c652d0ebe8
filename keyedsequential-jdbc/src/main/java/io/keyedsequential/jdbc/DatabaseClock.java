package io.keyedsequential.jdbc;

import com.github.kagkarlsson.scheduler.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;

/**
 * The time of the database, so that instances whose clocks differ agree on what is due and who is dead. The difference
 * is measured at the start and now and then. For any thread.
 */
final class DatabaseClock implements Clock {

    private final Database database;
    private final InstantSource local;
    private volatile Duration offset = Duration.ZERO;

    DatabaseClock(Database database, InstantSource local) {
        this.database = database;
        this.local = local;
    }

    /** Measures the difference anew. What it takes to ask is shared between both ways. */
    void adjust() {
        Instant asked = local.instant();
        OffsetDateTime answer =
                database.once(() -> database.jdbc().queryForObject("select current_timestamp", OffsetDateTime.class));
        Instant answered = local.instant();
        if (answer != null) {
            offset = Duration.between(
                    asked.plus(Duration.between(asked, answered).dividedBy(2)), answer.toInstant());
        }
    }

    @Override
    public Instant now() {
        return local.instant().plus(offset);
    }
}
