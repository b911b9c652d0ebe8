package io.keyedsequential.spring.autoconfigure;

import io.keyedsequential.spring.atom.AtomConfiguration;
import io.keyedsequential.spring.atom.AtomName;
import io.keyedsequential.spring.atom.AtomSettings;
import io.keyedsequential.spring.atom.AtomTimes;
import io.keyedsequential.spring.atom.KeyDisplay;
import io.keyedsequential.spring.atom.KeyMask;
import io.keyedsequential.spring.atom.UnknownAtoms;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.NestedConfigurationProperty;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.core.env.Environment;

/**
 * Properties of the starter.
 *
 * @param enabled Whether annotated methods become operations. If not, they run like any method: on the caller's thread
 *     and without order.
 * @param defaults Options of every atom that is built from annotations, unless the annotation or the atom's own
 *     properties say otherwise.
 * @param atoms Options of single atoms by name. They win over the annotation.
 * @param unknownAtoms What happens when keyedsequential.atoms configures an atom that is not declared.
 * @param shutdown What happens when the application stops.
 * @param log What the log shows.
 * @param maskSecret Secret under which keys are masked, in the log, the endpoint, the MDC and traces, 16 characters or
 *     more. By default one that is new in every process, so that the mask of a key is another one after a restart.
 */
@ConfigurationProperties("keyedsequential")
public record KeyedSequentialProperties(
        @DefaultValue("true") boolean enabled,
        @NestedConfigurationProperty @DefaultValue AtomProperties defaults,
        @DefaultValue Map<String, AtomProperties> atoms,
        @DefaultValue("warn") UnknownAtoms unknownAtoms,
        @DefaultValue Shutdown shutdown,
        @DefaultValue Logged log,
        @Nullable String maskSecret) {

    private static final int SHORTEST_SECRET = 16;

    /**
     * Validates and copies; the order of the atoms is that of the property sources.
     *
     * @param enabled whether annotated methods become operations
     * @param defaults options of every atom
     * @param atoms options of single atoms
     * @param unknownAtoms what happens when one of them is not declared
     * @param shutdown what happens when the application stops
     * @param log what the log shows
     * @param maskSecret under which keys are masked
     */
    public KeyedSequentialProperties {
        atoms = Collections.unmodifiableMap(new LinkedHashMap<>(atoms));
        check(defaults, "keyedsequential.defaults");
        atoms.forEach((name, atom) -> check(atom, AtomName.property(name)));
        if (maskSecret != null && maskSecret.strip().length() < SHORTEST_SECRET) {
            throw new IllegalArgumentException(
                    ("keyedsequential.mask-secret must have %d characters or more, had %d: a short "
                                    + "one is guessed, and then the keys are")
                            .formatted(SHORTEST_SECRET, maskSecret.strip().length()));
        }
    }

    private static void check(AtomProperties atom, String prefix) {
        atom.toSettings(prefix).check(prefix);
    }

    KeyMask toMask() {
        return maskSecret == null ? new KeyMask() : new KeyMask(maskSecret);
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return "KeyedSequentialProperties[enabled=%s, atoms=%s, log=%s]".formatted(enabled, atoms.keySet(), log);
    }

    /**
     * What the log shows.
     *
     * @param keys How keys, which may be personal data, are shown in log lines and in the messages of exceptions.
     */
    public record Logged(@DefaultValue("masked") KeyDisplay keys) {}

    AtomConfiguration toConfiguration() {
        Map<String, AtomSettings> settings = new LinkedHashMap<>();
        atoms.forEach((name, atom) -> settings.put(name, atom.toSettings(AtomName.property(name))));
        return new AtomConfiguration(defaults.toSettings("keyedsequential.defaults"), settings, unknownAtoms);
    }

    /**
     * What happens when the application stops.
     *
     * @param drainTimeout How long the application waits for operations when it stops. Should be shorter than
     *     spring.lifecycle.timeout-per-shutdown-phase, after which Spring stops waiting.
     */
    public record Shutdown(@DefaultValue("25s") Duration drainTimeout) {

        private static final Log log = LogFactory.getLog(KeyedSequentialProperties.class);

        /** What Spring Boot has where nothing is configured. */
        private static final Duration SPRING_DEFAULT = Duration.ofSeconds(30);

        /**
         * Validates.
         *
         * @param drainTimeout how long the application waits
         */
        public Shutdown {
            AtomTimes.checkNotNegative("keyedsequential.shutdown.drain-timeout", drainTimeout);
        }

        /** The drain timeout, with a warning if Spring stops waiting before it is over. */
        Duration drainTimeoutWithin(Environment environment) {
            Duration phase = Binder.get(environment)
                    .bind("spring.lifecycle.timeout-per-shutdown-phase", Duration.class)
                    .orElse(SPRING_DEFAULT);
            if (drainTimeout.compareTo(phase) >= 0) {
                log.warn(("keyedsequential.shutdown.drain-timeout (%s) is not shorter than"
                                + " spring.lifecycle.timeout-per-shutdown-phase (%s): Spring goes on with the shutdown"
                                + " before the drain is over")
                        .formatted(drainTimeout, phase));
            }
            return drainTimeout;
        }
    }
}
