package io.keyedsequential.spring.atom;

import io.keyedsequential.KeyedCoordinator;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;

/** Builds coordinators from settings. */
public final class AtomFactory {

    private final AtomExecutors executors;
    private final ObjectProvider<AtomCustomizer> customizers;

    /**
     * Builds with these.
     *
     * @param executors what runs operations
     * @param customizers who has the last word, in their order
     */
    public AtomFactory(AtomExecutors executors, ObjectProvider<AtomCustomizer> customizers) {
        this.executors = executors;
        this.customizers = customizers;
    }

    RegisteredAtom build(String name, AtomSettings settings, String declaredBy) {
        try {
            KeyedCoordinator.Builder<Object> builder = KeyedCoordinator.builder(name);
            apply(name, settings, builder);
            customizers.orderedStream().forEach(customizer -> customizer.customize(name, builder));
            return new RegisteredAtom(name, builder.build(), declaredBy, true);
        } catch (IllegalArgumentException e) {
            throw new MisconfiguredAtomException(
                    "The atom cannot be built: %s (declared by %s).".formatted(e.getMessage(), declaredBy),
                    "Look at keyedsequential.atoms.%s.*, at keyedsequential.defaults.* and at the attributes of @KeyedSequential; the first of them that says something counts."
                            .formatted(name),
                    e);
        }
    }

    private void apply(String name, AtomSettings settings, KeyedCoordinator.Builder<Object> builder) {
        // The life cycle has drained, or given up and reported, before the atom is closed: no second wait.
        builder.closeTimeout(Duration.ZERO);
        ifGiven(settings.maxConcurrency(), builder::maxConcurrency);
        ifGiven(settings.perKeyConcurrency(), builder::perKeyConcurrency);
        ifGiven(settings.capacity(), builder::capacity);
        ifGiven(settings.capacityPerKey(), builder::capacityPerKey);
        ifGiven(settings.overflowPolicy(), builder::overflowPolicy);
        ifGiven(settings.blockTimeout(), builder::blockTimeout);
        ifGiven(settings.fairScheduling(), builder::fairScheduling);
        ifGiven(settings.window(), builder::window);
        ifGiven(settings.windowAge(), builder::windowAge);
        Executor executor = executors.forAtom(name, settings.executor());
        ifGiven(executor, builder::executor);
    }

    private static <V> void ifGiven(@Nullable V value, Consumer<V> option) {
        if (value != null) {
            option.accept(value);
        }
    }
}
