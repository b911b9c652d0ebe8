package io.keyedsequential.spring.actuate;

import java.util.List;

/** Names in a sentence, however many there are. */
final class Names {

    private Names() {}

    /** The first names, and how many there are more. */
    static String bounded(List<String> first, int all) {
        String more = all > first.size() ? " and %d more".formatted(all - first.size()) : "";
        return "[%s]%s".formatted(String.join(", ", first), more);
    }
}
