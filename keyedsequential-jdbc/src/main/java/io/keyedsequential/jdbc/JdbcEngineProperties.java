package io.keyedsequential.jdbc;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.sql.init.DatabaseInitializationMode;
import org.springframework.util.unit.DataSize;

/**
 * The engine that keeps operations in a database.
 *
 * @param dataSource Name of the DataSource bean. By default the application's only one, or its primary one.
 * @param initializeSchema When the tables are made at start-up.
 * @param tablePrefix What the names of the tables begin with. Two applications in one schema need two.
 * @param pollingInterval How often each instance looks for lanes that other instances have woken or that are due again.
 * @param heartbeatInterval How often an instance says that it still runs its operations. One that has missed four is
 *     taken for dead, and its operations run elsewhere.
 * @param maxArguments Size of the arguments of one call at most, as JSON.
 * @param unreadableGrace How long a call that this version of the application cannot read waits for one that can,
 *     before it is parked.
 * @param keepIdempotencyKeys How long an idempotency key is known after its operation has ended.
 * @param headers What travels from the caller to the body.
 * @param instance Name of this instance, shown with what it runs, up to 50 characters. By default the host and
 *     the process.
 */
@ConfigurationProperties("keyedsequential.jdbc")
record JdbcEngineProperties(
        @Nullable String dataSource,
        @DefaultValue("embedded") DatabaseInitializationMode initializeSchema,
        @DefaultValue(Tables.DEFAULT_PREFIX) String tablePrefix,
        @DefaultValue("200ms") Duration pollingInterval,
        @DefaultValue("2s") Duration heartbeatInterval,
        @DefaultValue("1MB") DataSize maxArguments,
        @DefaultValue("10m") Duration unreadableGrace,
        @DefaultValue("7d") Duration keepIdempotencyKeys,
        @DefaultValue Headers headers,
        @Nullable String instance) {

    /** The longest name of an instance that has room in its column. */
    static final int MOST_CHARACTERS_OF_INSTANCE = 50;

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if one cannot be
     */
    JdbcEngineProperties {
        positive("polling-interval", pollingInterval);
        positive("heartbeat-interval", heartbeatInterval);
        notNegative("unreadable-grace", unreadableGrace);
        notNegative("keep-idempotency-keys", keepIdempotencyKeys);
        if (maxArguments.toBytes() < 1) {
            throw new IllegalArgumentException(
                    "keyedsequential.jdbc.max-arguments must be 1B or more, was " + maxArguments);
        }
        if (instance != null && (instance.isBlank() || instance.length() > MOST_CHARACTERS_OF_INSTANCE)) {
            throw new IllegalArgumentException("keyedsequential.jdbc.instance must have 1 to %d characters, was '%s'"
                    .formatted(MOST_CHARACTERS_OF_INSTANCE, instance));
        }
    }

    private static void positive(String name, Duration value) {
        if (value.toMillis() < 1) {
            throw new IllegalArgumentException(
                    "keyedsequential.jdbc.%s must be 1ms or more, was %s".formatted(name, value));
        }
    }

    private static void notNegative(String name, Duration value) {
        if (value.isNegative()) {
            throw new IllegalArgumentException(
                    "keyedsequential.jdbc.%s must not be negative, was %s".formatted(name, value));
        }
    }

    /**
     * What travels from the caller to the body.
     *
     * @param mdc Names of the MDC that travel with a call. By default none.
     */
    record Headers(@DefaultValue List<String> mdc) {}
}
