package io.keyedsequential.spring.autoconfigure;

import io.keyedsequential.spring.atom.MisconfiguredAtomException;
import java.util.stream.Collectors;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.UnboundElementsSourceFilter;
import org.springframework.core.env.Environment;

/**
 * Refuses properties of atoms that are none: a misspelled option would be ignored without a word, and so would be all
 * options of an atom whose name has a dot. Environment variables and system properties are not looked at, because what
 * they spell is not always recognisable.
 */
final class UnknownOptions {

    private UnknownOptions() {}

    static void refuse(Environment environment) {
        refuse(environment, "keyedsequential.defaults", Bindable.of(AtomProperties.class));
        refuse(environment, "keyedsequential.atoms", Bindable.mapOf(String.class, AtomProperties.class));
    }

    private static void refuse(Environment environment, String prefix, Bindable<?> options) {
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
            throw new MisconfiguredAtomException(
                    unbound.getUnboundProperties().stream()
                            .map(UnknownOptions::describe)
                            .collect(Collectors.joining("%n".formatted())),
                    "Correct the name; docs/configuration.md lists the options. The name of an atom has no dots: 'order.lines' has to be 'order-lines', in the annotation too. The class of exhausted-policies stands in brackets: exhausted-policies[java.io.IOException].",
                    e);
        }
    }

    private static String describe(ConfigurationProperty property) {
        String origin = property.getOrigin() == null ? "" : " (%s)".formatted(property.getOrigin());
        return "%s%s is no option of an atom.".formatted(property.getName(), origin);
    }
}
