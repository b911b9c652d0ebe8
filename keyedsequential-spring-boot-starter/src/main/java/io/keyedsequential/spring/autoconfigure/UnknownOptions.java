package io.keyedsequential.spring.autoconfigure;

import io.keyedsequential.spring.atom.MisconfiguredAtomException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.context.properties.source.UnboundElementsSourceFilter;
import org.springframework.core.env.Environment;

/**
 * Refuses properties of atoms that are none: a misspelled option would be ignored without a word, and so would be all
 * options of an atom whose name has a dot. Environment variables and system properties are not looked at, because what
 * they spell is not always recognisable.
 */
final class UnknownOptions {

    private static final ConfigurationPropertyName DEFAULTS = ConfigurationPropertyName.of("keyedsequential.defaults");
    private static final ConfigurationPropertyName ATOMS = ConfigurationPropertyName.of("keyedsequential.atoms");

    private UnknownOptions() {}

    /**
     * Refuses them. What stands below the name of a module, such as {@code jdbc.completion}, is left to the module.
     *
     * @param beanFactory asked for the modules that there are
     */
    static void refuse(Environment environment, ListableBeanFactory beanFactory) {
        Set<String> modules = UnknownProperties.modules(beanFactory);
        List<String> unknown = Stream.of(
                        unbound(environment, DEFAULTS, Bindable.of(AtomProperties.class)),
                        unbound(environment, ATOMS, Bindable.mapOf(String.class, AtomProperties.class)))
                .flatMap(Collection::stream)
                .filter(property -> !isOfModule(property.getName(), modules))
                .map(UnknownOptions::describe)
                .toList();
        if (!unknown.isEmpty()) {
            throw new MisconfiguredAtomException(
                    String.join("%n".formatted(), unknown),
                    "Correct the name; docs/configuration.md lists the options. The name of an atom "
                            + "has no dots: 'order.lines' has to be 'order-lines', in the annotation too. The "
                            + "class of exhausted-policies stands in brackets: "
                            + "exhausted-policies[java.io.IOException].");
        }
    }

    private static boolean isOfModule(ConfigurationPropertyName name, Set<String> modules) {
        int option = optionAt(name);
        return name.getNumberOfElements() > option + 1 && modules.contains(name.getElement(option, Form.UNIFORM));
    }

    private static Collection<ConfigurationProperty> unbound(
            Environment environment, ConfigurationPropertyName prefix, Bindable<?> options) {
        try {
            Binder.get(environment)
                    .bind(
                            prefix,
                            options,
                            new NoUnboundElementsBindHandler(BindHandler.DEFAULT, new UnboundElementsSourceFilter()));
        } catch (BindException e) {
            if (!(e.getCause() instanceof UnboundConfigurationPropertiesException unbound)) {
                throw e;
            }
            return new ArrayList<>(unbound.getUnboundProperties());
        }
        return List.of();
    }

    private static String describe(ConfigurationProperty property) {
        return "%s%s is no option of an atom%s"
                .formatted(
                        property.getName(),
                        UnknownProperties.origin(property),
                        didYouMean(optionOf(property.getName())));
    }

    private static String didYouMean(String option) {
        Set<String> options = PropertyNames.of(AtomProperties.class);
        // The option is right, and what stands before it is the rest of a name with dots.
        return options.stream().anyMatch(known -> option.endsWith("." + known))
                ? "."
                : UnknownProperties.didYouMean(option, options, UnaryOperator.identity());
    }

    /** What is said about an atom, without the name of the atom. */
    private static String optionOf(ConfigurationPropertyName name) {
        int option = optionAt(name);
        return name.getNumberOfElements() > option ? name.subName(option).toString() : "";
    }

    /** Where the option begins. */
    private static int optionAt(ConfigurationPropertyName name) {
        return DEFAULTS.isAncestorOf(name) ? DEFAULTS.getNumberOfElements() : ATOMS.getNumberOfElements() + 1;
    }
}
