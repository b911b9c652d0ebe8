package io.keyedsequential.jdbc;

import com.github.kagkarlsson.scheduler.Clock;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/** Instants as the database has them. */
final class Times {

    /** When a lane is due that only an operator sets free. */
    static final Instant NEVER = Instant.parse("9999-01-01T00:00:00Z");

    /** How long before now a lane is due that may be picked at once: clocks of instances differ by less. */
    private static final Duration ALREADY = Duration.ofMinutes(1);

    private Times() {}

    static OffsetDateTime parameter(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }

    static OffsetDateTime never() {
        return parameter(NEVER);
    }

    /** The execution time of a lane that may be picked at once. */
    static OffsetDateTime already(Clock clock) {
        return parameter(clock.now().minus(ALREADY));
    }

    static Instant orEpoch(@Nullable Instant instant) {
        return instant == null ? Instant.EPOCH : instant;
    }

    static @Nullable Instant read(ResultSet row, String column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }
}
