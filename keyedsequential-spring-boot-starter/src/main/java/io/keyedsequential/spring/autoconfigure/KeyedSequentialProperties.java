package io.keyedsequential.spring.autoconfigure;

import io.keyedsequential.ExhaustedPolicy;
import io.keyedsequential.OverflowPolicy;
import io.keyedsequential.spring.atom.AtomName;
import io.keyedsequential.spring.atom.AtomOption;
import io.keyedsequential.spring.atom.AtomSettings;
import io.keyedsequential.spring.atom.AtomSettings.AtomConfiguration;
import io.keyedsequential.spring.atom.AtomSettings.AtomConfiguration.UnknownAtoms;
import io.keyedsequential.spring.atom.KeyMask;
import io.keyedsequential.spring.atom.KeyMask.KeyDisplay;
import io.keyedsequential.spring.atom.OptionChecks;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.core.env.Environment;
import org.springframework.util.ReflectionUtils;

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
 * @param events What atoms tell the application and the log.
 * @param health When an atom is no longer healthy.
 * @param context What is carried from the caller of an annotated method to its body.
 * @param observations How calls of annotated methods are observed.
 * @param test What holds in tests of applications.
 * @param maskSecret Secret under which keys are masked, in the log, the endpoint, the MDC and traces, 16 characters or
 *     more. By default one that is new in every process, so that the mask of a key is another one after a restart.
 */
