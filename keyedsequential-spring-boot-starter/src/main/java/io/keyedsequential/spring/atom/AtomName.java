package io.keyedsequential.spring.atom;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
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

    /**
     * The name that fewest letters tell apart from the given one, if they are at most half of it.
     *
     * @param given what was written, in any spelling
     * @param names what could have been meant
     * @return the nearest of them, or empty if none is near
     */
    public static Optional<String> nearest(String given, Collection<String> names) {
        String canonical = canonical(toKebabCase(given));
        Comparator<String> byDistance = Comparator.comparingInt(name -> distance(canonical, name));
        return names.stream()
                .filter(name -> distance(canonical, name) <= Math.max(1, canonical.length() / 2))
                .min(byDistance.thenComparing(Comparator.naturalOrder()));
    }

    /** How many letters have to be put in, left out or exchanged (Levenshtein). */
    private static int distance(String canonical, String name) {
        String other = canonical(name);
        int[] row = new int[other.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= canonical.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int exchanged = diagonal + (canonical.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(exchanged, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[other.length()];
    }
}
