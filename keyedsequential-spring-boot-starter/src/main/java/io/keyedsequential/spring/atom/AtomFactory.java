package io.keyedsequential.spring.atom;

import io.keyedsequential.KeyedCoordinator;
import io.keyedsequential.KeyedSequentialAtom;
import io.keyedsequential.RetryPolicy;
import io.keyedsequential.signal.SignalSink;
import io.keyedsequential.spring.atom.KeyMask.LoggedKeys;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanNotOfRequiredTypeException;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.core.task.VirtualThreadTaskExecutor;

/** Builds coordinators from settings. */
final class AtomFactory {

    private final AtomBeans beans;
    private final boolean virtualThreads;
    private final ObjectProvider<CoordinatorOptionsCustomizer> customizers;
    private final LoggedKeys keys;
    private final BiFunction<String, AtomSettings, AtomSettings> engineDefaults;

    /**
     * Builds with these.
     *
     * @param beans finds beans that settings name
     * @param virtualThreads whether atoms without an executor of their own run on virtual threads
     * @param customizers have the last word, in their order
     * @param keys names keys in messages
     * @param engineDefaults says which options the engine of an atom has where its settings say nothing
     */
    AtomFactory(
            AtomBeans beans,
            boolean virtualThreads,
            ObjectProvider<CoordinatorOptionsCustomizer> customizers,
            LoggedKeys keys,
            BiFunction<String, AtomSettings, AtomSettings> engineDefaults) {
        this.beans = beans;
        this.virtualThreads = virtualThreads;
        this.customizers = customizers;
        this.keys = keys;
        this.engineDefaults = engineDefaults;
    }

