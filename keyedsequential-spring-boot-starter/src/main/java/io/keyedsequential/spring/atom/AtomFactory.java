package io.keyedsequential.spring.atom;

import io.keyedsequential.KeyedCoordinator;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;

/** Builds coordinators from settings. */
public final class AtomFactory {

    private final AtomExecutors executors;
    private final NamedBeans beans;
    private final RetrySettings retries;
    private final ObjectProvider<CoordinatorOptionsCustomizer> customizers;
    private final LoggedKeys keys;
    private final EngineDefaults engines;

    /**
     * Builds with these.
     *
     * @param executors what runs operations
     * @param beans finds beans that settings name
     * @param customizers who has the last word, in their order
     * @param keys names keys in messages
     * @param engines says what the engines' atoms have by default
     */
    public AtomFactory(
            AtomExecutors executors,
            NamedBeans beans,
            ObjectProvider<CoordinatorOptionsCustomizer> customizers,
            LoggedKeys keys,
            EngineDefaults engines) {
        this.executors = executors;
        this.beans = beans;
        this.retries = new RetrySettings(beans);
        this.customizers = customizers;
        this.keys = keys;
        this.engines = engines;
    }

    RegisteredAtom build(String name, AtomSettings said, String declaredBy) {
        AtomSettings settings = said.over(engines.of(name, said));
        try {
            KeyedCoordinator.Builder<Object> builder = KeyedCoordinator.builder(name);
            applyLimits(settings, builder);
            applyFailures(name, settings, builder);
            applyGates(name, settings, builder);
            applyRest(name, settings, builder);
            customizers.orderedStream().forEach(customizer -> customizer.customize(name, builder));
            return new RegisteredAtom(name, builder.build(), declaredBy, true, engine(settings));
        } catch (IllegalArgumentException e) {
            throw contradiction(name, settings, declaredBy, e);
        }
    }

    private static String engine(AtomSettings settings) {
        String engine = settings.get(AtomOption.ENGINE);
        return engine == null ? RegisteredAtom.MEMORY : engine.strip().toLowerCase(Locale.ROOT);
    }

    private static void applyLimits(AtomSettings settings, KeyedCoordinator.Builder<Object> builder) {
        ifGiven(settings.get(AtomOption.MAX_CONCURRENCY), builder::maxConcurrency);
        ifGiven(settings.get(AtomOption.PER_KEY_CONCURRENCY), builder::perKeyConcurrency);
        ifGiven(settings.get(AtomOption.CAPACITY), builder::capacity);
        ifGiven(settings.get(AtomOption.CAPACITY_PER_KEY), builder::capacityPerKey);
        ifGiven(settings.get(AtomOption.OVERFLOW_POLICY), builder::overflowPolicy);
        ifGiven(settings.get(AtomOption.BLOCK_TIMEOUT), builder::blockTimeout);
        ifGiven(settings.get(AtomOption.CALL_TIMEOUT), builder::callTimeout);
        ifGiven(settings.get(AtomOption.QUEUE_TIMEOUT), builder::queueTimeout);
        ifGiven(settings.get(AtomOption.RUN_TIMEOUT), builder::runTimeout);
        ifGiven(settings.get(AtomOption.WINDOW), builder::window);
        ifGiven(settings.get(AtomOption.WINDOW_AGE), builder::windowAge);
    }

    private void applyFailures(String name, AtomSettings settings, KeyedCoordinator.Builder<Object> builder) {
        ifGiven(retries.policy(name, settings), builder::retryPolicy);
        ifGiven(settings.get(AtomOption.EXHAUSTED_POLICY), builder::exhaustedPolicy);
        settings.exhaustedPolicies().forEach((type, policy) -> builder.exhaustedPolicy(type, policy));
    }

    private void applyGates(String name, AtomSettings settings, KeyedCoordinator.Builder<Object> builder) {
        ifGiven(beans.sink(name, settings), builder::signals);
        ifGiven(settings.get(AtomOption.DEFER_ON), builder::deferOn);
        ifGiven(settings.get(AtomOption.RESUME_ON), builder::resumeOn);
        ifGiven(settings.get(AtomOption.SHED_ON), builder::shedOn);
        ifGiven(settings.get(AtomOption.DRAIN_ON), builder::drainOn);
    }

    @SuppressWarnings("unchecked") // as for any key expression, nothing says what type the keys of an atom have
    private void applyRest(String name, AtomSettings settings, KeyedCoordinator.Builder<Object> builder) {
        // The life cycle has drained, or given up and reported, before the atom is closed: no second wait.
        builder.closeTimeout(Duration.ZERO);
        builder.keyNames(keys::of);
        ifGiven(settings.get(AtomOption.FAIR_SCHEDULING), builder::fairScheduling);
        ifGiven(
                (ToIntFunction<Object>) beans.find(settings, AtomOption.PRIORITY, ToIntFunction.class),
                builder::priority);
        ifGiven(executors.forAtom(name, settings), builder::executor);
    }

    /** Core says what is wrong by the names of its options; this adds where each of them was given. */
    private static MisconfiguredAtomException contradiction(
            String name, AtomSettings settings, String declaredBy, IllegalArgumentException cause) {
        String message = String.valueOf(cause.getMessage()).replaceFirst("^" + Pattern.quote(name + ": "), "");
        List<String> given = settings.inWords(option -> option.isMentionedIn(message));
        String where = given.isEmpty() ? "" : "%n    %s".formatted(String.join("%n    ".formatted(), given));
        return new MisconfiguredAtomException(
                "The atom '%s', declared by %s, cannot be built: %s.%s".formatted(name, declaredBy, message, where),
                "Change %s. keyedsequential.atoms.%s.* wins over the annotation, and that over keyedsequential.defaults.*; a CoordinatorOptionsCustomizer wins over all."
                        .formatted(given.isEmpty() ? "what says so" : "one of these", name),
                cause);
    }

    private static <V> void ifGiven(@Nullable V value, Consumer<V> option) {
        if (value != null) {
            option.accept(value);
        }
    }
}
