package io.keyedsequential.spring.autoconfigure;

import io.keyedsequential.ExhaustedPolicy;
import io.keyedsequential.OverflowPolicy;
import io.keyedsequential.spring.atom.AtomOption;
import io.keyedsequential.spring.atom.AtomSettings;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.NestedConfigurationProperty;

/**
 * Options of atoms. What is absent here is taken from the next place that says something; the last one is
 * {@link io.keyedsequential.CoordinatorOptions}, so that no default is written here.
 *
 * @param engine Engine that keeps the operations: memory, or one that an added module brings. By default memory.
 * @param maxConcurrency Operations that run at once, 1 or more. By default the number of processors.
 * @param perKeyConcurrency Operations of one key that run at once, 1 or more. With 1 their order is strict.
 * @param capacity Operations that are queued, or wait for their future to complete, at most, 1 or more. Running ones
 *     are not counted.
 * @param capacityPerKey Operations of one key that are queued at most, 1 to the capacity. By default the capacity.
 * @param overflowPolicy What happens to a caller that finds no room.
 * @param blockTimeout How long a caller waits for room before it is rejected.
 * @param callTimeout How long the caller of a method that returns a plain value waits for its turn before it is
 *     rejected. By default as long as for room.
 * @param fairScheduling Whether every turn is one operation and admission keeps room for other keys. Costs throughput.
 * @param priority Name of a ToIntFunction bean that gives the priority of a key: lanes of higher ones go first. By
 *     default all keys are equal.
 * @param queueTimeout How long an operation may wait for its first start before it fails. By default as long as
 *     it takes.
 * @param runTimeout How long one attempt may run before it is interrupted and fails. By default as long as it takes.
 * @param retry How operations that fail are tried again.
 * @param exhaustedPolicy What becomes of a key when one of its operations has failed and is not tried again.
 * @param exhaustedPolicies What applies instead of the exhausted policy to failures of certain types and their
 *     subclasses, by the name of the class in brackets. The type that is closest to the failure's own class wins.
 * @param signals Name of the SignalSink bean in which the atom raises its signals and hears those of its gates. By
 *     default none; if a gate is set, the application's only SignalSink bean.
 * @param deferOn Pattern of the signals that hold the atom, until one of resume-on comes.
 * @param resumeOn Pattern of the signals that end what one of defer-on or shed-on began.
 * @param shedOn Pattern of the signals that make the atom cancel what is queued and reject what is new, until one of
 *     resume-on comes.
 * @param drainOn Pattern of the signals that make the atom take nothing new and work off what it has.
 * @param window Finished operations that are remembered at most, 0 or more.
 * @param windowAge How long finished operations are remembered at most.
 * @param executor Name of the Executor bean that runs the operations. By default virtual threads if they are enabled,
 *     otherwise a pool of the atom's own.
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
        @NestedConfigurationProperty @Nullable RetryProperties retry,
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
        PropertyNames.values(this).forEach((name, value) -> say(settings, AtomOption.named(name), value));
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
}
