package io.keyedsequential.spring.atom;

import io.keyedsequential.KeyedCoordinator;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;

/** Builds coordinators from settings. */
final class AtomFactory {

    private final AtomExecutors executors;
    private final NamedBeans beans;
    private final ObjectProvider<CoordinatorOptionsCustomizer> customizers;
    private final LoggedKeys keys;
    private final EngineDefaults engines;

    /**
     * Builds with these.
     *
     * @param executors what runs operations
     * @param beans finds beans that settings name
     * @param customizers have the last word, in their order
     * @param keys names keys in messages
     * @param engines says what the engines' atoms have by default
     */
    AtomFactory(
            AtomExecutors executors,
            NamedBeans beans,
            ObjectProvider<CoordinatorOptionsCustomizer> customizers,
            LoggedKeys keys,
            EngineDefaults engines) {
        this.executors = executors;
        this.beans = beans;
        this.customizers = customizers;
        this.keys = keys;
        this.engines = engines;
    }

    static AtomFactory of(
            NamedBeans beans,
            boolean virtualThreads,
            ObjectProvider<CoordinatorOptionsCustomizer> customizers,
            LoggedKeys keys,
            EngineDefaults engines) {
        return new AtomFactory(new AtomExecutors(beans, virtualThreads), beans, customizers, keys, engines);
    }

    RegisteredAtom build(String name, AtomSettings said, String declaredBy) {
        AtomSettings settings = said.over(engines.of(name, said));
        try {
            KeyedCoordinator.Builder<Object> builder = KeyedCoordinator.builder(name);
            AtomParts parts = new AtomParts(builder, beans, settings);
            settings.apply(parts);
            if (settings.has(AtomOption.MAX_ATTEMPTS)) {
                builder.retryPolicy(parts.retry().build());
            } else {
                refuseVainRetries(name, settings);
            }
            ifGiven(beans.sink(name, settings), builder::signals);
            ifGiven(executors.forAtom(name, settings), builder::executor);
            // The life cycle has drained, or given up and reported, before the atom is closed: no second wait.
            builder.closeTimeout(Duration.ZERO);
            builder.keyNames(keys::of);
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

    private static void refuseVainRetries(String atom, AtomSettings settings) {
        List<String> vain = settings.describe(AtomOption::isOfRetry);
        if (!vain.isEmpty()) {
            throw new MisconfiguredAtomException(
                    "The atom '%s' is told how to retry, but not to retry: %s."
                            .formatted(atom, String.join(", ", vain)),
                    ("Set keyedsequential.atoms.%s.retry.max-attempts to 2 or more, or maxAttempts in "
                                    + "the annotation; or remove the others.")
                            .formatted(atom));
        }
    }

    /** Core says what is wrong by the names of its options; this adds where each of them was given. */
    private static MisconfiguredAtomException contradiction(
            String name, AtomSettings settings, String declaredBy, IllegalArgumentException cause) {
        String message = String.valueOf(cause.getMessage()).replaceFirst("^" + Pattern.quote(name + ": "), "");
        List<String> given = settings.describe(option -> option.isMentionedIn(message));
        String where = given.isEmpty() ? "" : "%n    %s".formatted(String.join("%n    ".formatted(), given));
        return new MisconfiguredAtomException(
                "The atom '%s', declared by %s, cannot be built: %s.%s".formatted(name, declaredBy, message, where),
                ("Change %s. keyedsequential.atoms.%s.* wins over the annotation, and that over "
                                + "keyedsequential.defaults.*; a CoordinatorOptionsCustomizer wins over all.")
                        .formatted(given.isEmpty() ? "what says so" : "one of these", name),
                cause);
    }

    private static <V> void ifGiven(@Nullable V value, Consumer<V> option) {
        if (value != null) {
            option.accept(value);
        }
    }
}