    RegisteredAtom build(String name, AtomSettings said, String declaredBy) {
        AtomSettings settings = said.over(engineDefaults.apply(name, said));
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
            ifGiven(executor(name, settings), builder::executor);
            // The life cycle has drained, or given up and reported, before the atom is closed: no second wait.
            builder.closeTimeout(Duration.ZERO);
            builder.keyNames(keys::of);
            customizers.orderedStream().forEach(customizer -> customizer.customize(name, builder));
            return new RegisteredAtom(name, builder.build(), declaredBy, true, engine(settings));
        } catch (IllegalArgumentException e) {
            throw contradiction(name, settings, declaredBy, e);
        }
    }

    /**
     * The executor of an atom, or {@code null} for the coordinator's own pool. None is published as a bean: Boot's own
     * {@code applicationTaskExecutor} would step back. No task decorator is applied: a runner drains lane after lane,
     * so what a decorator captures would belong to some other operation.
     */
    private @Nullable Executor executor(String atom, AtomSettings settings) {
        Executor named = beans.find(settings, AtomOption.EXECUTOR, Executor.class);
        if (named != null) {
            return named;
        }
        return virtualThreads ? new VirtualThreadTaskExecutor("keyedsequential-" + atom + "-") : null;
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

    /**
     * What an atom is built of.
     *
     * @param builder told what is said of the atom
     * @param retry told what is said of its attempts
     * @param beans finds the beans that settings name
     * @param settings everything that is said
     */
    record AtomParts(
            KeyedCoordinator.Builder<Object> builder,
            RetryPolicy.Builder retry,
            AtomBeans beans,
            AtomSettings settings) {

        AtomParts(KeyedCoordinator.Builder<Object> builder, AtomBeans beans, AtomSettings settings) {
            this(builder, RetryPolicy.builder(), beans, settings);
        }

        @SuppressWarnings("unchecked") // as for any key expression, nothing says what type the keys of an atom have
        void priority() {
            ToIntFunction<Object> named = beans.find(settings, AtomOption.PRIORITY, ToIntFunction.class);
            if (named != null) {
                builder.priority(named);
            }
        }

        @SuppressWarnings("unchecked") // a predicate of something else fails as any predicate does: nothing is retried
        void retryIf() {
            Predicate<? super Throwable> named = beans.find(settings, AtomOption.RETRY_IF, Predicate.class);
            if (named != null) {
                retry.retryIf(named);
            }
        }
    }

    /** Finds the atoms that the application declares as beans of its own, and the beans that settings name. */
    static final class AtomBeans {

        private final ListableBeanFactory beanFactory;

        /**
         * Looks here.
         *
         * @param beanFactory the application's beans; those of a parent context belong to it
         */
        AtomBeans(ListableBeanFactory beanFactory) {
            this.beanFactory = beanFactory;
        }

        /**
         * All singletons of type {@link KeyedCoordinator} and {@link KeyedSequentialAtom}; creates those that do not
         * exist yet.
         */
        List<RegisteredAtom> find() {
            List<RegisteredAtom> found = new ArrayList<>();
            for (String bean : beanFactory.getBeanNamesForType(KeyedCoordinator.class, false, false)) {
                found.add(registered(bean, beanFactory.getBean(bean, KeyedCoordinator.class)));
            }
            for (String bean : beanFactory.getBeanNamesForType(KeyedSequentialAtom.class, false, false)) {
                found.add(registered(
                        bean,
                        beanFactory.getBean(bean, KeyedSequentialAtom.class).coordinator()));
            }
            return found;
        }

        private static RegisteredAtom registered(String bean, KeyedCoordinator<?> coordinator) {
            return new RegisteredAtom(coordinator.name(), coordinator, "bean '" + bean + "'", false);
        }

        /** The bean that an option names, or {@code null} if it is not set. */
        <T> @Nullable T find(AtomSettings settings, AtomOption<String> option, Class<T> type) {
            String name = settings.get(option);
            if (name == null) {
                return null;
            }
            try {
                return beanFactory.getBean(name, type);
            } catch (NoSuchBeanDefinitionException | BeanNotOfRequiredTypeException e) {
                throw new MisconfiguredAtomException(
                        "%s names no bean of type %s: %s."
                                .formatted(settings.describe(option), type.getName(), e.getMessage()),
                        suitable(name, type) + ", or remove the property.",
                        e);
            }
        }

        private String suitable(String name, Class<?> type) {
            List<String> names = List.of(beanFactory.getBeanNamesForType(type));
            String meant = AtomName.nearest(name, names)
                    .map(near -> "Did you mean '%s'? ".formatted(near))
                    .orElse("");
            return names.isEmpty()
                    ? "There is none: declare one and name it"
                    : "%sName one of %s".formatted(meant, names);
        }

        /** The sink of an atom: the one that is named, else the application's only one if the atom has gates. */
        @Nullable
        SignalSink sink(String atom, AtomSettings settings) {
            SignalSink named = find(settings, AtomOption.SIGNALS, SignalSink.class);
            List<String> gates = settings.describe(AtomBeans::isGate);
            if (named != null || gates.isEmpty()) {
                return named;
            }
            SignalSink only = beanFactory.getBeanProvider(SignalSink.class).getIfUnique();
            if (only == null) {
                List<String> sinks = List.of(beanFactory.getBeanNamesForType(SignalSink.class));
                throw new MisconfiguredAtomException(
                        "The atom '%s' has gates (%s), but %s."
                                .formatted(
                                        atom,
                                        String.join(", ", gates),
                                        sinks.isEmpty()
                                                ? "there is no bean of type " + SignalSink.class.getName()
                                                : "there are several sinks: " + sinks),
                        sinks.isEmpty()
                                ? "Declare a SignalSink bean, in which those signals are raised, or remove the gates."
                                : "Name one of them in keyedsequential.atoms.%s.signals, or mark one as @Primary."
                                        .formatted(atom));
            }
            return only;
        }

        private static boolean isGate(AtomOption<?> option) {
            return List.of(AtomOption.DEFER_ON, AtomOption.SHED_ON, AtomOption.DRAIN_ON, AtomOption.RESUME_ON)
                    .contains(option);
        }
    }
}
