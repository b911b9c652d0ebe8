package io.keyedsequential.spring.autoconfigure;

import io.keyedsequential.spring.atom.AtomTimes;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Properties of what atoms tell the application and the log.
 *
 * @param enabled Whether failures, parked keys and the like are published as events of the application.
 * @param saturationInterval How often it is told at most, in events and in the log, that an atom has no room.
 */
@ConfigurationProperties("keyedsequential.events")
public record AtomReportingProperties(
        @DefaultValue("true") boolean enabled, @DefaultValue("10s") Duration saturationInterval) {

    /**
     * Validates.
     *
     * @param enabled whether events are published
     * @param saturationInterval how often saturation is told at most
     */
    public AtomReportingProperties {
        AtomTimes.checkNotNegative("keyedsequential.events.saturation-interval", saturationInterval);
    }
}
