package io.keyedsequential.spring.autoconfigure;

import io.keyedsequential.spring.atom.AtomTimes;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Properties of the keyedatoms health indicator.
 *
 * @param stuckAfter How long an attempt runs or backs off, or a key is held, before the key counts as stuck. A parked
 *     one does at once.
 * @param statusWhenStuck Status while a key is stuck, such as out-of-service or down. By default it stays up.
 */
@ConfigurationProperties("keyedsequential.health")
public record KeyedAtomsHealthProperties(@DefaultValue("1m") Duration stuckAfter, @Nullable String statusWhenStuck) {

    /**
     * Validates.
     *
     * @param stuckAfter after how long a key counts as stuck
     * @param statusWhenStuck the status then
     */
    public KeyedAtomsHealthProperties {
        AtomTimes.checkNotNegative("keyedsequential.health.stuck-after", stuckAfter);
        if (statusWhenStuck != null && statusWhenStuck.isBlank()) {
            throw new IllegalArgumentException("keyedsequential.health.status-when-stuck must not be blank");
        }
    }

    /** The code of the status, as Boot spells codes. */
    String statusCode() {
        return statusWhenStuck == null
                ? "UP"
                : statusWhenStuck.trim().toUpperCase(Locale.ROOT).replace('-', '_');
    }
}
