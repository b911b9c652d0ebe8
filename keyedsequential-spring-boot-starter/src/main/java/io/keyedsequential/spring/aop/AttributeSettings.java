package io.keyedsequential.spring.aop;

import io.keyedsequential.spring.annotation.KeyedSequential;
import io.keyedsequential.spring.aop.key.Methods;
import io.keyedsequential.spring.atom.AtomOption;
import io.keyedsequential.spring.atom.AtomSettings;
import java.lang.reflect.Method;
import java.util.function.UnaryOperator;
import org.springframework.core.annotation.AnnotationUtils;

/** Reads what an annotation says about its atom. */
final class AttributeSettings {

    private final UnaryOperator<String> placeholders;

    AttributeSettings(UnaryOperator<String> placeholders) {
        this.placeholders = placeholders;
    }

    /** The settings; a number that no atom may have is refused when the atom is built. */
    AtomSettings read(KeyedSequential annotation, Method method) {
        String at = Methods.describe(method);
        AttributeValues values =
                new AttributeValues(placeholders, at, AnnotationUtils.getAnnotationAttributes(annotation));
        AtomSettings.Builder settings =
                AtomSettings.source((option, value) -> "%s = %s at %s".formatted(option.attribute(), value, at));
        AtomOption.all().forEach(option -> say(settings, option, values));
        return settings.build();
    }

    @SuppressWarnings("unchecked") // the value is read by the type of the option
    private static void say(AtomSettings.Builder settings, AtomOption<?> option, AttributeValues values) {
        settings.with((AtomOption<Object>) option, values.of(option));
    }
}