@ConfigurationProperties("keyedsequential")
public record KeyedSequentialProperties(
        @DefaultValue("true") boolean enabled,
        @DefaultValue AtomProperties defaults,
        @DefaultValue Map<String, AtomProperties> atoms,
        @DefaultValue("warn") UnknownAtoms unknownAtoms,
        @DefaultValue Shutdown shutdown,
        @DefaultValue Logged log,
        @DefaultValue Events events,
        @DefaultValue Health health,
        @DefaultValue Context context,
        @DefaultValue Observations observations,
        @DefaultValue Test test,
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
     * @param events what atoms tell
     * @param health when an atom is no longer healthy
     * @param context what is carried to the body
     * @param observations how calls are observed
     * @param test what holds in tests
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
            OptionChecks.checkNotNegative("keyedsequential.shutdown.drain-timeout", drainTimeout);
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

    /**
     * Options of atoms. What is absent here is taken from the next place that says something; the last one is
     * {@link io.keyedsequential.CoordinatorOptions}, so that no default is written here.
     *
     * @param engine Engine that keeps the operations: memory, or one that an added module brings. By default memory.
     * @param maxConcurrency Operations that run at once, 1 or more. By default the number of processors.
     * @param perKeyConcurrency Operations of one key that run at once, 1 or more. With 1 their order is strict.
     * @param capacity Operations that are queued, or wait for their future to complete, at most, 1 or more. Running
     *     ones are not counted.
     * @param capacityPerKey Operations of one key that are queued at most, 1 to the capacity. By default the capacity.
     * @param overflowPolicy What happens to a caller that finds no room.
     * @param blockTimeout How long a caller waits for room before it is rejected.
     * @param callTimeout How long the caller of a method that returns a plain value waits for its turn before it is
     *     rejected. By default as long as for room.
     * @param fairScheduling Whether every turn is one operation and admission keeps room for other keys. Costs
     *     throughput.
     * @param priority Name of a ToIntFunction bean that gives the priority of a key: lanes of higher ones go first. By
     *     default all keys are equal.
     * @param queueTimeout How long an operation may wait for its first start before it fails. By default as long as
     *     it takes.
     * @param runTimeout How long one attempt may run before it is interrupted and fails. By default as long as it
     *     takes.
     * @param retry How operations that fail are tried again.
     * @param exhaustedPolicy What becomes of a key when one of its operations has failed and is not tried again.
     * @param exhaustedPolicies What applies instead of the exhausted policy to failures of certain types and their
     *     subclasses, by the name of the class in brackets. The type that is closest to the failure's own class wins.
     * @param signals Name of the SignalSink bean in which the atom raises its signals and hears those of its gates. By
     *     default none; if a gate is set, the application's only SignalSink bean.
     * @param deferOn Pattern of the signals that hold the atom, until one of resume-on comes.
     * @param resumeOn Pattern of the signals that end what one of defer-on or shed-on began.
     * @param shedOn Pattern of the signals that make the atom cancel what is queued and reject what is new, until one
     *     of resume-on comes.
     * @param drainOn Pattern of the signals that make the atom take nothing new and work off what it has.
     * @param window Finished operations that are remembered at most, 0 or more.
     * @param windowAge How long finished operations are remembered at most.
     * @param executor Name of the Executor bean that runs the operations. By default virtual threads if they are
     *     enabled, otherwise a pool of the atom's own.
     */
    public record AtomProperties(
            @Nullable String engine,
            @Nullable Integer maxConcurrency,
            @Nullable Integer perKeyConcurrency,
            @Nullable Integer capacity,
            @Nullable Integer capacityPerKey,
            @Nullable OverflowPolicy overflowPolicy,
            @Nullable Duration blockTimeout,
            @Nullable Duration callTimeout,
            @Nullable Boolean fairScheduling,
            @Nullable String priority,
            @Nullable Duration queueTimeout,
            @Nullable Duration runTimeout,
            @Nullable RetryProperties retry,
            @Nullable ExhaustedPolicy exhaustedPolicy,
            @Nullable Map<Class<? extends Throwable>, ExhaustedPolicy> exhaustedPolicies,
            @Nullable String signals,
            @Nullable String deferOn,
            @Nullable String resumeOn,
            @Nullable String shedOn,
            @Nullable String drainOn,
            @Nullable Integer window,
            @Nullable Duration windowAge,
            @Nullable String executor) {

        /**
         * What is said, each component by the option of its name. The {@code prefix} is the name of the property down
         * to here.
         */
        AtomSettings toSettings(String prefix) {
            AtomSettings.Builder settings =
                    AtomSettings.source((option, value) -> "%s.%s = %s".formatted(prefix, option.property(), value));
            values(this, "").forEach((name, value) -> say(settings, AtomOption.named(name), value));
            if (exhaustedPolicies != null) {
                exhaustedPolicies.forEach((type, policy) -> settings.with(AtomOption.exhaustedPolicy(type), policy));
            }
            return settings.build();
        }

        @SuppressWarnings("unchecked") // the component has the type of the option, as a test sees to
        private static void say(AtomSettings.Builder settings, @Nullable AtomOption<?> option, Object value) {
            if (option != null) {
                settings.with((AtomOption<Object>) option, value);
            }
        }

        /** What is given, by the names of the properties below the atom's. */
        private static Map<String, Object> values(Record properties, String prefix) {
            Map<String, Object> values = new LinkedHashMap<>();
            for (RecordComponent component : properties.getClass().getRecordComponents()) {
                String name = prefix + DataObjectPropertyName.toDashedForm(component.getName());
                Object value = ReflectionUtils.invokeMethod(component.getAccessor(), properties);
                if (value instanceof Record group) {
                    values.putAll(values(group, name + "."));
                } else if (value != null) {
                    values.put(name, value);
                }
            }
            return values;
        }
    }

    /**
     * How the operations of an atom are tried again.
     *
     * @param maxAttempts How often an operation is run at most, the first run included, 1 or more. With 1 nothing is
     *     tried again, and the other retry properties of defaults have no effect.
     * @param backoff Delay after the first failure, before jitter, zero or more.
     * @param multiplier How many times as long as the one before every further delay is, 1 or more.
     * @param maxBackoff Longest delay, not less than the backoff. If the backoff is longer than the default, the
     *     backoff.
     * @param jitter Share of a delay that is left to chance, 0 (none) to 1 (all of it).
     * @param retryOn Types of failures that are tried again, subclasses included.
     * @param dontRetryOn Types of failures that are not tried again, subclasses included, unless a type that is tried
     *     again is closer to the failure's own class.
     * @param retryIf Name of a Predicate bean that is asked whether a failure of such a type is tried again.
     */
    public record RetryProperties(
            @Nullable Integer maxAttempts,
            @Nullable Duration backoff,
            @Nullable Double multiplier,
            @Nullable Duration maxBackoff,
            @Nullable Double jitter,
            @Nullable List<Class<? extends Throwable>> retryOn,
            @Nullable List<Class<? extends Throwable>> dontRetryOn,
            @Nullable String retryIf) {}

    /**
     * What atoms tell the application and the log.
     *
     * @param enabled Whether failures, parked keys and the like are published as events of the application.
     * @param saturationInterval How often it is told at most, in events and in the log, that an atom has no room.
     */
    public record Events(@DefaultValue("true") boolean enabled, @DefaultValue("10s") Duration saturationInterval) {

        /**
         * Validates.
         *
         * @param enabled whether events are published
         * @param saturationInterval how often saturation is told at most
         */
        public Events {
            OptionChecks.checkNotNegative("keyedsequential.events.saturation-interval", saturationInterval);
        }
    }

    /**
     * The keyedatoms health indicator.
     *
     * @param stuckAfter How long an attempt runs or backs off, or a key is held, before the key counts as stuck. A
     *     parked one does at once.
     * @param statusWhenStuck Status while a key is stuck, such as out-of-service or down. By default it stays up.
     */
    public record Health(@DefaultValue("1m") Duration stuckAfter, @Nullable String statusWhenStuck) {

        /**
         * Validates.
         *
         * @param stuckAfter after how long a key counts as stuck
         * @param statusWhenStuck the status then
         */
        public Health {
            OptionChecks.checkNotNegative("keyedsequential.health.stuck-after", stuckAfter);
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

    /**
     * What is carried from the caller of an annotated method to its body, where that runs on another thread.
     *
     * @param propagation Whether thread locals that are registered with Micrometer's context propagation are carried,
     *     among them the current observation.
     * @param locale Whether locale and time zone are carried.
     * @param security Whether Spring Security's authentication is carried.
     * @param mdc Whether the MDC is carried, and names atom, key and operation while the body runs.
     * @param mdcKey How keys are shown in the MDC.
     * @param taskDecorators Whether TaskDecorator beans are applied to annotated calls.
     */
    public record Context(
            @DefaultValue("true") boolean propagation,
            @DefaultValue("true") boolean locale,
            @DefaultValue("true") boolean security,
            @DefaultValue("true") boolean mdc,
            @DefaultValue("masked") KeyDisplay mdcKey,
            @DefaultValue("true") boolean taskDecorators) {}

    /**
     * How calls of annotated methods are observed.
     *
     * @param enabled Whether calls of annotated methods are observed. By default where there is a tracer; if true,
     *     wherever there is an ObservationRegistry.
     * @param key How keys, which may be personal data, are shown in traces.
     */
    public record Observations(@Nullable Boolean enabled, @DefaultValue("none") KeyDisplay key) {}

    /**
     * What holds in tests of applications.
     *
     * @param inline Whether operations of atoms that are built from annotations run on the thread that enqueues them,
     *     before the call returns. Their order per key stays; what backs off or is parked still runs later.
     */
    public record Test(@DefaultValue("false") boolean inline) {}
}
