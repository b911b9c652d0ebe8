package io.keyedsequential.spring.atom;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * What an atom may be called. Names are kebab-case without dots, because they are keys of a configuration map and parts
 * of a URL; they are looked up in a canonical form, because environment variables keep neither case nor hyphens.
 */
public final class AtomName {

    private static final Pattern KEBAB_CASE = Pattern.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*");

    private AtomName() {}

    /**
     * The form in which names are compared: lower-case, without hyphens and underscores.
     *
     * @param name a name in any spelling
     * @return the canonical form
     */
    public static String canonical(String name) {
        return name.toLowerCase(Locale.ROOT).replace("-", "").replace("_", "");
    }

    /**
     * Whether an annotation may use this name.
     *
     * @param name a name
     * @return whether it is kebab-case
     */
    public static boolean isKebabCase(String name) {
        return KEBAB_CASE.matcher(name).matches();
    }

    /**
     * Where an atom is configured.
     *
     * @param name a name in any spelling
     * @return the name of the property, in brackets where it has to be
     */
    public static String property(String name) {
        return (name.contains(".") ? "keyedsequential.atoms[%s]" : "keyedsequential.atoms.%s").formatted(name);
    }

    /**
     * The nearest name in kebab-case: {@code orderService.process} gives {@code order-service-process}.
     *
     * @param text any text
     * @return kebab-case, or an empty string if there is neither letter nor digit in it
     */
    public static String toKebabCase(String text) {
        return text.replaceAll("([a-z0-9])([A-Z])", "$1-$2")
                .replaceAll("([A-Z])([A-Z][a-z])", "$1-$2")
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^a-z0-9]+", "-")
                .replaceAll("^[-0-9]+|-+$", "");
    }
}
