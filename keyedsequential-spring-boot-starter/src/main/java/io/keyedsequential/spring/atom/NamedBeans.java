package io.keyedsequential.spring.atom;

import io.keyedsequential.signal.SignalSink;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanNotOfRequiredTypeException;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;

/** Finds the beans that settings name. */
final class NamedBeans {

    private final ListableBeanFactory beanFactory;

    /**
     * Looks here.
     *
     * @param beanFactory the application's beans
     */
    NamedBeans(ListableBeanFactory beanFactory) {
        this.beanFactory = beanFactory;
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
        String meant = NearestName.of(name, names)
                .map(near -> "Did you mean '%s'? ".formatted(near))
                .orElse("");
        return names.isEmpty() ? "There is none: declare one and name it" : "%sName one of %s".formatted(meant, names);
    }

    /** The sink of an atom: the one that is named, else the application's only one if the atom has gates. */
    @Nullable
    SignalSink sink(String atom, AtomSettings settings) {
        SignalSink named = find(settings, AtomOption.SIGNALS, SignalSink.class);
        List<String> gates = settings.describe(NamedBeans::isGate);
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
