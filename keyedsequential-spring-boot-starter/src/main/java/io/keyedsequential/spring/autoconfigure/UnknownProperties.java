package io.keyedsequential.spring.autoconfigure;

import io.keyedsequential.spring.atom.AtomName;
import io.keyedsequential.spring.atom.MisconfiguredAtomException;
import io.keyedsequential.spring.autoconfigure.KeyedSequentialProperties.AtomProperties;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.boot.context.properties.source.UnboundElementsSourceFilter;
import org.springframework.core.env.Environment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/**
 * Refuses properties under {@code keyedsequential} that belong to nothing, such as {@code keyedsequential.atom.*}: they
 * would be ignored without a word. What stands below the name of an atom is left to {@link UnknownOptions}. Other
 * modules, and the application, may have properties there: the prefix of every
 * {@link ConfigurationProperties @ConfigurationProperties} bean is known. Environment variables are not looked at,
 * because what they spell is not always recognisable.
 */
final class UnknownProperties {

    private static final ConfigurationPropertyName ROOT = ConfigurationPropertyName.of("keyedsequential");

    /** Properties, or prefixes of properties, that are bound. */
    private final Set<ConfigurationPropertyName> known = new HashSet<>();

    private UnknownProperties(ListableBeanFactory beanFactory) {
        names(KeyedSequentialProperties.class).forEach(name -> know(ROOT + "." + name));
        know("keyedsequential.defaults"); // UnknownOptions knows what is below
        foreignPrefixes(beanFactory).forEach(this::know);
    }

    /**
     * Refuses them.
     *
     * @param beanFactory asked for the types of its beans
     */
    static void refuse(Environment environment, ListableBeanFactory beanFactory) {
        UnknownProperties properties = new UnknownProperties(beanFactory);
        Set<String> unknown = new LinkedHashSet<>();
        for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
            if (source instanceof IterableConfigurationPropertySource all
                    && !(source.getUnderlyingSource() instanceof SystemEnvironmentPropertySource)) {
                all.stream()
                        .filter(name -> ROOT.isAncestorOf(name) && !properties.isKnown(name))
                        .map(name -> properties.describe(source, name))
                        .forEach(unknown::add);
            }
        }
        if (!unknown.isEmpty()) {
            throw new MisconfiguredAtomException(
                    String.join("%n".formatted(), unknown),
                    "Correct the name, or remove the property: it has no effect. "
                            + "docs/configuration.md lists the properties.");
        }
    }

    /**
     * The names of modules that have properties of their own: {@code jdbc} for a {@link ConfigurationProperties}
     * bean of the prefix {@code keyedsequential.jdbc}. What they know of one atom stands below the atom, under the
     * same name.
     */
    static Set<String> modules(ListableBeanFactory beanFactory) {
        return foreignPrefixes(beanFactory).stream()
                .map(ConfigurationPropertyName::of)
                .filter(ROOT::isParentOf)
                .map(prefix -> prefix.getLastElement(Form.UNIFORM))
                .collect(Collectors.toSet());
    }

    private static Set<String> foreignPrefixes(ListableBeanFactory beanFactory) {
        Set<String> foreign = new HashSet<>();
        for (String bean : beanFactory.getBeanDefinitionNames()) {
            ConfigurationProperties annotation =
                    beanFactory.findAnnotationOnBean(bean, ConfigurationProperties.class, false);
            if (annotation != null && annotation.prefix().startsWith(ROOT + ".")) {
                foreign.add(annotation.prefix());
            }
        }
        return foreign;
    }

    /**
     * The names that a record of properties binds, as they are written in configuration: {@code retry.max-attempts}. A
     * component that is a record contributes the names below it.
     */
    static Set<String> names(Class<?> properties) {
        Set<String> names = new TreeSet<>();
        for (RecordComponent component : properties.getRecordComponents()) {
            String name = DataObjectPropertyName.toDashedForm(component.getName());
            if (component.getType().isRecord()) {
                names(component.getType()).forEach(below -> names.add(name + "." + below));
            } else {
                names.add(name);
            }
        }
        return names;
    }

    private void know(String name) {
        known.add(ConfigurationPropertyName.of(name));
    }

    private boolean isKnown(ConfigurationPropertyName name) {
        for (int elements = name.getNumberOfElements(); elements > ROOT.getNumberOfElements(); elements--) {
            if (known.contains(name.chop(elements))) {
                return true;
            }
        }
        return false;
    }

    private String describe(ConfigurationPropertySource source, ConfigurationPropertyName name) {
        ConfigurationProperty property = source.getConfigurationProperty(name);
        return "%s%s is no property of keyedsequential%s"
                .formatted(name, property == null ? "" : origin(property), didYouMean(name));
    }

    /** The same name with what is most like its first element that leads nowhere. */
    private String didYouMean(ConfigurationPropertyName name) {
        int wrong = ROOT.getNumberOfElements();
        Set<String> candidates = below(name.chop(wrong));
        while (wrong < name.getNumberOfElements() - 1
                && !below(name.chop(wrong + 1)).isEmpty()) {
            wrong++;
            candidates = below(name.chop(wrong));
        }
        ConfigurationPropertyName before = name.chop(wrong);
        ConfigurationPropertyName after =
                wrong + 1 < name.getNumberOfElements() ? name.subName(wrong + 1) : ConfigurationPropertyName.EMPTY;
        return didYouMean(name.getElement(wrong, Form.DASHED), candidates, near -> before.append(near)
                .append(after)
                .toString());
    }

    /** The elements that may stand behind a prefix. */
    private Set<String> below(ConfigurationPropertyName prefix) {
        return known.stream()
                .filter(prefix::isAncestorOf)
                .map(name -> name.getElement(prefix.getNumberOfElements(), Form.DASHED))
                .collect(Collectors.toSet());
    }

    /** Where a property stands, as part of a sentence. */
    static String origin(ConfigurationProperty property) {
        return property.getOrigin() == null ? "" : " (%s)".formatted(property.getOrigin());
    }

    /** Ends a sentence with what a name may have meant, if it is like one of these. */
    static String didYouMean(String name, Collection<String> names, UnaryOperator<String> written) {
        return AtomName.nearest(name, names)
                .map(near -> "; did you mean %s?".formatted(written.apply(near)))
                .orElse(".");
    }

    /**
     * Refuses properties of atoms that are none: a misspelled option would be ignored without a word, and so would be
     * all options of an atom whose name has a dot. Environment variables and system properties are not looked at,
     * because what they spell is not always recognisable.
     */
    static final class UnknownOptions {

        private static final ConfigurationPropertyName DEFAULTS =
                ConfigurationPropertyName.of("keyedsequential.defaults");
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
                                new NoUnboundElementsBindHandler(
                                        BindHandler.DEFAULT, new UnboundElementsSourceFilter()));
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
            Set<String> options = UnknownProperties.names(AtomProperties.class);
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
}
