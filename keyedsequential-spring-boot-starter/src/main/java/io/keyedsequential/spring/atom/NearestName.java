package io.keyedsequential.spring.atom;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds what a misspelled name may have meant. */
public final class NearestName {

    private NearestName() {}

    /**
     * The name that fewest letters tell apart from the given one, if they are at most half of it.
     *
     * @param given what was written, in any spelling
     * @param names what could have been meant
     * @return the nearest of them, or empty if none is near
     */
    public static Optional<String> of(String given, Collection<String> names) {
        String canonical = AtomName.canonical(AtomName.toKebabCase(given));
        Comparator<String> byDistance = Comparator.comparingInt(name -> distance(canonical, name));
        return names.stream()
                .filter(name -> distance(canonical, name) <= Math.max(1, canonical.length() / 2))
                .min(byDistance.thenComparing(Comparator.naturalOrder()));
    }

    /** How many letters have to be put in, left out or exchanged (Levenshtein). */
    private static int distance(String canonical, String name) {
        String other = AtomName.canonical(name);
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
