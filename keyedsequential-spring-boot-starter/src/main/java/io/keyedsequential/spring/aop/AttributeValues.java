package io.keyedsequential.spring.aop;

import io.keyedsequential.spring.annotation.KeyedSequential;
import io.keyedsequential.spring.atom.AtomOption;
import io.keyedsequential.spring.atom.MisconfiguredAtomException;
import io.keyedsequential.spring.atom.OptionChecks;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.convert.DurationStyle;

/**
 * Reads the texts of one method's annotation: {@code null} for an attribute that says nothing, a refusal for a
 * wrong one.
 */
final class AttributeValues {

    private final UnaryOperator<String> placeholders;
    private final String method;
    private final Map<String, Object> attributes;

    AttributeValues(UnaryOperator<String> placeholders, String method, Map<String, Object> attributes) {
        this.placeholders = placeholders;
        this.method = method;
        this.attributes = attributes;
    }

    /** What the attribute of an option says; {@code null} also if the annotation has no such attribute. */
    @SuppressWarnings("unchecked") // as its type says
    @Nullable
    Object of(AtomOption<?> option) {
        String name = option.attribute();
        Object attribute = attributes.get(name);
        if (attribute instanceof Integer number) {
            return number(name, number, String.valueOf(attributes.get(name + "String")));
        }
        if (!(attribute instanceof String text)) {
            return null;
        }
        if (option.type() == Duration.class) {
            return time(name, text, ((AtomOption<Duration>) option).allows(Duration.ZERO));
        }
        return option.type() == Boolean.class
                ? bool(name, text)
                : constant(name, text, option.type().asSubclass(Enum.class));
    }

    /** A number, which may be given as one or as a text. */
    private @Nullable Integer number(String attribute, int number, String text) {
        Integer read = read(attribute + "String", text, Integer::decode, "Give a whole number");
        if (number == KeyedSequential.UNSET) {
            return read;
        }
        if (read != null) {
            throw new MisconfiguredAtomException(
                    "%s gives both %s = %d and %sString = \"%s\"."
                            .formatted(method, attribute, number, attribute, text),
                    "Remove one of them.");
        }
        return number;
    }

    /** A time, checked here: the annotation is at hand, and says it in words of its own. */
    private @Nullable Duration time(String attribute, String text, boolean zeroAllowed) {
        Duration time = read(attribute, text, AttributeValues::parse, "Give a time, such as 500ms, 30s, 5m or PT0.5S");
        String range = OptionChecks.outside(time, zeroAllowed);
        if (range != null) {
            throw new MisconfiguredAtomException(
                    "The attribute %s = \"%s\" of @KeyedSequential at %s must be %s."
                            .formatted(attribute, placeholders.apply(text), method, range),
                    "Give a time, such as 500ms, 30s, 5m or PT0.5S.");
        }
        return time;
    }

    private static Duration parse(String text) {
        try {
            return DurationStyle.detectAndParse(text);
        } catch (ArithmeticException e) { // more than a Duration can hold
            throw new IllegalArgumentException(text + " is longer than any time", e);
        }
    }

    /** A constant of an enumeration, in any case, with hyphens or underscores. */
    private <E extends Enum<E>> @Nullable E constant(String attribute, String text, Class<E> type) {
        String allowed = Arrays.stream(type.getEnumConstants())
                .map(constant -> constant.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(", "));
        return read(
                attribute,
                text,
                value -> Enum.valueOf(type, value.toUpperCase(Locale.ROOT).replace('-', '_')),
                "Give one of: " + allowed);
    }

    private @Nullable Boolean bool(String attribute, String text) {
        return read(attribute, text, AttributeValues::strictBoolean, "Give true or false");
    }

    private static Boolean strictBoolean(String text) {
        boolean yes = text.equalsIgnoreCase("true");
        if (!yes && !text.equalsIgnoreCase("false")) {
            throw new IllegalArgumentException(text);
        }
        return yes;
    }

    private <V> @Nullable V read(String attribute, String text, Function<String, V> reader, String action) {
        String value = placeholders.apply(text);
        if (value.isEmpty()) {
            return null;
        }
        try {
            return reader.apply(value);
        } catch (IllegalArgumentException e) {
            String from = value.equals(text) ? "" : " (from \"%s\")".formatted(text);
            throw new MisconfiguredAtomException(
                    "The attribute %s = \"%s\"%s of @KeyedSequential at %s cannot be read."
                            .formatted(attribute, value, from, method),
                    action + ".",
                    e);
        }
    }
}
