package io.keyedsequential.spring.actuate;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * What a request says about which lane it means.
 *
 * @param text a handle, or a key as it prints
 */
record LaneAddress(String text) {

    /** What stands behind the atom in a path, where slashes belong to the key. */
    static LaneAddress of(String... segments) {
        return new LaneAddress(String.join("/", segments));
    }

    /** Whether a key that prints like this may be meant: a path has lost slashes at its ends, and all but one in a row. */
    boolean isLike(String key) {
        return Arrays.stream(key.split("/"))
                .filter(part -> !part.isEmpty())
                .collect(Collectors.joining("/"))
                .equals(text);
    }
}
