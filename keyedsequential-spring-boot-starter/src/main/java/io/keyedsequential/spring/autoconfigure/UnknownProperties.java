package io.keyedsequential.spring.autoconfigure;

import io.keyedsequential.spring.atom.MisconfiguredAtomException;
import io.keyedsequential.spring.atom.NearestName;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.core.annotation.MergedAnnotations;
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
        Set<String> own = new HashSet<>();
        for (Class<?> properties : PropertyNames.records()) {
            String prefix = prefixOf(properties);
            own.add(prefix);
            PropertyNames.of(properties).forEach(name -> know(prefix + "." + name));
        }
        know("keyedsequential.defaults"); // UnknownOptions knows what is below
        foreignPrefixes(beanFactory, own).forEach(this::know);
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
        Set<String> own = PropertyNames.records().stream()
                .map(UnknownProperties::prefixOf)
                .collect(Collectors.toSet());
        return foreignPrefixes(beanFactory, own).stream()
                .map(ConfigurationPropertyName::of)
                .filter(ROOT::isParentOf)
                .map(prefix -> prefix.getLastElement(Form.UNIFORM))
                .collect(Collectors.toSet());
    }

    private static Set<String> foreignPrefixes(ListableBeanFactory beanFactory, Set<String> own) {
        Set<String> foreign = new HashSet<>();
        for (String bean : beanFactory.getBeanDefinitionNames()) {
            ConfigurationProperties annotation =
                    beanFactory.findAnnotationOnBean(bean, ConfigurationProperties.class, false);
            if (annotation != null
                    && annotation.prefix().startsWith(ROOT + ".")
                    && !own.contains(annotation.prefix())) {
                foreign.add(annotation.prefix());
            }
        }
        return foreign;
    }

    private static String prefixOf(Class<?> properties) {
        return MergedAnnotations.from(properties)
                .get(ConfigurationProperties.class)
                .getString("prefix");
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
        return NearestName.of(name, names)
                .map(near -> "; did you mean %s?".formatted(written.apply(near)))
                .orElse(".");
    }
}
